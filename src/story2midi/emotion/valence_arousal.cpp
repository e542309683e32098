#include "story2midi/emotion/valence_arousal.h"

namespace s2m {

std::string name_of(Quadrant quadrant) { return {'Q', static_cast<char>('1' + static_cast<char>(quadrant))}; }

std::optional<Quadrant> quadrant_of_digit(char digit) {
  if (digit < '1' || digit > '4') return std::nullopt;
  return kQuadrants[static_cast<std::size_t>(digit - '1')];
}

std::optional<Quadrant> quadrant_of_name(std::string_view name) {
  if (name.size() == 1) return quadrant_of_digit(name[0]);
  if (name.size() != 2 || (name[0] != 'Q' && name[0] != 'q')) return std::nullopt;
  return quadrant_of_digit(name[1]);
}

}  // namespace s2m
