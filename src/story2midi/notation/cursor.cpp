#include "story2midi/notation/cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/notation/xml_values.h"

namespace s2m::musicxml {

void Cursor::begin_measure(const pugi::xml_node& measure) {
  measure_ = measure;
  start_ = length_ = now_ = furthest_ = 0;
}

std::string Cursor::where() const {
  return fmt::format("measure {}", single_line(measure_.attribute("number").value()));
}

std::int32_t Cursor::ticks(double divisions) const {
  const double value = std::round(divisions * ticks_per_quarter_ / divisions_);
  const double most = static_cast<double>(limits::kMostQuarters) * ticks_per_quarter_;
  if (std::abs(value) > most)
    throw Error(ErrorKind::kLimit, where(), "a duration is too long",
                fmt::format("at most {} quarters", limits::kMostQuarters),
                fmt::format("{} divisions", divisions));
  return static_cast<std::int32_t>(value);
}

std::int32_t Cursor::duration(const pugi::xml_node& element) const {
  const auto value = child_number(element, "duration", where());
  if (!value)
    throw Error(where(), fmt::format("<{}> without a duration", element.name()), "<duration>", "none");
  if (*value < 0) throw Error(where(), "a duration is negative", "0 or more", fmt::format("{}", *value));
  return ticks(*value);
}

// A <backup> beyond the measure's start ends there: some programs write one a rounding error too long.
void Cursor::move_to(std::int64_t place) {
  if (place > std::int64_t{limits::kMostQuarters} * ticks_per_quarter_)
    throw Error(ErrorKind::kLimit, where(), "the measure is too long",
                fmt::format("at most {} quarters", limits::kMostQuarters));
  now_ = static_cast<std::int32_t>(std::max<std::int64_t>(0, place));
  furthest_ = std::max(furthest_, now_);
}

void Cursor::pass(const pugi::xml_node& element) {
  const std::string_view name = element.name();
  if (name == "note") {
    const bool joins_chord = static_cast<bool>(element.child("chord"));
    length_ = element.child("grace") ? 0 : duration(element);
    if (joins_chord) return;
    start_ = now_;
    move_to(std::int64_t{now_} + length_);
    return;
  }
  if (name == "backup") move_to(std::int64_t{now_} - duration(element));
  if (name == "forward") move_to(std::int64_t{now_} + duration(element));
  if (name == "attributes") {
    const auto divisions = child_number(element, "divisions", where());
    if (divisions && *divisions <= 0)
      throw Error(where(), "<divisions> is out of range", "more than 0", fmt::format("{}", *divisions));
    divisions_ = divisions.value_or(divisions_);
  }
  start_ = now_;
}

}  // namespace s2m::musicxml
