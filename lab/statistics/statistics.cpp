#include "lab/statistics/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/base/random.h"

namespace s2m {
namespace {

constexpr std::uint64_t kBootstrapStream = 0xb005;

struct Moments {
  double mean_a = 0, mean_b = 0, var_a = 0, var_b = 0, cov = 0;
};

Moments moments(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size())
    throw Error("statistics", "rows of unlike length", std::to_string(a.size()), std::to_string(b.size()));
  Moments m{mean(a), mean(b)};
  const auto count = static_cast<double>(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    m.var_a += (a[i] - m.mean_a) * (a[i] - m.mean_a) / count;
    m.var_b += (b[i] - m.mean_b) * (b[i] - m.mean_b) / count;
    m.cov += (a[i] - m.mean_a) * (b[i] - m.mean_b) / count;
  }
  return m;
}

}  // namespace

double mean(std::span<const double> values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation(std::span<const double> values) { return std::sqrt(moments(values, values).var_a); }

double pearson(std::span<const double> a, std::span<const double> b) {
  const Moments m = moments(a, b);
  const double whole = std::sqrt(m.var_a) * std::sqrt(m.var_b);
  return whole > 0 ? std::clamp(m.cov / whole, -1.0, 1.0) : 0;
}

double concordance(std::span<const double> a, std::span<const double> b) {
  const Moments m = moments(a, b);
  const double apart = m.mean_a - m.mean_b;
  const double whole = m.var_a + m.var_b + apart * apart;
  return whole > 0 ? 2 * m.cov / whole : 0;
}

double spearman(std::span<const double> a, std::span<const double> b) { return pearson(ranks(a), ranks(b)); }

std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> result(values.size());
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    const double shared = static_cast<double>(first + 1 + end) / 2;
    for (std::size_t i = first; i < end; ++i) result[order[i]] = shared;
  }
  return result;
}

double quantile(std::vector<double> values, double share) {
  if (values.empty() || !(share >= 0 && share <= 1))
    throw Error("quantile", "of no values, or no share", "a share from 0 to 1 of at least one value");
  std::ranges::sort(values);
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], place - static_cast<double>(below));
}

double kolmogorov_smirnov(std::vector<double> a, std::vector<double> b) {
  if (a.empty() || b.empty()) throw Error("statistics", "no values to compare");
  std::ranges::sort(a);
  std::ranges::sort(b);
  const auto share = [](const std::vector<double>& values, double up_to) {
    const auto count = std::ranges::upper_bound(values, up_to) - values.begin();
    return static_cast<double>(count) / static_cast<double>(values.size());
  };
  double most = 0;
  for (const auto* values : {&a, &b})
    for (const double value : *values) most = std::max(most, std::abs(share(a, value) - share(b, value)));
  return most;
}

std::vector<double> match_scale(std::vector<double> values, std::span<const double> source,
                                std::span<const double> target) {
  const double spread = deviation(source);
  const double unit = spread > 0 ? deviation(target) / spread : 1;
  const double from = mean(source), to = mean(target);
  for (double& value : values) value = (value - from) * unit + to;
  return values;
}

Interval bootstrap(std::size_t items, const std::function<double(std::span<const std::size_t>)>& statistic,
                   const BootstrapOptions& options) {
  std::vector<double> values;
  std::vector<std::size_t> drawn(items);
  for (int resample = 0; items > 0 && resample < options.resamples; ++resample) {
    Random random(options.seed, kBootstrapStream + static_cast<std::uint64_t>(resample));
    for (auto& item : drawn) item = random.below(items);
    const double value = statistic(drawn);
    if (!std::isnan(value)) values.push_back(value);
  }
  if (values.empty()) return {};
  const double tail = (1 - options.level) / 2;
  return {quantile(values, tail), quantile(values, 1 - tail)};
}

std::vector<double> pick(std::span<const double> values, std::span<const std::size_t> chosen) {
  std::vector<double> picked;
  picked.reserve(chosen.size());
  for (const std::size_t i : chosen) picked.push_back(values[i]);
  return picked;
}

}  // namespace s2m
