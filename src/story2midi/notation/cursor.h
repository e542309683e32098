// Where the elements of a part's measures lie in time.
#pragma once

#include <cstdint>
#include <pugixml.hpp>
#include <string>

namespace s2m::musicxml {

// Follows divisions, durations, chords, <backup> and <forward> through the measures of one part. Times are ticks from the
// measure's start.
class Cursor {
 public:
  explicit Cursor(int ticks_per_quarter) : ticks_per_quarter_(ticks_per_quarter) {}

  void begin_measure(const pugi::xml_node& measure);
  // Steps over a child of the measure. Throws Error where a duration is none, or leads out of what music may last.
  void pass(const pugi::xml_node& element);

  std::int32_t start() const { return start_; }        // of the element just passed
  std::int32_t length() const { return length_; }      // of the note just passed; 0 for a grace note
  std::int32_t now() const { return now_; }            // where the next note begins, if it joins no chord
  std::int32_t furthest() const { return furthest_; }  // the end of what the measure holds so far
  // A length in the divisions that hold now, as ticks.
  std::int32_t ticks(double divisions) const;
  std::string where() const;  // "measure 12"

 private:
  std::int32_t duration(const pugi::xml_node& element) const;
  void move_to(std::int64_t place);

  int ticks_per_quarter_;
  double divisions_ = 1;
  pugi::xml_node measure_;
  std::int32_t start_ = 0, length_ = 0, now_ = 0, furthest_ = 0;
};

}  // namespace s2m::musicxml
