#include "story2midi/plan/shape.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

// The arc of a phrase: it swells, then gives way. Bars of POP909 vary in density by .19, of piano-midi.de by .25.
struct BarShape {
  double density, dynamics, register_semitones;
};
constexpr std::array<BarShape, kPhraseBars> kPhrase{
    {{1.0, 0.97, 0}, {1.08, 1.02, 0.5}, {1.12, 1.07, 1.5}, {0.8, 0.94, -1}}};
constexpr BarShape kClimax{1.2, 1.15, 3};  // reached over the build
constexpr BarShape kBreath{0.6, 1, 0};     // the last bar before a section that feels otherwise
constexpr int kLongestBuild = 16, kRelease = 4, kShortestPiece = 12;  // bars
constexpr double kRises = 0.1;  // of intensity above the piece's mean: less is no climax of the story's
constexpr double kUsualPlace = 0.7;
constexpr double kOtherwise = 0.6;  // distance on the plane

double intensity(const BarPlan& bar) { return bar.arousal + 0.3 * std::abs(bar.valence); }

void apply(BarPlan& bar, const BarShape& shape, double share) {
  bar.density *= 1 + (shape.density - 1) * share;
  bar.dynamics *= 1 + (shape.dynamics - 1) * share;
  bar.register_pitch += shape.register_semitones * share;
}

void build(const std::vector<BarPlan*>& bars, int climax) {
  const int from = std::max(0, climax - kLongestBuild);
  for (int i = from; i < climax + kRelease && i < static_cast<int>(bars.size()); ++i) {
    const double share =
        i <= climax ? 1.0 * (i - from + 1) / (climax - from + 1) : 1 - 1.0 * (i - climax) / kRelease;
    apply(*bars[static_cast<std::size_t>(i)], kClimax, share);
  }
}

void breathe(Plan& plan) {
  for (std::size_t i = 0; i + 1 < plan.sections.size(); ++i) {
    auto& last = plan.sections[i].bars.back();
    const auto& next = plan.sections[i + 1].bars.front();
    if (std::hypot(last.valence - next.valence, last.arousal - next.arousal) > kOtherwise)
      apply(last, kBreath, 1);
  }
}

}  // namespace

int climax_bar(const Plan& plan) {
  std::vector<double> phrases;
  std::vector<int> starts;
  int first = 0;
  double mean = 0;
  for (const auto& section : plan.sections) {
    for (std::size_t at = 0; at + kPhraseBars <= section.bars.size(); at += kPhraseBars) {
      double sum = 0;
      for (std::size_t i = at; i < at + kPhraseBars; ++i) sum += intensity(section.bars[i]) / kPhraseBars;
      phrases.push_back(sum);
      starts.push_back(first + static_cast<int>(at));
      mean += sum;
    }
    first += static_cast<int>(section.bars.size());
  }
  if (first < kShortestPiece || phrases.size() < 3) return -1;
  mean /= static_cast<double>(phrases.size());
  auto best = std::max_element(phrases.begin() + 1, phrases.end()) - phrases.begin();
  if (phrases[static_cast<std::size_t>(best)] - mean < kRises)
    best = std::lround(kUsualPlace * static_cast<double>(phrases.size() - 1));
  return starts[static_cast<std::size_t>(best)] + 2;
}

void shape_phrases(std::vector<BarPlan>& bars) {
  for (std::size_t i = 0; i < bars.size(); ++i) apply(bars[i], kPhrase[i % kPhraseBars], 1);
}

void shape_form(Plan& plan) {
  for (auto& section : plan.sections) shape_phrases(section.bars);
  if (const int climax = climax_bar(plan); climax >= 0) build(bars_to_change(plan), climax);
  breathe(plan);
}

}  // namespace s2m
