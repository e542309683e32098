#include "story2midi/plan/course.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/stories/words.h"

namespace s2m {
namespace {

double bytes_of(const Passage& passage) {
  return static_cast<double>(std::max<std::size_t>(1, passage.text.size()));
}

bool has_times(const EmotionCurve& curve) {
  return std::ranges::any_of(curve.points,
                             [](const CurvePoint& point) { return point.passage.start_seconds.has_value(); });
}

// Words before each passage, and all of them.
std::vector<double> words_before(const EmotionCurve& curve) {
  std::vector<double> words{0};
  for (const auto& point : curve.points)
    words.push_back(words.back() + static_cast<double>(word_count(point.passage.text)));
  return words;
}

std::optional<double> end_of(const EmotionCurve& curve) {
  std::optional<double> end;
  for (const auto& point : curve.points)
    for (const auto& seconds : {point.passage.start_seconds, point.passage.end_seconds})
      if (seconds && *seconds > end.value_or(0)) end = seconds;
  return end;
}

double length_of(const EmotionCurve& curve, const PlanOptions& options) {
  std::optional<double> length = options.duration_seconds;
  if (!length && options.cues) length = options.cues->length_seconds;
  if (!length && options.words_per_minute)
    length = words_before(curve).back() * 60 / *options.words_per_minute;
  if (!length) length = end_of(curve);
  if (!length)
    throw Error("cues", "do not say when the piece ends", "a duration, or a cue of kind end", "neither");
  if (!(*length >= limits::kShortestSeconds && *length <= limits::kLongestSeconds))
    throw Error("length of the piece", "is out of range",
                fmt::format("{} to {} s", limits::kShortestSeconds, limits::kLongestSeconds),
                fmt::format("{:.1f} s", *length));
  return *length;
}

void check_cues(const CueSheet& sheet, double length) {
  for (const auto& cue : sheet.cues)
    if (std::max(cue.seconds, cue.end_seconds) > length || cue.seconds >= length)
      throw Error("cues", fmt::format("a {} lies beyond the end", name_of(cue.kind)),
                  fmt::format("below {:.3f} s", length),
                  fmt::format("{:.3f} s", std::max(cue.seconds, cue.end_seconds)));
}

using Known = std::vector<std::optional<double>>;  // when each passage begins

Known own_times(const EmotionCurve& curve, const PlanOptions& options) {
  Known known;
  const auto words = words_before(curve);
  for (std::size_t i = 0; i < curve.points.size(); ++i)
    known.push_back(options.words_per_minute ? words[i] * 60 / *options.words_per_minute
                                             : curve.points[i].passage.start_seconds);
  return known;
}

// The passages that contain the cues' texts, in order.
void find_cues(const EmotionCurve& curve, const CueSheet& sheet, Known& known) {
  std::size_t from = 0;
  for (const auto& cue : sheet.cues) {
    const auto text = single_spaced(cue.text);
    if (text.empty()) continue;
    for (auto i = from; i < curve.points.size(); ++i)
      if (single_spaced(curve.points[i].passage.text).find(text) != std::string::npos) {
        known[i] = cue.seconds;
        from = i + 1;
        break;
      }
  }
}

// What is not known lies between its neighbours, by bytes.
std::vector<double> filled(const EmotionCurve& curve, Known known, double length) {
  known.push_back(length);
  known.front() = 0;
  std::vector<double> at{0};
  for (std::size_t begin = 0; begin + 1 < known.size();) {
    auto end = begin + 1;
    double bytes = bytes_of(curve.points[begin].passage);
    std::vector<double> shares{bytes};
    for (; !known[end]; ++end) shares.push_back(bytes += bytes_of(curve.points[end].passage));
    const double from = at.back(), to = std::clamp(*known[end], from, length);
    for (const double share : shares) at.push_back(from + (to - from) * share / bytes);
    begin = end;
  }
  return at;
}

}  // namespace

bool keeps_times(const EmotionCurve& curve, const PlanOptions& options) {
  return options.words_per_minute || options.cues || (has_times(curve) && !options.bars);
}

Course course_in_bytes(EmotionCurve curve) {
  Course course{std::move(curve), {0}};
  for (const auto& point : course.curve.points)
    course.at.push_back(course.at.back() + bytes_of(point.passage));
  return course;
}

Course course_in_seconds(EmotionCurve curve, const PlanOptions& options) {
  const double length = length_of(curve, options);
  auto known = own_times(curve, options);
  if (options.cues) {
    check_cues(*options.cues, length);
    if (!options.words_per_minute && !has_times(curve)) find_cues(curve, *options.cues, known);
  }
  auto at = filled(curve, std::move(known), length);
  while (at.size() > 2 && at[at.size() - 2] >= length) at.pop_back(), curve.points.pop_back();
  return {std::move(curve), std::move(at)};
}

Course part_of(const Course& course, double begin, double end, std::size_t& first) {
  const auto middle = [&](std::size_t i) { return (course.at[i] + course.at[i + 1]) / 2; };
  const std::size_t count = course.curve.points.size();
  first = 0;
  while (first < count && middle(first) < begin) ++first;
  auto last = first;
  while (last < count && middle(last) < end) ++last;
  if (first == last) {
    const auto after = std::ranges::upper_bound(course.at, (begin + end) / 2) - course.at.begin();
    first = std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, after)) - 1, count - 1);
    last = first + 1;
  }
  Course part;
  part.curve.points.assign(course.curve.points.begin() + static_cast<std::ptrdiff_t>(first),
                           course.curve.points.begin() + static_cast<std::ptrdiff_t>(last));
  for (auto i = first; i <= last; ++i) part.at.push_back(std::clamp(course.at[i], begin, end));
  part.at.front() = begin;
  part.at.back() = end;
  return part;
}

}  // namespace s2m
