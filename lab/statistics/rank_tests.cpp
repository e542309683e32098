#include "lab/statistics/rank_tests.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "lab/statistics/statistics.h"
#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr double kPrecision = 1e-15;
constexpr int kMostTerms = 10'000;

// e^-x x^a / Gamma(a), by logarithms.
double gamma_factor(double a, double x) { return std::exp(a * std::log(x) - x - std::lgamma(a)); }

// The lower function P(a, x) by its series, good for x < a + 1 (Abramowitz and Stegun 6.5.29).
double lower_gamma(double a, double x) {
  double term = 1 / a, sum = term;
  for (int n = 1; n < kMostTerms && term > sum * kPrecision; ++n) sum += term *= x / (a + n);
  return sum * gamma_factor(a, x);
}

// The upper function Q(a, x) by its continued fraction (6.5.31), evaluated by Lentz's method.
double upper_gamma(double a, double x) {
  constexpr double kTiny = std::numeric_limits<double>::min() / kPrecision;
  double b = x + 1 - a, c = 1 / kTiny, d = 1 / b, value = d;
  for (int n = 1; n < kMostTerms; ++n) {
    const double numerator = n * (a - n);
    b += 2;
    d = numerator * d + b;
    c = b + numerator / c;
    if (std::abs(d) < kTiny) d = kTiny;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    value *= d * c;
    if (std::abs(d * c - 1) < kPrecision) break;
  }
  return value * gamma_factor(a, x);
}

// The sum of t^3 - t over groups of t equal values.
double tie_sum(std::vector<double> values) {
  std::ranges::sort(values);
  double sum = 0;
  for (std::size_t first = 0, end = 0; first < values.size(); first = end) {
    while (end < values.size() && values[end] == values[first]) ++end;
    const auto t = static_cast<double>(end - first);
    sum += t * t * t - t;
  }
  return sum;
}

}  // namespace

double chi_squared_tail(double x, int degrees_of_freedom) {
  if (degrees_of_freedom < 1)
    throw Error("chi-squared", "too few degrees of freedom", "1 or more", std::to_string(degrees_of_freedom));
  if (!(x > 0)) return 1;
  const double a = degrees_of_freedom / 2.0, half = x / 2;
  return std::clamp(half < a + 1 ? 1 - lower_gamma(a, half) : upper_gamma(a, half), 0.0, 1.0);
}

KruskalWallis kruskal_wallis(std::span<const std::vector<double>> groups) {
  std::vector<double> all;
  int filled = 0;
  for (const auto& group : groups) {
    all.insert(all.end(), group.begin(), group.end());
    filled += !group.empty();
  }
  if (filled < 2) return {};
  const auto n = static_cast<double>(all.size());
  KruskalWallis test{.degrees_of_freedom = filled - 1};
  const double untied = 1 - tie_sum(all) / (n * n * n - n);
  if (!(untied > 0)) return test;  // all values are equal
  const auto all_ranks = ranks(all);
  double sum = 0;
  auto rank = all_ranks.begin();
  for (const auto& group : groups) {
    if (group.empty()) continue;
    const auto size = static_cast<std::ptrdiff_t>(group.size());
    const double total = std::accumulate(rank, rank + size, 0.0);
    sum += total * total / static_cast<double>(size);
    rank += size;
  }
  test.h = std::max(0.0, (12 * sum / (n * (n + 1)) - 3 * (n + 1)) / untied);
  test.p = chi_squared_tail(test.h, test.degrees_of_freedom);
  test.epsilon_squared = test.h / (n - 1);
  return test;
}

MannWhitney mann_whitney(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty()) return {};
  std::vector<double> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  const auto all_ranks = ranks(all);
  const auto in_a = static_cast<double>(a.size()), in_b = static_cast<double>(b.size()), n = in_a + in_b;
  const double rank_sum =
      std::accumulate(all_ranks.begin(), all_ranks.begin() + static_cast<std::ptrdiff_t>(a.size()), 0.0);
  MannWhitney test;
  test.u = rank_sum - in_a * (in_a + 1) / 2;
  test.cliffs_delta = 2 * test.u / (in_a * in_b) - 1;
  const double variance = in_a * in_b / 12 * (n + 1 - tie_sum(all) / (n * (n - 1)));
  if (!(variance > 0)) return test;  // all values are equal
  const double z = std::max(0.0, std::abs(test.u - in_a * in_b / 2) - 0.5) / std::sqrt(variance);
  test.p = std::min(1.0, std::erfc(z / std::sqrt(2.0)));
  return test;
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p[i]; });
  std::vector<double> corrected(p.size());
  double reached = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    reached = std::max(reached, std::min(1.0, p[order[i]] * static_cast<double>(p.size() - i)));
    corrected[order[i]] = reached;
  }
  return corrected;
}

}  // namespace s2m
