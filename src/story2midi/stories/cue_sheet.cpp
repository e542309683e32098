#include "story2midi/stories/cue_sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/limits.h"
#include "story2midi/stories/draft.h"
#include "story2midi/stories/encodings.h"
#include "story2midi/stories/tables.h"

namespace s2m {
namespace {

constexpr std::array<std::string_view, 3> kKinds{"section", "hit", "silence"};

FrameRate rate_of(const CueSheetOptions& options, FrameCount count) {
  return options.rate.value_or(count == FrameCount::kDrop ? FrameRate{30, true} : FrameRate{});
}

// A time code where the text has frames, else a clock's time.
double seconds_of(const std::string& text, const CueSheetOptions& options, const std::string& where) {
  const bool has_frames = std::ranges::count(text, ':') == 3 || text.find(';') != text.npos;
  if (has_frames) {
    const auto count = text.find(';') != text.npos ? FrameCount::kDrop : FrameCount::kNonDrop;
    return naming(where, [&] { return seconds_of_time_code(text, rate_of(options, count)); });
  }
  const auto seconds = seconds_of_clock(text);
  if (!seconds)
    throw Error(where, "is no time", "such as 90, 1:30.5 or 00:01:30:12", "'" + text.substr(0, 40) + "'");
  return *seconds;
}

double start_of(const CueSheetOptions& options) {
  return options.start ? seconds_of(*options.start, options, "the start") : 0;
}

void check_time(double seconds, const std::string& where) {
  if (!(seconds >= 0 && seconds <= limits::kLongestSeconds))
    throw Error(where, "is out of range",
                fmt::format("0 to {:.0f} s after the start", limits::kLongestSeconds),
                fmt::format("{:.3f} s", seconds));
}

void check_count(std::size_t cues, std::string_view name) {
  if (cues > kMostCues)
    throw Error(ErrorKind::kLimit, std::string(name), "has too many cues",
                fmt::format("at most {}", kMostCues), std::to_string(cues));
}

// Reads the rows of a table one after the other.
class CueTable {
 public:
  explicit CueTable(const CueSheetOptions& options) : options_(options), start_(start_of(options)) {}

  void add(const TableRow& row) {
    TimeCue cue;
    cue.seconds = time(row, "time", row.text("time"));
    const auto* kind = row.find("kind");
    const auto* text = row.find("text");
    if (text) cue.text = *text;
    if (cue.seconds < last_)
      throw Error(row.where + ": time", "is before the row above", fmt::format("{:.3f} s or more", last_),
                  fmt::format("{:.3f} s", cue.seconds));
    if (sheet_.length_seconds) throw Error(row.where, "stands after the end", "no row", "a cue");
    last_ = cue.seconds;
    if (kind && *kind == "end") {
      sheet_.length_seconds = cue.seconds;
      return;
    }
    if (kind && !cue_kind_of_name(*kind))
      throw Error(row.where + ": kind", "is not known", "section, hit, silence or end",
                  "'" + kind->substr(0, 40) + "'");
    if (kind) cue.kind = *cue_kind_of_name(*kind);
    place(std::move(cue), row);
  }

  CueSheet take() {
    for (auto& cue : sheet_.cues)
      if (cue.kind == CueKind::kSilence && cue.end_seconds == 0)
        cue.end_seconds = sheet_.length_seconds.value_or(0);
    const bool is_open = !sheet_.cues.empty() && sheet_.cues.back().kind == CueKind::kSilence &&
                         sheet_.cues.back().end_seconds == 0;
    if (is_open) throw Error(where_, "is a silence without an end", "a cell `end`, or a row of kind end");
    return std::move(sheet_);
  }

 private:
  double time(const TableRow& row, const std::string& column, const std::string& text) const {
    const double seconds = seconds_of(text, options_, row.where + ": " + column) - start_;
    check_time(seconds, row.where + ": " + column);
    return seconds;
  }

