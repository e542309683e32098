#include "lab/analysis/triads.h"

#include <array>
#include <numeric>

#include "lab/statistics/statistics.h"

namespace s2m {
namespace {

constexpr double kBassBonus = 0.06;
constexpr std::array<std::array<int, 3>, kTriadQualities> kIntervals{{{0, 4, 7}, {0, 3, 7}, {0, 3, 6}}};

constexpr PitchClassWeights kMajorProfile = {6.35, 2.23, 3.48, 2.33, 4.38, 4.09,
                                             2.52, 5.19, 2.39, 3.66, 2.29, 2.88};
constexpr PitchClassWeights kMinorProfile = {6.33, 2.68, 3.52, 5.38, 2.60, 3.53,
                                             2.54, 4.75, 3.98, 2.69, 3.34, 3.17};

}  // namespace

std::optional<Triad> best_triad(const PitchClassWeights& weights, int bass) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (!(total > 0)) return std::nullopt;
  Triad best;
  double best_share = -1;
  for (int quality = 0; quality < kTriadQualities; ++quality)
    for (int root = 0; root < 12; ++root) {
      double share = root == bass ? kBassBonus : 0;
      for (const int interval : kIntervals[static_cast<std::size_t>(quality)])
        share += weights[static_cast<std::size_t>((root + interval) % 12)] / total;
      if (share > best_share) best_share = share, best = {root, static_cast<TriadQuality>(quality)};
    }
  return best;
}

Key key_by_profiles(const PitchClassWeights& weights) {
  Key best;
  double best_fit = 0;
  for (const Mode mode : {Mode::kMajor, Mode::kMinor})
    for (int tonic = 0; tonic < 12; ++tonic) {
      PitchClassWeights degrees;
      for (std::size_t i = 0; i < 12; ++i) degrees[i] = weights[(static_cast<std::size_t>(tonic) + i) % 12];
      const double fit = pearson(degrees, mode == Mode::kMajor ? kMajorProfile : kMinorProfile);
      if (fit > best_fit) best_fit = fit, best = {tonic, mode};
    }
  return best;
}

}  // namespace s2m
