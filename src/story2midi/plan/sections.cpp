#include "story2midi/plan/sections.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "story2midi/plan/turns.h"

namespace s2m {
namespace {

constexpr double kTurn = 0.3;       // distance on the plane that is worth a turn
constexpr double kSectionCost = 3;  // of each section, in bars that are a turn away from their section's mean
constexpr double kShortestBars = 3;  // of text: rounded to a phrase
constexpr double kLongBars = 16, kLongestBars = 48;
constexpr double kLongCost = 0.375;                     // per bar beyond kLongBars
constexpr std::array<double, 3> kStartCost{1.6, 1, 0};  // factors, by PassageStart
constexpr double kTurnShare = 0.6;                      // of the cost that a clear turn of the words saves
constexpr double kPartReward = 30, kTooShort = 60;
constexpr double kNearPhrase = 1;  // bars
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Sums over the passages before each one, so that any stretch's mean and deviation take no time.
struct Sums {
  double weight = 0, valence = 0, arousal = 0, squares = 0;
  Sums operator-(const Sums& other) const {
    return {weight - other.weight, valence - other.valence, arousal - other.arousal, squares - other.squares};
  }
  double deviation() const {
    return weight > 0 ? std::max(0.0, squares - (valence * valence + arousal * arousal) / weight) : 0;
  }
};

// Divides a course by optimal partitioning (Jackson et al. 2005; Killick et al. 2012): the sections whose bars lie
// nearest to their means, where each section has a cost.
class Division {
 public:
  Division(const Course& course, int bars) : course_(course), bars_per_unit_(bars / course.length()) {
    const auto& points = course.curve.points;
    sums_.emplace_back();
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto& emotion = points[i].emotion;
      const double weight = bars_between(i, i + 1);
      auto sums = sums_.back();
      sums.weight += weight;
      sums.valence += weight * emotion.valence;
      sums.arousal += weight * emotion.arousal;
      sums.squares += weight * (emotion.valence * emotion.valence + emotion.arousal * emotion.arousal);
      sums_.push_back(sums);
    }
    const auto turns = turns_of(points);
    for (std::size_t i = 0; i < points.size(); ++i) start_costs_.push_back(start_cost(i, turns[i]));
    choose_starts();
  }

  // The first passage of each section, and the end.
  std::vector<std::size_t> borders() const {
    const std::size_t count = starts_.size();  // the last is the end
    std::vector<double> least(count, kInfinity);
    std::vector<std::size_t> from(count, 0);
    least[0] = 0;
    for (std::size_t end = 1; end < count; ++end)
      for (std::size_t begin = end; begin-- > 0;) {
        const double bars = bars_between(starts_[begin], starts_[end]);
        if (bars > kLongestBars && begin + 1 < end) break;
        const double cost = least[begin] + cost_of(starts_[begin], starts_[end], bars);
        if (cost < least[end]) least[end] = cost, from[end] = begin;
      }
    std::vector<std::size_t> borders{starts_.back()};
    for (std::size_t end = count - 1; end > 0; end = from[end]) borders.push_back(starts_[from[end]]);
    std::ranges::reverse(borders);
    return borders;
  }

 private:
  double bars_between(std::size_t first, std::size_t last) const {
    return (course_.at[last] - course_.at[first]) * bars_per_unit_;
  }

  // What an uncertain reading moves by chance is no turn.
  double start_cost(std::size_t passage, double turn) const {
    if (passage == 0) return 0;
    const auto& points = course_.curve.points;
    const auto starts = points[passage].passage.starts;
    if (starts == PassageStart::kPart) return -kPartReward;
    const double factor = kStartCost[static_cast<std::size_t>(starts)] * (1 - kTurnShare * turn);
    const auto& deviation = points[passage].emotion.uncertainty;
    const double variance =
        deviation ? deviation->valence * deviation->valence + deviation->arousal * deviation->arousal : 0;
    return kSectionCost * factor + variance * bars_between(passage, passage + 1) / (kTurn * kTurn);
  }

  double cost_of(std::size_t first, std::size_t last, double bars) const {
    const double turned = (sums_[last] - sums_[first]).deviation() / (kTurn * kTurn);
    return turned + start_costs_[first] + kLongCost * std::max(0.0, bars - kLongBars) +
           (bars < kShortestBars ? kTooShort : 0);
  }

