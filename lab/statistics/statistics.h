// Basic statistics: moments, correlations, ranks, quantiles, and confidence intervals by the bootstrap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace s2m {

// 0 of nothing.
double mean(std::span<const double> values);
// Standard deviation of the values themselves (divided by their number); 0 of fewer than two.
double deviation(std::span<const double> values);

// Pearson's correlation of two rows; 0 where one is constant. These three throw Error for rows of unlike
// length.
double pearson(std::span<const double> a, std::span<const double> b);
// Lin's concordance correlation (1989): 1 only where the rows are the same; 0 where both are constant.
double concordance(std::span<const double> a, std::span<const double> b);
// Spearman's rank correlation: Pearson's of the ranks.
double spearman(std::span<const double> a, std::span<const double> b);

// Ranks from 1; equal values share the mean of theirs.
std::vector<double> ranks(std::span<const double> values);

// The value below which `share` of `values` lie, between two of them by line (Hyndman, Fan 1996, type 7).
// Throws Error for none, and for a share beyond [0, 1].
double quantile(std::vector<double> values, double share);

// How far apart the distributions of two samples are: the largest difference of their cumulative shares (the
// two-sample Kolmogorov-Smirnov statistic), 0 to 1. Throws Error where one is empty.
double kolmogorov_smirnov(std::vector<double> a, std::vector<double> b);

// `values` moved and stretched by what brings `source` to the mean and deviation of `target`: how a scale is
// learned on one part and used on another. A constant `source` is moved only.
std::vector<double> match_scale(std::vector<double> values, std::span<const double> source,
                                std::span<const double> target);

struct Interval {
  double low = 0;
  double high = 0;
  bool operator==(const Interval&) const = default;
};

// A figure, the interval of 95 % that the bootstrap gives it, and of how many things it was taken.
struct Estimate {
  double value = 0;
  Interval interval = {};
  int count = 0;
  bool operator==(const Estimate&) const = default;
};

struct BootstrapOptions {
  int resamples = 1000;
  double level = 0.95;  // share of the resamples within the interval
  std::uint64_t seed = 1;
};

// The percentile bootstrap (Efron 1979): `statistic` of as many items drawn with return from 0 .. items - 1,
// `resamples` times, and the middle `level` of what it said. Same seed, same interval. No resamples or no
// items: an interval at 0. A statistic that is not a number in some resample does not count there.
Interval bootstrap(std::size_t items, const std::function<double(std::span<const std::size_t>)>& statistic,
                   const BootstrapOptions& options = {});

// The chosen items of `values`, for a statistic's use.
std::vector<double> pick(std::span<const double> values, std::span<const std::size_t> chosen);

}  // namespace s2m
