// The valence-arousal plane (Russell's circumplex model of affect, 1980) and its four quadrants.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace s2m {

struct ValenceArousal {
  double valence = 0;  // -1 unpleasant to 1 pleasant
  double arousal = 0;  // -1 calm to 1 excited
  bool operator==(const ValenceArousal&) const = default;
};

enum class Quadrant : std::uint8_t {
  kQ1,  // pleasant and excited
  kQ2,  // unpleasant and excited
  kQ3,  // unpleasant and calm
  kQ4,  // pleasant and calm
};
inline constexpr std::array kQuadrants{Quadrant::kQ1, Quadrant::kQ2, Quadrant::kQ3, Quadrant::kQ4};
// One value for each quadrant, by index_of.
template <class Value>
using PerQuadrant = std::array<Value, kQuadrants.size()>;

constexpr std::size_t index_of(Quadrant quadrant) { return static_cast<std::size_t>(quadrant); }  // 0 to 3
constexpr bool is_pleasant(Quadrant quadrant) {
  return quadrant == Quadrant::kQ1 || quadrant == Quadrant::kQ4;
}
constexpr bool is_excited(Quadrant quadrant) {
  return quadrant == Quadrant::kQ1 || quadrant == Quadrant::kQ2;
}

// Zero counts as positive on both axes.
constexpr Quadrant quadrant_of(ValenceArousal point) {
  if (point.arousal >= 0) return point.valence >= 0 ? Quadrant::kQ1 : Quadrant::kQ2;
  return point.valence >= 0 ? Quadrant::kQ4 : Quadrant::kQ3;
}

// The point of the quadrant that lies `distance` from both axes.
constexpr ValenceArousal point_in(Quadrant quadrant, double distance) {
  return {is_pleasant(quadrant) ? distance : -distance, is_excited(quadrant) ? distance : -distance};
}

std::string name_of(Quadrant quadrant);                           // "Q1" to "Q4"
std::optional<Quadrant> quadrant_of_digit(char digit);            // '1' to '4'
std::optional<Quadrant> quadrant_of_name(std::string_view name);  // "Q1", "q1" or "1"; nothing for others

}  // namespace s2m