  // A section begins with a phrase: at the passage near to a phrase's beginning where the story turns most, at the nearest
  // one where none is near, and at every part.
  void choose_starts() {
    const std::size_t count = start_costs_.size();
    starts_ = {0, count};
    for (std::size_t i = 1; i < count; ++i)
      if (course_.curve.points[i].passage.starts == PassageStart::kPart) starts_.push_back(i);
    const int phrases = static_cast<int>(bars_between(0, count) / kPhraseBars);
    std::size_t first = 1;
    for (int phrase = 1; phrase < phrases && count > 1; ++phrase) {
      const double bar = phrase * kPhraseBars;
      while (first + 1 < count && bars_between(0, first) < bar - kNearPhrase) ++first;
      auto best = first;
      const auto away = [&](std::size_t i) { return std::abs(bars_between(0, i) - bar); };
      if (first > 1 && away(first - 1) < away(first)) best = first - 1;
      for (auto i = first; i < count && away(i) <= kNearPhrase; ++i)
        if (away(best) > kNearPhrase || start_costs_[i] < start_costs_[best]) best = i;
      starts_.push_back(best);
    }
    std::ranges::sort(starts_);
    starts_.erase(std::unique(starts_.begin(), starts_.end()), starts_.end());
  }

  const Course& course_;
  double bars_per_unit_;
  std::vector<Sums> sums_;
  std::vector<double> start_costs_;
  std::vector<std::size_t> starts_;
};

Stretch stretch_of(const Course& course, std::size_t first, std::size_t last) {
  Stretch stretch{first, last, course.at[first], course.at[last], {}, 0};
  double weight = 0;
  for (auto i = first; i < last; ++i) {
    const double length = course.at[i + 1] - course.at[i];
    stretch.mean.valence += length * course.curve.points[i].emotion.valence;
    stretch.mean.arousal += length * course.curve.points[i].emotion.arousal;
    weight += length;
  }
  if (weight > 0) stretch.mean.valence /= weight, stretch.mean.arousal /= weight;
  return stretch;
}

// Fewer stretches than phrases: the shortest joins its shorter neighbour.
void join_shortest(const Course& course, std::vector<Stretch>& stretches, std::size_t most) {
  while (stretches.size() > most) {
    const auto shortest = std::ranges::min_element(stretches, {}, &Stretch::length);
    const bool first = shortest == stretches.begin(), last = shortest + 1 == stretches.end();
    const bool joins_next = first || (!last && (shortest + 1)->length() < (shortest - 1)->length());
    const auto left = joins_next ? shortest : shortest - 1;
    *left = stretch_of(course, left->first, (left + 1)->last);
    stretches.erase(left + 1);
  }
}

// Whole phrases, at least one each: a section begins at the phrase that is nearest to where its text does.
void share_bars(std::vector<Stretch>& stretches, int bars) {
  const int phrases = bars / kPhraseBars, sections = static_cast<int>(stretches.size());
  const double from = stretches.front().begin, total = stretches.back().end - from;
  int begin = 0;
  for (int i = 0; i < sections; ++i) {
    Stretch& s = stretches[static_cast<std::size_t>(i)];
    const int nearest = static_cast<int>(std::lround(bars * (s.end - from) / total / kPhraseBars));
    const int end = std::min(std::max(nearest, begin + 1), phrases - (sections - 1 - i));
    s.bars = (end - begin) * kPhraseBars;
    begin = end;
  }
  stretches.back().bars += bars % kPhraseBars;
}

}  // namespace

std::vector<Stretch> divide(const Course& course, int bars) {
  const auto borders = Division(course, bars).borders();
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i + 1 < borders.size(); ++i)
    stretches.push_back(stretch_of(course, borders[i], borders[i + 1]));
  join_shortest(course, stretches, static_cast<std::size_t>(std::max(1, bars / kPhraseBars)));
  share_bars(stretches, bars);
  return stretches;
}

Emotion bar_emotion(const Course& course, const Stretch& stretch, int bar) {
  const double from = stretch.begin + stretch.length() * bar / stretch.bars,
               to = stretch.begin + stretch.length() * (bar + 1) / stretch.bars;
  Emotion sum;
  double weight = 0;
  for (std::size_t i = stretch.first; i < stretch.last; ++i) {
    const double within = std::min(course.at[i + 1], to) - std::max(course.at[i], from);
    if (within <= 0) continue;
    sum.valence += within * course.curve.points[i].emotion.valence;
    sum.arousal += within * course.curve.points[i].emotion.arousal;
    weight += within;
  }
  return weight > 0 ? Emotion{sum.valence / weight, sum.arousal / weight, {}} : stretch.mean;
}

}  // namespace s2m
