#include "plan/sections.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace s2m {
namespace {

constexpr std::size_t kMostStretches = 256;  // a novel's passages are first taken in so many even bundles
constexpr double kAlike = 0.15;              // distance on the plane below which neighbours feel alike
constexpr int kLongSectionBars = 16;

Stretch join(const Stretch& a, const Stretch& b) {
  Stretch both{a.first, b.last, a.bytes + b.bytes, {}, 0};
  both.mean.valence = (a.bytes * a.mean.valence + b.bytes * b.mean.valence) / both.bytes;
  both.mean.arousal = (a.bytes * a.mean.arousal + b.bytes * b.mean.arousal) / both.bytes;
  return both;
}

double distance(const Stretch& a, const Stretch& b) {
  return std::hypot(a.mean.valence - b.mean.valence, a.mean.arousal - b.mean.arousal);
}

double ward_cost(const Stretch& a, const Stretch& b) {
  const double apart = distance(a, b);
  return a.bytes * b.bytes / (a.bytes + b.bytes) * apart * apart;
}

double bytes_of(const Passage& passage) {
  return static_cast<double>(std::max<std::size_t>(1, passage.text.size()));
}

std::vector<Stretch> bundles(const EmotionCurve& curve) {
  const std::size_t each = (curve.points.size() + kMostStretches - 1) / kMostStretches;
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    const auto& [passage, emotion] = curve.points[i];
    const Stretch single{i, i + 1, bytes_of(passage), {emotion.valence, emotion.arousal, {}}, 0};
    if (i % each == 0)
      stretches.push_back(single);
    else
      stretches.back() = join(stretches.back(), single);
  }
  return stretches;
}

// The cheapest neighbours to join among those that `may_join`; the last index where there are none.
template <class MayJoin>
std::size_t cheapest(const std::vector<Stretch>& stretches, const MayJoin& may_join) {
  std::size_t best = stretches.size() - 1;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i + 1 < stretches.size(); ++i) {
    const double cost = ward_cost(stretches[i], stretches[i + 1]);
    if (cost >= least || !may_join(stretches[i], stretches[i + 1])) continue;
    best = i;
    least = cost;
  }
  return best;
}

void share_bars(std::vector<Stretch>& stretches, int bars) {
  const int phrases = bars / kPhraseBars;
  const double total = std::accumulate(stretches.begin(), stretches.end(), 0.0,
                                       [](double sum, const Stretch& s) { return sum + s.bytes; });
  int left = phrases;
  for (auto& s : stretches) {
    s.bars = std::max(1, static_cast<int>(phrases * s.bytes / total));
    left -= s.bars;
  }
  const auto lack = [&](const Stretch& s) { return phrases * s.bytes / total - s.bars; };
  const auto less = [&](const Stretch& a, const Stretch& b) { return lack(a) < lack(b); };
  for (; left > 0; --left) ++std::max_element(stretches.begin(), stretches.end(), less)->bars;
  const auto spare = [&](const Stretch& a, const Stretch& b) {
    return (a.bars > 1 ? lack(a) : 1e9) < (b.bars > 1 ? lack(b) : 1e9);
  };
  for (; left < 0; ++left) --std::min_element(stretches.begin(), stretches.end(), spare)->bars;
  for (auto& s : stretches) s.bars *= kPhraseBars;
  stretches.back().bars += bars % kPhraseBars;
}

}  // namespace

std::vector<Stretch> divide(const EmotionCurve& curve, int bars) {
  auto stretches = bundles(curve);
  const auto most = static_cast<std::size_t>(std::max(1, bars / (2 * kPhraseBars)));
  const double total = std::accumulate(stretches.begin(), stretches.end(), 0.0,
                                       [](double sum, const Stretch& s) { return sum + s.bytes; });
  const auto alike = [&](const Stretch& a, const Stretch& b) {
    return distance(a, b) < kAlike && (a.bytes + b.bytes) / total * bars <= kLongSectionBars;
  };
  const auto any = [](const Stretch&, const Stretch&) { return true; };
  while (stretches.size() > 1) {
    const auto i = stretches.size() > most ? cheapest(stretches, any) : cheapest(stretches, alike);
    if (i + 1 == stretches.size()) break;
    stretches[i] = join(stretches[i], stretches[i + 1]);
    stretches.erase(stretches.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
  share_bars(stretches, bars);
  return stretches;
}

Emotion bar_emotion(const EmotionCurve& curve, const Stretch& stretch, int bar) {
  const double from = stretch.bytes * bar / stretch.bars, to = stretch.bytes * (bar + 1) / stretch.bars;
  Emotion sum;
  double weight = 0, at = 0;
  for (std::size_t i = stretch.first; i < stretch.last; ++i) {
    const auto& [passage, emotion] = curve.points[i];
    const double end = at + bytes_of(passage);
    const double within = std::min(end, to) - std::max(at, from);
    at = end;
    if (within <= 0) continue;
    sum.valence += within * emotion.valence;
    sum.arousal += within * emotion.arousal;
    weight += within;
  }
  return weight > 0 ? Emotion{sum.valence / weight, sum.arousal / weight, {}} : stretch.mean;
}

}  // namespace s2m
