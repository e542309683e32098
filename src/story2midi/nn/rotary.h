// Rotary positions (Su et al. 2021): pairs of a head's numbers are turned by angles that grow with the
// position, so that products of queries and keys depend on how far apart they stand.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "story2midi/nn/workspace.h"

namespace s2m {

class RotaryPositions {
 public:
  RotaryPositions() = default;
  // Of head_width / 2 pairs; pair i turns by base^(-2 i / head_width) a position.
  RotaryPositions(int head_width, float base);
  std::size_t head_width() const { return 2 * frequencies_.size(); }
  // The cosines of all pairs' angles at a position, from 0 on, then the sines: head_width numbers.
  void rotation_at(std::int64_t position, Rows rotation) const;

 private:
  struct Turn {
    double cosine, sine;
  };
  Turn turn(std::int64_t position, std::size_t pair) const;

  std::vector<double> frequencies_;
  std::vector<Turn> near_;  // of the first positions, all pairs of each
  std::vector<Turn> far_;   // likewise, of as many positions that lie as far apart as `near_` reaches
};

// Turns each pair (i, i + head_width / 2) of a head by the rotation, in place.
void rotate(Rows head, std::span<const float> rotation);

}  // namespace s2m