  void place(TimeCue cue, const TableRow& row) {
    auto* silence = last_of(CueKind::kSilence);
    const bool ends_silence = silence && silence->end_seconds == 0 && cue.kind == CueKind::kSection;
    if (ends_silence) silence->end_seconds = cue.seconds;
    if (silence && (silence->end_seconds == 0 || cue.seconds < silence->end_seconds))
      throw Error(row.where + ": time", "lies in a silence", "a time after its end",
                  fmt::format("{:.3f} s", cue.seconds));
    const auto* section = last_of(CueKind::kSection);
    if (cue.kind == CueKind::kSection && section && section->seconds == cue.seconds)
      throw Error(row.where + ": time", "is that of another section", "sections at different times",
                  fmt::format("{:.3f} s", cue.seconds));
    if (const auto* end = row.find("end"); end && cue.kind == CueKind::kSilence) {
      cue.end_seconds = time(row, "end", *end);
      if (cue.end_seconds <= cue.seconds)
        throw Error(row.where + ": end", "is not after the time",
                    fmt::format("more than {:.3f} s", cue.seconds), fmt::format("{:.3f} s", cue.end_seconds));
    }
    where_ = row.where;
    sheet_.cues.push_back(std::move(cue));
  }

  TimeCue* last_of(CueKind kind) {
    const auto found = std::ranges::find(sheet_.cues.rbegin(), sheet_.cues.rend(), kind, &TimeCue::kind);
    return found == sheet_.cues.rend() ? nullptr : &*found;
  }

