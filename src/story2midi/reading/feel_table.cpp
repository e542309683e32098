#include "story2midi/reading/feel_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/base/json_members.h"
#include "story2midi/base/unicode.h"
#include "story2midi/emotion/labels.h"
#include "story2midi/stories/tables.h"

namespace s2m {
namespace {

struct ByteRange {
  std::size_t start = 0, end = 0;
};

// A text whose white space counts as one blank, and where each of its bytes stands.
class CollapsedText {
 public:
  explicit CollapsedText(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const auto [value, length] = code_point_at(text, at);
      const bool blank = is_blank(value);
      if (!blank || (!text_.empty() && text_.back() != ' '))
        for (std::size_t i = 0; i < (blank ? 1 : length); ++i) {
          text_ += blank ? ' ' : text[at + i];
          places_.push_back(at + i);
        }
      at += length;
    }
  }

  // Where `wanted` stands at or after byte `from` of the text.
  std::optional<ByteRange> find(const std::string& wanted, std::size_t from) const {
    const auto first = std::ranges::lower_bound(places_, from) - places_.begin();
    const auto found = text_.find(wanted, static_cast<std::size_t>(first));
    if (found == text_.npos) return std::nullopt;
    return ByteRange{places_[found], places_[found + wanted.size() - 1] + 1};
  }

 private:
  std::string text_;
  std::vector<std::size_t> places_;
};

std::size_t label_index(std::string_view name, const std::string& where) {
  const auto found = std::ranges::find(kLabelNames, name);
  if (found == kLabelNames.end())
    throw Error(where, "is not known", "one of the 28 labels of docs/reference/json.md",
                "'" + std::string(name.substr(0, 40)) + "'");
  return static_cast<std::size_t>(found - kLabelNames.begin());
}

void set_label(std::vector<double>& labels, std::string_view name, double probability,
               const std::string& where) {
  if (!(probability >= 0 && probability <= 1))
    throw Error(where, "is no probability", "0 to 1", fmt::format("{}", probability));
  labels[label_index(name, where)] = probability;
}

// "joy 0.7, love 0.2", or an object by name.
std::vector<double> labels_of(const std::string& text, const std::string& where) {
  std::vector<double> labels(kLabelCount);
  if (text.starts_with('{')) {
    const auto json = parse_json(text, where);
    for (const auto& [name, value] : json.items()) {
      if (!value.is_number()) throw Error(where, "is no probability", "0 to 1", value.type_name());
      set_label(labels, name, value.get<double>(), where);
    }
    return labels;
  }
  for (std::size_t at = 0; (at = text.find_first_not_of(" ,;", at)) != text.npos;) {
    const auto name_end = std::min(text.find_first_of(" =:", at), text.size());
    const auto from = std::min(text.find_first_not_of(" =:", name_end), text.size());
    const auto end = std::min(text.find_first_of(" ,;", from), text.size());
    double probability = -1;
    const auto [after, fault] = std::from_chars(text.data() + from, text.data() + end, probability);
    if (fault != std::errc{} || after != text.data() + end)
      throw Error(where, "is not as it should be", "such as \"joy 0.7, love 0.2\"",
                  "'" + text.substr(0, 40) + "'");
    set_label(labels, std::string_view(text).substr(at, name_end - at), probability, where);
    at = end;
  }
  return labels;
}

double needed_number(const TableRow& row, const std::string& column) {
  row.text(column);
  return *row.number(column, -1, 1);
}

Emotion emotion_of(const TableRow& row) {
  Emotion emotion;
  emotion.valence = needed_number(row, "valence");
  emotion.arousal = needed_number(row, "arousal");
  if (const auto* labels = row.find("labels")) emotion.labels = labels_of(*labels, row.where + ": labels");
  return emotion;
}

// Finds the rows in the story, one after the other.
class RowFinder {
 public:
  explicit RowFinder(const Story& story) : story_(story), source_(story.source) {}

  Passage find(const TableRow& row) {
    const auto range = row.find("start_byte") ? stated(row) : quoted(row);
    Passage passage{single_spaced(story_.source.substr(range.start, range.end - range.start)), range.start,
                    range.end};
    check_story(passage.text, row.where);
    at_ = range.end;
    take_over(passage);
    return passage;
  }

 private:
  std::size_t byte(const TableRow& row, const std::string& column) const {
    row.text(column);
    const double value = *row.number(column, 0, static_cast<double>(story_.source.size()));
    if (value != std::floor(value)) throw Error(row.where + ": " + column, "is no whole number");
    return static_cast<std::size_t>(value);
  }

  ByteRange stated(const TableRow& row) const {
    const ByteRange range{byte(row, "start_byte"), byte(row, "end_byte")};
    if (range.start < at_)
      throw Error(row.where + ": start_byte", "lies in or before the row above",
                  fmt::format("{} or more", at_), std::to_string(range.start));
    if (range.end <= range.start)
      throw Error(row.where + ": end_byte", "is not after start_byte",
                  fmt::format("more than {}", range.start), std::to_string(range.end));
    return range;
  }

  ByteRange quoted(const TableRow& row) const {
    auto text = single_spaced(row.text("text"));
    const auto found = source_.find(text, at_);
    if (!found)
      throw Error(row.where + ": text", "does not stand in the story behind the row above",
                  "words of the story", "'" + text.substr(0, 40) + "'");
    return *found;
  }

  // Times, speakers and borders of the story's own passages. A border and a time are those of the first that it holds.
  void take_over(Passage& passage) {
    for (; next_ < story_.passages.size() && story_.passages[next_].start_byte < passage.end_byte; ++next_) {
      const auto& own = story_.passages[next_];
      passage.starts = std::max(passage.starts, own.starts);
      if (!passage.start_seconds) passage.start_seconds = own.start_seconds;
      if (own.end_seconds) passage.end_seconds = own.end_seconds;
      if (!own.heading.empty()) passage.heading = own.heading;
      if (passage.speaker.empty()) passage.speaker = own.speaker;
    }
  }

  const Story& story_;
  CollapsedText source_;
  std::size_t at_ = 0;    // the end of the row before
  std::size_t next_ = 0;  // the first passage that no row holds yet
};

}  // namespace

StoryReading read_feel_table(const std::filesystem::path& table, const Story& story) {
  const auto rows = read_table(table, "valence");
  if (rows.empty()) throw Error(table.string(), "has no row", "a row a passage", "none");
  StoryReading reading{{}, checksum_of(story.source), true};
  RowFinder finder(story);
  for (const auto& row : rows) {
    auto passage = finder.find(row);
    reading.curve.points.push_back({std::move(passage), emotion_of(row)});
  }
  return reading;
}

}  // namespace s2m
