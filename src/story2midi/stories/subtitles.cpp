#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <utility>

#include "story2midi/base/unicode.h"
#include "story2midi/stories/encodings.h"
#include "story2midi/stories/markup.h"
#include "story2midi/stories/plain_text.h"
#include "story2midi/stories/scripts.h"

namespace s2m {
namespace {

constexpr double kSilence = 5;  // seconds between cues that begin a paragraph

struct Line {
  std::size_t start = 0, end = 0;
};

struct Times {
  double start = 0, end = 0;
};

// "00:01:02,500", "01:02.500" at the beginning of `text`, which then begins behind it.
std::optional<double> take_time(std::string_view& text) {
  double seconds = 0, number = 0;
  int digits = 0, fields = 0;
  std::size_t at = 0;
  for (; at < text.size() && fields < 3; ++at) {
    const char c = text[at];
    if (c >= '0' && c <= '9' && digits < 6) {
      number = number * 10 + (c - '0');
      ++digits;
    } else if (c == ':' && digits > 0) {
      seconds = (seconds + number) * 60;
      number = 0, digits = 0, ++fields;
    } else {
      break;
    }
  }
  if (fields == 0 || digits == 0) return std::nullopt;
  double fraction = 0, scale = .1;
  if (at < text.size() && (text[at] == ',' || text[at] == '.'))
    for (++at; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])); ++at, scale /= 10)
      fraction += (text[at] - '0') * scale;
  text.remove_prefix(at);
  return seconds + number + fraction;
}

// "00:00:04,000 --> 00:00:07,500", with settings behind it in WebVTT.
std::optional<Times> times_of(std::string_view line) {
  line = trimmed(line);
  const auto start = take_time(line);
  line = trimmed(line);
  if (!start || !line.starts_with("-->")) return std::nullopt;
  line = trimmed(line.substr(3));
  const auto end = take_time(line);
  return end ? std::optional(Times{*start, std::max(*start, *end)}) : std::nullopt;
}

bool is_tag(std::string_view inside) {
  if (inside.starts_with('/')) inside.remove_prefix(1);
  if (inside.empty()) return false;
  if (std::isdigit(static_cast<unsigned char>(inside.front()))) return inside.find(':') != inside.npos;
  const auto name = inside.substr(0, inside.find_first_of(" .\t"));
  constexpr std::array<std::string_view, 13> kNames = {"i",      "b",    "u",    "s",    "c",    "v", "em",
                                                       "strong", "font", "span", "lang", "ruby", "rt"};
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(kNames, lower) != kNames.end();
}

// The length of "MARY:" or "MR. O'HARA (O.S.): " before words or the line's end: a name of two letters or more, in
// capitals. 0 where there is none.
std::size_t length_of_name(std::string_view line) {
  constexpr std::size_t kLongest = 60;
  const auto colon = line.substr(0, kLongest).find(':');
  if (colon == line.npos || (colon + 1 < line.size() && line[colon + 1] != ' ')) return 0;
  const auto name = line.substr(0, std::min(colon, line.find('(')));
  int letters = 0;
  for (std::size_t at = 0; at < name.size();) {
    const auto [value, length] = code_point_at(name, at);
    const bool is_letter = char_class(value) == CharClass::kLetter;
    if (is_letter && !is_upper(value)) return 0;
    if (!is_letter && std::string_view(" .'-&#0123456789\u2019").find(name.substr(at, length)) == name.npos)
      return 0;
    letters += is_letter;
    at += length;
  }
  if (letters < 2 || (name.size() < colon && line[colon - 1] != ')')) return 0;
  return std::min(colon + 2, line.size());
}

// Writes the cues of a file.
class CueWriter {
 public:
  CueWriter(const MappedText& from, Draft& draft)
      : from_(from), text_(from.text()), draft_(draft), writer_(draft) {}

  void add_cue(const Times& times, std::span<const Line> lines) {
    if (last_end_ && times.start > *last_end_ + kSilence) writer_.end_block();
    last_end_ = times.end;
    speech_ = {{std::string::npos, 0}, times.start, times.end, {}};
    for (const auto& line : lines) add_line(line);
    finish_speech();
  }

 private:
  void add_line(Line line) {
    writer_.end_line();
    line = without_name(without_dash(line));
    std::size_t taken = line.start;
    const auto flush = [&](std::size_t until) { add(taken, until); };
    for (std::size_t at = line.start; at < line.end;) {
      const std::size_t end = markup_end(at, line.end);
      if (end == at) {
        ++at;
        continue;
      }
      flush(at);
      const auto inside = text_.substr(at + 1, end - at - 2);
      if (inside.starts_with("v ") || inside.starts_with("v.")) begin_voice(inside);
      at = taken = end;
    }
    flush(line.end);
  }

