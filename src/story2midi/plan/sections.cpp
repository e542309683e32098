#include "story2midi/plan/sections.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace s2m {
namespace {

constexpr double kAlike = 0.15;  // distance on the plane below which neighbours feel alike
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

double total_bytes(const std::vector<Stretch>& stretches) {
  return std::accumulate(stretches.begin(), stretches.end(), 0.0,
                         [](double sum, const Stretch& stretch) { return sum + stretch.bytes; });
}

// The passages whose middles fall to one phrase together: music and text part at the same places.
std::vector<Stretch> by_phrase(const EmotionCurve& curve, int bars) {
  std::vector<Stretch> singles, stretches;
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    const auto& [passage, emotion] = curve.points[i];
    singles.push_back({i, i + 1, bytes_of(passage), {emotion.valence, emotion.arousal, {}}, 0});
  }
  const double phrase = total_bytes(singles) * kPhraseBars / bars;
  double at = 0, last = -1;
  for (const Stretch& single : singles) {
    const double now = std::floor((at + single.bytes / 2) / phrase);
    at += single.bytes;
    if (now != last)
      stretches.push_back(single);
    else
      stretches.back() = join(stretches.back(), single);
    last = now;
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

// Whole phrases, at least one each: a section begins at the phrase that is nearest to where its text does.
void share_bars(std::vector<Stretch>& stretches, int bars) {
  const int phrases = bars / kPhraseBars, sections = static_cast<int>(stretches.size());
  const double total = total_bytes(stretches);
  double bytes = 0;
  int begin = 0;
  for (int i = 0; i < sections; ++i) {
    Stretch& s = stretches[static_cast<std::size_t>(i)];
    bytes += s.bytes;
    const int nearest = static_cast<int>(std::lround(bars * bytes / total / kPhraseBars));
    const int end = std::min(std::max(nearest, begin + 1), phrases - (sections - 1 - i));
    s.bars = (end - begin) * kPhraseBars;
    begin = end;
  }
  stretches.back().bars += bars % kPhraseBars;
}

}  // namespace

std::vector<Stretch> divide(const EmotionCurve& curve, int bars) {
  auto stretches = by_phrase(curve, bars);
  const auto most = static_cast<std::size_t>(std::max(1, bars / (2 * kPhraseBars)));
  const double total = total_bytes(stretches);
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
