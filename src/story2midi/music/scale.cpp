#include "story2midi/music/scale.h"

#include <cstdlib>
#include <string>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

struct Row {
  std::string_view name;
  std::array<int, kScaleDegrees> steps;
};
constexpr std::array<Row, kScaleCount> kScales{{{"major", {0, 2, 4, 5, 7, 9, 11}},
                                                {"minor", {0, 2, 3, 5, 7, 8, 10}},
                                                {"dorian", {0, 2, 3, 5, 7, 9, 10}},
                                                {"phrygian", {0, 1, 3, 5, 7, 8, 10}},
                                                {"lydian", {0, 2, 4, 6, 7, 9, 11}},
                                                {"mixolydian", {0, 2, 4, 5, 7, 9, 10}}}};
constexpr int kMajorThird = 4;

const Row& row_of(Scale scale) { return kScales[static_cast<std::size_t>(scale)]; }

constexpr int floor_div(int value, int by) { return (value - ((value % by) + by) % by) / by; }

}  // namespace

std::string_view name_of(Scale scale) { return row_of(scale).name; }

std::optional<Scale> scale_of_name(std::string_view name) {
  for (int i = 0; i < kScaleCount; ++i)
    if (kScales[static_cast<std::size_t>(i)].name == name) return static_cast<Scale>(i);
  return {};
}

Scale parse_scale(std::string_view name) {
  if (const auto scale = scale_of_name(name)) return *scale;
  throw Error("scale", "is not known", "major, minor, dorian, phrygian, lydian or mixolydian",
              std::string(name));
}

std::array<int, kScaleDegrees> scale_steps(Scale scale) { return row_of(scale).steps; }

Mode mode_of(Scale scale) { return row_of(scale).steps[2] == kMajorThird ? Mode::kMajor : Mode::kMinor; }

Scale scale_of(Mode mode) { return mode == Mode::kMajor ? Scale::kMajor : Scale::kMinor; }

int semitones_of_degree(Scale scale, int degree) {
  const int octave = floor_div(degree, kScaleDegrees);
  return 12 * octave + row_of(scale).steps[static_cast<std::size_t>(degree - kScaleDegrees * octave)];
}

int degree_of_semitones(Scale scale, int semitones) {
  const int octave = floor_div(semitones, 12);
  int best = kScaleDegrees * (octave - 1);
  for (int degree = best; degree <= kScaleDegrees * (octave + 1); ++degree)
    if (std::abs(semitones_of_degree(scale, degree) - semitones) <
        std::abs(semitones_of_degree(scale, best) - semitones))
      best = degree;
  return best;
}

}  // namespace s2m
