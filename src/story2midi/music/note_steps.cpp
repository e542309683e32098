#include "story2midi/music/note_steps.h"

#include <algorithm>

namespace s2m {
namespace {

constexpr std::int32_t kLongestPause = 255;  // steps; a longer one is as long
constexpr std::int32_t kPerSixteenth = kGridPerQuarter / 4;

}  // namespace

std::vector<std::uint32_t> note_steps(std::span<const NotePoint> points) {
  std::vector<std::uint32_t> steps;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const std::int32_t pause = std::min(points[i].step - points[i - 1].step, kLongestPause);
    steps.push_back(static_cast<std::uint32_t>(pause * 256 + points[i].pitch - points[i - 1].pitch + 128));
  }
  return steps;
}

std::vector<std::uint32_t> note_steps(const PartScore& piece) {
  std::vector<NotePoint> points;
  for (const auto part : {Part::kMelody, Part::kBass, Part::kFigure})
    for (const PartNote& note : piece.part(part))
      points.push_back({(note.start + kPerSixteenth / 2) / kPerSixteenth, note.pitch});
  std::ranges::sort(points);
  points.erase(std::unique(points.begin(), points.end()), points.end());
  return note_steps(points);
}

}  // namespace s2m
