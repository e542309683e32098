#include "story2midi/pictures/timeline.h"

#include <fmt/format.h>

#include <algorithm>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"

namespace s2m {
namespace {

constexpr auto kMostBars = std::size_t{limits::kMostBars};

}  // namespace

PictureTimeline::PictureTimeline(const Score& score, double left, double right)
    : tempos_(score), bars_(s2m::bars(score)), left_(left) {
  if (bars_.empty()) bars_.push_back({0, 4 * score.ticks_per_quarter, {}});
  if (bars_.size() > kMostBars)
    throw Error("picture", "too many bars", fmt::format("at most {}", kMostBars),
                fmt::to_string(bars_.size()));
  const double end = double(bars_.back().start_ticks) + bars_.back().length_ticks;
  seconds_ = std::max(1e-3, tempos_.seconds_at(std::max(end, double(end_ticks(score)))));
  per_second_ = (right - left) / seconds_;
}

double PictureTimeline::x_of_bar(std::size_t bar) const {
  return bar < bars_.size() ? x_of(bars_[bar].start_ticks) : right();
}

}  // namespace s2m