  Line without_name(Line line) {
    const auto text = text_.substr(line.start, line.end - line.start);
    const auto length = length_of_name(text);
    if (length == 0) return line;
    begin_speech(trimmed(text.substr(0, std::min(text.find(':'), text.find('(')))));
    return {line.start + length, line.end};
  }

  // Another who speaks after a dash is not named by the name before.
  Line without_dash(Line line) {
    const auto text = text_.substr(line.start, line.end - line.start);
    line.start += text.size() - text.substr(std::min(text.size(), text.find_first_not_of(" \t"))).size();
    for (const std::string_view dash : {"- ", "-", "\u2013 ", "\u2014 "})
      if (text_.substr(line.start, line.end - line.start).starts_with(dash)) {
        begin_speech({});
        return {line.start + dash.size(), line.end};
      }
    return line;
  }

  // The end of a tag or of positions such as {\an8} that begin at `at`; `at` where none does.
  std::size_t markup_end(std::size_t at, std::size_t end) const {
    const char close = text_[at] == '<'                                             ? '>'
                       : text_[at] == '{' && text_.substr(at + 1).starts_with('\\') ? '}'
                                                                                    : '\0';
    if (close == '\0') return at;
    const auto found = text_.substr(0, end).find(close, at);
    if (found == text_.npos) return at;
    return close == '}' || is_tag(text_.substr(at + 1, found - at - 1)) ? found + 1 : at;
  }

  void begin_voice(std::string_view inside) {
    const auto name = inside.find(' ');
    if (name != inside.npos) begin_speech(trimmed(inside.substr(name)));
  }

  void begin_speech(std::string_view speaker) {
    finish_speech();
    speech_.speaker = speaker;
  }

  void finish_speech() {
    if (speech_.range.start < speech_.range.end) draft_.speeches.push_back(speech_);
    speech_.range = {std::string::npos, 0};
  }

  void add(std::size_t start, std::size_t end) {
    const bool is_blank = trimmed(text_.substr(start, end - start)).empty();
    const auto range = from_.source_of(start, end);
    if (!is_blank) speech_.range = {std::min(speech_.range.start, range.start), range.end};
    writer_.add(from_, start, end);
  }

  const MappedText& from_;
  std::string_view text_;
  Draft& draft_;
  DraftWriter writer_;
  DraftSpeech speech_;
  std::optional<double> last_end_;
};

bool is_number(std::string_view line) {
  return !line.empty() && line.find_first_not_of("0123456789") == line.npos;
}

enum class CueEnd { kNextCue, kBlankLine };

// The lines of a cue's words: from `first` to the next cue's times (at `next`), without that cue's number or name.
std::vector<Line> words_of(std::string_view text, std::span<const Line> lines, CueEnd ends) {
  const auto line_at = [&](std::size_t i) {
    return trimmed(text.substr(lines[i].start, lines[i].end - lines[i].start));
  };
  std::vector<Line> words;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool blank = line_at(i).empty();
    if (blank && ends == CueEnd::kBlankLine) break;
    if (!blank) words.push_back(lines[i]);
  }
  return words;
}

Draft read_cues(const SourceFile& file, CueEnd ends) {
  auto decoded = decode_text(file.bytes, file.name);
  const std::string_view text = decoded.text.text();
  std::vector<Line> lines;
  for_each_line_of(text, [&](std::size_t start, std::size_t end) { lines.push_back({start, end}); });
  std::vector<std::pair<std::size_t, Times>> cues;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (const auto times = times_of(text.substr(lines[i].start, lines[i].end - lines[i].start)))
      cues.push_back({i, *times});
  if (cues.empty()) return read_plain_text(file);
  Draft draft;
  draft.notes = std::move(decoded.notes);
  draft.notes.emplace_back("left out: the numbers and the formatting of subtitles");
  CueWriter writer(decoded.text, draft);
  for (std::size_t i = 0; i < cues.size(); ++i) {
    const bool is_last = i + 1 == cues.size();
    std::size_t end = is_last ? lines.size() : cues[i + 1].first;
    const auto before = text.substr(lines[end - 1].start, lines[end - 1].end - lines[end - 1].start);
    if (!is_last && end - 1 > cues[i].first && is_number(trimmed(before))) --end;
    writer.add_cue(
        cues[i].second,
        words_of(text, std::span(lines).subspan(cues[i].first + 1, end - cues[i].first - 1), ends));
  }
  return draft;
}

}  // namespace

Draft read_subrip(const SourceFile& file) { return read_cues(file, CueEnd::kNextCue); }
Draft read_webvtt(const SourceFile& file) { return read_cues(file, CueEnd::kBlankLine); }

}  // namespace s2m