  const CueSheetOptions& options_;
  double start_;
  double last_ = 0;
  std::string where_;
  CueSheet sheet_;
};

CueSheet read_cue_table(const std::filesystem::path& file, const CueSheetOptions& options) {
  const auto rows = read_table(file, "time");
  check_count(rows.size(), file.string());
  if (rows.empty()) throw Error(file.string(), "has no cue", "a row a cue", "none");
  CueTable table(options);
  for (const auto& row : rows) table.add(row);
  return table.take();
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t at = 0; (at = line.find_first_not_of(" \t", at)) != line.npos;) {
    const auto end = std::min(line.find_first_of(" \t", at), line.size());
    words.emplace_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

// Events and locators of an EDL, in seconds of its own time codes.
class EdlReader {
 public:
  EdlReader(std::string_view name, const CueSheetOptions& options) : name_(name), options_(options) {}

  void read(std::string_view text) {
    for_each_line_of(text, [&](std::size_t start, std::size_t end) {
      ++number_;
      const auto line = trimmed(text.substr(start, end - start));
      const auto words = words_of(line);
      if (line.starts_with("FCM:")) drops_ = line.find("NON") == line.npos;
      if (line.starts_with("*")) read_comment(line, words);
      if (is_event(words)) read_event(words);
    });
  }

  CueSheet take() {
    const bool has_picture = std::ranges::any_of(events_, &Event::is_picture);
    std::erase_if(events_, [&](const Event& event) { return has_picture && !event.is_picture; });
    if (events_.empty())
      throw Error(std::string(name_), "has no event", "a CMX3600 edit decision list", "none");
    check_count(events_.size() + hits_.size(), name_);
    std::ranges::stable_sort(events_, {}, &Event::in);
    const double start =
        options_.start ? seconds_of(*options_.start, options_, "the start") : events_.front().hour;
    return sheet_from(start);
  }

 private:
  struct Event {
    double in = 0, out = 0;
    double hour = 0;  // that of `in`, where it begins
    bool is_picture = true;
    std::string clip = {};
    int line = 0;
  };

  std::string where(int line) const { return fmt::format("{}: line {}", name_, line); }

  // Number, reel, track, transition, then source in and out, record in and out.
  static bool is_event(const std::vector<std::string>& words) {
    return words.size() >= 8 && words.front().find_first_not_of("0123456789") == std::string::npos;
  }

  double time(const std::string& text) const {
    return naming(where(number_), [&] {
      const bool drops = drops_ || text.find(';') != text.npos;
      const auto count = drops ? FrameCount::kDrop : FrameCount::kNonDrop;
      return seconds_of_time_code(text, rate_of(options_, count), count);
    });
  }

  void read_event(const std::vector<std::string>& words) {
    const double in = time(words[words.size() - 2]), out = time(words.back());
    if (out < in)
      throw Error(where(number_), "ends before it begins", "record in before record out", words.back());
    const auto& track = words[2];
    const auto& code = words[words.size() - 2];
    const double hour = time(code.substr(0, code.find(':')) + ":00:00:00");
    if (out > in)
      events_.push_back({in, out, hour, track == "B" || track.find('V') != track.npos, {}, number_});
  }

  void read_comment(std::string_view line, const std::vector<std::string>& words) {
    constexpr std::string_view kClip = "FROM CLIP NAME:";
    if (const auto at = line.find(kClip); at != line.npos && !events_.empty())
      events_.back().clip = trimmed(line.substr(at + kClip.size()));
    const auto locator = std::ranges::find(words, "LOC:");
    if (words.end() - locator < 2) return;
    std::string text;
    for (auto word = locator + 3; word < words.end(); ++word) text += (text.empty() ? "" : " ") + *word;
    hits_.push_back({CueKind::kHit, time(*(locator + 1)), 0, text});
  }

  CueSheet sheet_from(double start) const {
    double end = 0;
    for (const auto& event : events_) end = std::max(end, event.out - start);
    CueSheet sheet{{}, end};
    check_time(end, std::string(name_));
    double section = -kShortestScene, last = -1;
    for (const auto& event : events_) {
      const double at = event.in - start;
      check_time(at, where(event.line));
      if (at == last) continue;
      last = at;
      const bool is_section = at - section >= kShortestScene && end - at >= kShortestScene;
      if (is_section) section = at;
      if (is_section || at > 0)
        sheet.cues.push_back({is_section ? CueKind::kSection : CueKind::kHit, at, 0, event.clip});
    }
    for (auto hit : hits_) {
      hit.seconds -= start;
      check_time(hit.seconds, std::string(name_) + ": a locator");
      if (hit.seconds < end) sheet.cues.push_back(std::move(hit));
    }
    std::ranges::stable_sort(sheet.cues, {}, &TimeCue::seconds);
    return sheet;
  }

  std::string_view name_;
  const CueSheetOptions& options_;
  int number_ = 0;
  bool drops_ = false;
  std::vector<Event> events_;
  std::vector<TimeCue> hits_;
};

}  // namespace

std::string_view name_of(CueKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<CueKind> cue_kind_of_name(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name);
  if (found == kKinds.end()) return std::nullopt;
  return static_cast<CueKind>(found - kKinds.begin());
}

Story story_of(const CueSheet& sheet) {
  Story story;
  for (const auto& cue : sheet.cues) {
    if (trimmed(cue.text).empty()) continue;
    if (!story.source.empty()) story.source += "\n\n";
    Passage passage{cue.text, story.source.size(), story.source.size() + cue.text.size()};
    passage.start_seconds = cue.seconds;
    story.source += cue.text;
    story.passages.push_back(std::move(passage));
  }
  if (story.passages.empty())
    throw Error("cues", "have no text to read", "a story beside them, or texts", "none");
  check_story(story.source, "cues");
  return story;
}

CueSheet cue_sheet_of_edl(std::string_view text, std::string_view name, const CueSheetOptions& options) {
  EdlReader reader(name, options);
  reader.read(text);
  return reader.take();
}

CueSheet read_cue_sheet(const std::filesystem::path& file, const CueSheetOptions& options) {
  const auto ending = upper_case(file.extension().string());
  if (ending != ".EDL") return read_cue_table(file, options);
  const auto text = decode_text(read_text(file, limits::kMostStoryBytes), file.string());
  return cue_sheet_of_edl(text.text.text(), file.string(), options);
}

}  // namespace s2m
