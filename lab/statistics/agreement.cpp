#include "lab/statistics/agreement.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace s2m {
namespace {

constexpr double kNormal975 = 1.959963984540054;

double binomial_probability(int hits, int count, double chance) {
  if (chance <= 0) return hits == 0 ? 1 : 0;
  if (chance >= 1) return hits == count ? 1 : 0;
  return std::exp(std::lgamma(count + 1.) - std::lgamma(hits + 1.) - std::lgamma(count - hits + 1.) +
                  hits * std::log(chance) + (count - hits) * std::log1p(-chance));
}

double difference(double a, double b, RatingScale scale) {
  return scale == RatingScale::kNominal ? (a == b ? 0 : 1) : (a - b) * (a - b);
}

// Sum of the differences of all ordered pairs.
double sum_of_differences(const std::vector<double>& values, RatingScale scale) {
  double sum = 0;
  for (const double a : values)
    for (const double b : values) sum += difference(a, b, scale);
  return sum;
}

}  // namespace

Interval wilson_interval(Share share) {
  if (share.count == 0) return {0, 1};
  const double n = share.count, p = share.value(), z2 = kNormal975 * kNormal975;
  const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kNormal975 / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return {std::max(0., middle - half), std::min(1., middle + half)};
}

double binomial_tail(Share share, double chance) {
  double tail = 0;
  for (int hits = share.count; hits >= std::max(0, share.hits); --hits)
    tail += binomial_probability(hits, share.count, chance);
  return std::min(1., tail);
}

double binomial_test(Share share, double chance) {
  const double own = binomial_probability(share.hits, share.count, chance);
  double p = 0;
  for (int hits = 0; hits <= share.count; ++hits) {
    const double other = binomial_probability(hits, share.count, chance);
    if (other <= own * (1 + 1e-7)) p += other;
  }
  return std::min(1., p);
}

double binomial_power(int count, double chance, double accuracy, double level) {
  int needed = 0;
  while (needed <= count && binomial_tail({needed, count}, chance) > level) ++needed;
  return needed > count ? 0 : binomial_tail({needed, count}, accuracy);
}

double normal_quantile(double p) {
  const auto tail = [](double q) {
    return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q -
              2.549732539343734) *
                 q +
             4.374664141464968) *
                q +
            2.938163982698783) /
           ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q +
             3.754408661907416) *
                q +
            1);
  };
  double x = 0;
  if (p < .02425) {
    x = tail(std::sqrt(-2 * std::log(p)));
  } else if (p > 1 - .02425) {
    x = -tail(std::sqrt(-2 * std::log1p(-p)));
  } else {
    const double q = p - .5, r = q * q;
    x = (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r +
           1.383577518672690e+02) *
              r -
          3.066479806614716e+01) *
             r +
         2.506628277459239) *
        q /
        (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r +
           6.680131188771972e+01) *
              r -
          1.328068155288572e+01) *
             r +
         1);
  }
  const double error = .5 * std::erfc(-x / std::numbers::sqrt2) - p;
  const double step = error * std::sqrt(2 * std::numbers::pi) * std::exp(x * x / 2);
  return x - step / (1 + x * step / 2);
}

double d_prime(Share hits, Share false_alarms) {
  const auto rate = [](Share share) { return (share.hits + .5) / (share.count + 1.); };
  return normal_quantile(rate(hits)) - normal_quantile(rate(false_alarms));
}

double krippendorff_alpha(const Ratings& ratings, RatingScale scale) {
  std::vector<double> all;
  double observed = 0;
  const std::size_t units = ratings.empty() ? 0 : ratings.front().size();
  for (std::size_t unit = 0; unit < units; ++unit) {
    std::vector<double> values;
    for (const auto& rater : ratings)
      if (rater[unit]) values.push_back(*rater[unit]);
    if (values.size() < 2) continue;
    observed += sum_of_differences(values, scale) / static_cast<double>(values.size() - 1);
    all.insert(all.end(), values.begin(), values.end());
  }
  if (all.size() < 2) return 1;
  const double expected = sum_of_differences(all, scale) / static_cast<double>(all.size() - 1);
  return expected == 0 ? 1 : 1 - observed / expected;
}

std::optional<double> intraclass_correlation(const Ratings& ratings) {
  std::vector<std::vector<double>> complete;
  for (const auto& rater : ratings) {
    std::vector<double> values;
    for (const auto& value : rater)
      if (value) values.push_back(*value);
    if (values.size() == rater.size()) complete.push_back(std::move(values));
  }
  if (complete.size() < 2 || complete.front().size() < 2) return std::nullopt;
  const auto raters = static_cast<double>(complete.size()),
             units = static_cast<double>(complete.front().size());
  std::vector<double> all, of_units;
  double between_raters = 0, between_units = 0, total = 0;
  for (const auto& values : complete) all.insert(all.end(), values.begin(), values.end());
  const double middle = mean(all);
  for (const auto& values : complete) between_raters += units * std::pow(mean(values) - middle, 2);
  for (std::size_t unit = 0; unit < complete.front().size(); ++unit) {
    std::vector<double> column;
    for (const auto& values : complete) column.push_back(values[unit]);
    between_units += raters * std::pow(mean(column) - middle, 2);
  }
  for (const double value : all) total += (value - middle) * (value - middle);
  const double rest = (total - between_raters - between_units) / ((raters - 1) * (units - 1));
  const double row = between_units / (units - 1), column = between_raters / (raters - 1);
  const double divisor = row + (raters - 1) * rest + raters / units * (column - rest);
  return divisor == 0 ? std::optional<double>() : (row - rest) / divisor;
}

}  // namespace s2m
