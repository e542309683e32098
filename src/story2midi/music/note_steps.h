// Steps from note to note, by which runs of notes are compared whatever their key and tempo.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "story2midi/music/parts.h"

namespace s2m {

// A note's place: where it starts, in steps of a grid, and its pitch.
struct NotePoint {
  std::int32_t step = 0;
  std::int32_t pitch = 60;  // 0 to 127
  auto operator<=>(const NotePoint&) const = default;
};

// Each step from one point to the next: the interval and the time between. n points, sorted and each once, have n - 1 steps.
std::vector<std::uint32_t> note_steps(std::span<const NotePoint> points);

// Of all parts together, in sixteenths.
std::vector<std::uint32_t> note_steps(const PartScore& piece);

}  // namespace s2m
