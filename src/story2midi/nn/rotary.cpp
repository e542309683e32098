#include "story2midi/nn/rotary.h"

#include <cmath>

#include "story2midi/nn/kernels/kernels.h"

namespace s2m {
namespace {

constexpr std::int64_t kNear = 64;

}  // namespace

RotaryPositions::RotaryPositions(int head_width, float base) {
  for (int i = 0; i < head_width / 2; ++i) frequencies_.push_back(std::pow(base, -2.0 * i / head_width));
  for (std::int64_t position = 0; position < kNear; ++position)
    for (std::size_t pair = 0; pair < frequencies_.size(); ++pair) {
      near_.push_back(turn(position, pair));
      far_.push_back(turn(position * kNear, pair));
    }
}

// In double: a float angle would be off by a thousandth after ten thousand events.
RotaryPositions::Turn RotaryPositions::turn(std::int64_t position, std::size_t pair) const {
  const double angle = static_cast<double>(position) * frequencies_[pair];
  return {std::cos(angle), std::sin(angle)};
}

// By two turns one after the other: cosines and sines take longer than all of the multiplications here.
void RotaryPositions::rotation_at(std::int64_t position, Rows rotation) const {
  const auto pairs = frequencies_.size();
  const auto steps = position / kNear;
  const Turn* const near = near_.data() + static_cast<std::size_t>(position % kNear) * pairs;
  for (std::size_t i = 0; i < pairs; ++i) {
    const Turn far =
        steps < kNear ? far_[static_cast<std::size_t>(steps) * pairs + i] : turn(steps * kNear, i);
    rotation[i] = static_cast<float>(far.cosine * near[i].cosine - far.sine * near[i].sine);
    rotation[pairs + i] = static_cast<float>(far.sine * near[i].cosine + far.cosine * near[i].sine);
  }
}

void rotate(Rows head, std::span<const float> rotation) {
  kernels().rotate(head.data(), rotation.data(), static_cast<int>(rotation.size() / 2));
}

}  // namespace s2m
