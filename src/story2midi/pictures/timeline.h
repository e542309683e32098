// Where times lie in a picture.
#pragma once

#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// Time runs evenly from left to right. `right`: where the piece ends.
class PictureTimeline {
 public:
  PictureTimeline(const Score& score, double left, double right);
  double x_of(double ticks) const { return left_ + tempos_.seconds_at(ticks) * per_second_; }
  double x_of_bar(std::size_t bar) const;  // of the piece's end where there are fewer bars
  double x_of_second(double second) const { return left_ + second * per_second_; }
  const std::vector<Bar>& bars() const { return bars_; }
  double left() const { return left_; }
  double right() const { return x_of_second(seconds_); }
  double seconds() const { return seconds_; }

 private:
  TempoMap tempos_;
  std::vector<Bar> bars_;  // one at least
  double seconds_ = 0, left_ = 0, per_second_ = 0;
};

}  // namespace s2m
