#include "story2midi/music/two_hands.h"

namespace s2m {

bool fit_two_hands(std::span<const int> pitches) {
  if (pitches.size() > 2 * kFingers) return false;
  std::size_t left = 0;
  while (left < pitches.size() && left < kFingers && pitches[left] - pitches.front() <= kHandSpan) ++left;
  const auto right = pitches.subspan(left);
  return right.empty() || (right.size() <= kFingers && right.back() - right.front() <= kHandSpan);
}

}  // namespace s2m
