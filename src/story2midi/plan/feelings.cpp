#include "story2midi/plan/feelings.h"

#include <algorithm>
#include <cmath>

#include "story2midi/emotion/labels.h"

namespace s2m {
namespace {

constexpr double kMostDeviations = 2.5;
constexpr double kPlaneWeight = 1.5;   // deviations for a distance of one
constexpr double kClearlyThere = 0.9;  // deviations of a second feeling
constexpr double kLeastShare = 1e-4;

// Centres: Russell (1980), Scherer (2005). Usual and spread: 90 texts of lab/texts and 12 stories as read.
const std::array<FeelingRow, kFeelingCount>& table() {
  static const std::array<FeelingRow, kFeelingCount> kTable{{
      {"joy", {"amusement", "excitement", "joy"}, {0.7, 0.6}, -4.04, 1.96},
      {"love", {"love", "caring", "desire", "admiration", "gratitude"}, {0.6, -0.4}, -3.6, 1.49},
      {"pride", {"pride", "optimism", "approval", "relief"}, {0.6, 0.2}, -3.14, 0.92},
      {"fear", {"fear", "nervousness"}, {-0.6, 0.6}, -4.99, 1.3},
      {"anger", {"anger", "annoyance", "disapproval", "disgust"}, {-0.6, 0.5}, -3.46, 1.61},
      {"sadness",
       {"sadness", "grief", "remorse", "disappointment", "embarrassment"},
       {-0.6, -0.5},
       -3.52,
       1.48},
      {"wonder", {"surprise", "curiosity", "realization", "confusion"}, {0, 0.1}, -3.12, 0.87},
  }};
  return kTable;
}

double share_of(const Emotion& emotion, const FeelingRow& row) {
  double share = 0;
  for (std::size_t i = 0; i < std::min(kLabelCount, emotion.labels.size()); ++i)
    if (std::ranges::find(row.labels, kLabelNames[i]) != row.labels.end()) share += emotion.labels[i];
  return share;
}

}  // namespace

const FeelingRow& row_of(Feeling feeling) { return table()[static_cast<std::size_t>(feeling)]; }

FeelingScores feeling_scores(const Emotion& emotion) {
  FeelingScores scores{};
  if (emotion.labels.empty()) return scores;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const auto& row = table()[i];
    const double log_share = std::log(std::max(kLeastShare, share_of(emotion, row)));
    scores[i] = std::clamp((log_share - row.usual) / row.spread, -kMostDeviations, kMostDeviations);
  }
  return scores;
}

std::optional<Feeling> second_feeling_of(const Emotion& emotion) {
  auto scores = feeling_scores(emotion);
  scores[static_cast<std::size_t>(feeling_of(emotion))] = -kMostDeviations;
  const auto best = std::ranges::max_element(scores);
  if (*best < kClearlyThere) return {};
  return static_cast<Feeling>(best - scores.begin());
}

Feeling feeling_of(const Emotion& emotion) {
  auto scores = feeling_scores(emotion);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const auto& centre = table()[i].centre;
    const double apart = std::hypot(emotion.valence - centre.valence, emotion.arousal - centre.arousal);
    scores[i] -= kPlaneWeight * apart * apart;
  }
  return static_cast<Feeling>(std::ranges::max_element(scores) - scores.begin());
}

}  // namespace s2m
