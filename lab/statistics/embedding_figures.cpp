#include "lab/statistics/embedding_figures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr std::size_t kRowsAtOnce = 2048;  // of the rows compared with: what stays in the cache
constexpr int kProbeSteps = 150;
constexpr float kRidge = 1e-3f;
constexpr int kPowerSteps = 300;

using PerClass = std::array<float, kEmbeddingClasses>;

void check_rows(const EmbeddedRows& train, const EmbeddedRows& test) {
  if (train.size() == 0 || train.width != test.width)
    throw Error("embedding", "no rows to learn from", "rows of one width in both parts",
                std::to_string(train.size()));
}

// The columns of `rows` one after another: a sum over columns then runs over many rows side by side.
std::vector<float> transposed(const EmbeddedRows& rows) {
  std::vector<float> columns(rows.values.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t k = 0; k < rows.width; ++k) columns[k * rows.size() + i] = rows.row(i)[k];
  return columns;
}

// Minus the squared distance of x to each of the rows.
void measure_nearness(std::span<const float> x, const std::vector<float>& columns, std::span<float> near) {
  std::ranges::fill(near, 0.f);
  for (std::size_t first = 0; first < near.size(); first += kRowsAtOnce) {
    const std::size_t end = std::min(first + kRowsAtOnce, near.size());
    for (std::size_t k = 0; k < x.size(); ++k) {
      const float* column = columns.data() + k * near.size();
      for (std::size_t i = first; i < end; ++i) near[i] -= (x[k] - column[i]) * (x[k] - column[i]);
    }
  }
}

int vote(std::span<const float> near, std::span<const int> classes, std::vector<std::size_t>& order,
         std::size_t neighbours) {
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t count = std::min(neighbours, order.size());
  const auto nearer = [&](std::size_t a, std::size_t b) {
    return near[a] != near[b] ? near[a] > near[b] : a < b;
  };
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(), nearer);
  std::array<std::size_t, kEmbeddingClasses> votes{};
  for (std::size_t i = 0; i < count; ++i) ++votes[static_cast<std::size_t>(classes[order[i]])];
  const std::size_t most = *std::ranges::max_element(votes);
  for (std::size_t i = 0; i < count; ++i)
    if (votes[static_cast<std::size_t>(classes[order[i]])] == most) return classes[order[i]];
  return 0;
}

// Weights stand by column, the four classes side by side; the last column is the bias.
using ProbeWeights = std::vector<PerClass>;

PerClass logits(const ProbeWeights& weights, std::span<const float> row) {
  PerClass sums = weights.back();
  for (std::size_t k = 0; k < row.size(); ++k)
    for (std::size_t c = 0; c < kEmbeddingClasses; ++c) sums[c] += row[k] * weights[k][c];
  return sums;
}

void to_shares(PerClass& logits) {
  const float most = *std::ranges::max_element(logits);
  float sum = 0;
  for (float& x : logits) sum += x = std::exp(x - most);
  for (float& x : logits) x /= sum;
}

ProbeWeights probe_gradient(const ProbeWeights& weights, const EmbeddedRows& rows) {
  ProbeWeights gradient(weights.size(), PerClass{});
  const float share = 1.f / static_cast<float>(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = rows.row(i);
    PerClass error = logits(weights, row);
    to_shares(error);
    error[static_cast<std::size_t>(rows.classes[i])] -= 1;
    for (float& e : error) e *= share;
    for (std::size_t k = 0; k < row.size(); ++k)
      for (std::size_t c = 0; c < kEmbeddingClasses; ++c) gradient[k][c] += row[k] * error[c];
    for (std::size_t c = 0; c < kEmbeddingClasses; ++c) gradient.back()[c] += error[c];
  }
  for (std::size_t k = 0; k < weights.size(); ++k)
    for (std::size_t c = 0; c < kEmbeddingClasses; ++c) gradient[k][c] += kRidge * weights[k][c];
  return gradient;
}

// The eigenvector of the largest eigenvalue, and that value, by power iteration.
std::vector<double> leading_direction(const std::vector<double>& covariance, std::size_t width,
                                      double& value) {
  std::vector<double> v(width), next(width);
  for (std::size_t k = 0; k < width; ++k) v[k] = 1 + 0.001 * static_cast<double>(k);  // along no axis
  for (int step = 0; step < kPowerSteps; ++step) {
    for (std::size_t r = 0; r < width; ++r)
      next[r] = std::inner_product(v.begin(), v.end(),
                                   covariance.begin() + static_cast<std::ptrdiff_t>(r * width), 0.0);
    value = std::sqrt(std::inner_product(next.begin(), next.end(), next.begin(), 0.0));
    if (!(value > 0)) break;
    for (std::size_t k = 0; k < width; ++k) v[k] = next[k] / value;
  }
  const double largest = *std::ranges::max_element(v, {}, [](double x) { return std::abs(x); });
  if (largest < 0)
    for (double& x : v) x = -x;
  return v;
}

std::vector<double> column_means(const EmbeddedRows& rows) {
  std::vector<double> means(rows.width);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t k = 0; k < rows.width; ++k)
      means[k] += rows.row(i)[k] / static_cast<double>(rows.size());
  return means;
}

std::vector<double> covariance_of(const EmbeddedRows& rows, std::span<const double> means) {
  std::vector<double> covariance(rows.width * rows.width), centred(rows.width);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t k = 0; k < rows.width; ++k) centred[k] = rows.row(i)[k] - means[k];
    for (std::size_t r = 0; r < rows.width; ++r)
      for (std::size_t k = 0; k < rows.width; ++k)
        covariance[r * rows.width + k] += centred[r] * centred[k] / static_cast<double>(rows.size());
  }
  return covariance;
}

// The loss is no steeper than half the largest eigenvalue of the columns with the bias's (Boehning 1992).
ProbeWeights fit_probe(const EmbeddedRows& rows) {
  double largest = 0;
  leading_direction(covariance_of(rows, std::vector<double>(rows.width)), rows.width, largest);
  const auto step = static_cast<float>(1 / (0.5 * (largest + 1) + kRidge));
  ProbeWeights weights(rows.width + 1, PerClass{}), ahead = weights;
  for (int i = 0; i < kProbeSteps; ++i) {
    const auto gradient = probe_gradient(ahead, rows);
    const float momentum = static_cast<float>(i) / static_cast<float>(i + 3);
    for (std::size_t k = 0; k < weights.size(); ++k)
      for (std::size_t c = 0; c < kEmbeddingClasses; ++c) {
        const float next = ahead[k][c] - step * gradient[k][c];
        ahead[k][c] = next + momentum * (next - weights[k][c]);
        weights[k][c] = next;
      }
  }
  return weights;
}

float distance(std::span<const float> a, std::span<const float> b) {
  float sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
  return std::sqrt(sum);
}

double silhouette(std::span<const double> sums, std::span<const double> counts, std::size_t own) {
  if (counts[own] < 2) return 0;
  const double a = sums[own] / (counts[own] - 1);
  double b = std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c < sums.size(); ++c)
    if (c != own && counts[c] > 0) b = std::min(b, sums[c] / counts[c]);
  return std::isfinite(b) && std::max(a, b) > 0 ? (b - a) / std::max(a, b) : 0;
}

}  // namespace

void EmbeddedRows::add(std::span<const float> row, int of_class) {
  if (classes.empty()) width = row.size();
  values.insert(values.end(), row.begin(), row.end());
  classes.push_back(of_class);
}

void scale_to_unit_length(EmbeddedRows& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::span<float> row(rows.values.data() + i * rows.width, rows.width);
    const float length = std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.f));
    if (length > 0)
      for (float& x : row) x /= length;
  }
}

void standardise(EmbeddedRows& train, EmbeddedRows& test) {
  const auto means = column_means(train);
  std::vector<double> squares(train.width);
  for (std::size_t i = 0; i < train.size(); ++i)
    for (std::size_t k = 0; k < train.width; ++k) squares[k] += std::pow(train.row(i)[k] - means[k], 2);
  for (EmbeddedRows* part : {&train, &test})
    for (std::size_t at = 0; at < part->values.size(); ++at) {
      const std::size_t k = at % train.width;
      const double spread = std::sqrt(squares[k] / static_cast<double>(train.size()));
      part->values[at] = static_cast<float>((part->values[at] - means[k]) / (spread > 1e-9 ? spread : 1));
    }
}

std::vector<double> nearest_neighbour_hits(const EmbeddedRows& train, const EmbeddedRows& test,
                                           std::size_t neighbours) {
  check_rows(train, test);
  const auto columns = transposed(train);
  std::vector<float> near(train.size());
  std::vector<std::size_t> order(train.size());
  std::vector<double> hits;
  for (std::size_t i = 0; i < test.size(); ++i) {
    measure_nearness(test.row(i), columns, near);
    hits.push_back(vote(near, train.classes, order, neighbours) == test.classes[i]);
  }
  return hits;
}

std::vector<double> linear_probe_hits(EmbeddedRows train, EmbeddedRows test) {
  check_rows(train, test);
  standardise(train, test);
  const auto weights = fit_probe(train);
  std::vector<double> hits;
  for (std::size_t i = 0; i < test.size(); ++i) {
    const PerClass scores = logits(weights, test.row(i));
    hits.push_back(std::ranges::max_element(scores) - scores.begin() == test.classes[i]);
  }
  return hits;
}

std::vector<double> silhouettes(const EmbeddedRows& rows) {
  std::array<double, kEmbeddingClasses> counts{};
  for (const int c : rows.classes) ++counts[static_cast<std::size_t>(c)];
  std::vector<double> result;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::array<double, kEmbeddingClasses> sums{};
    for (std::size_t j = 0; j < rows.size(); ++j)
      sums[static_cast<std::size_t>(rows.classes[j])] += distance(rows.row(i), rows.row(j));
    result.push_back(silhouette(sums, counts, static_cast<std::size_t>(rows.classes[i])));
  }
  return result;
}

std::vector<std::array<double, 2>> principal_plane(const EmbeddedRows& rows) {
  const auto means = column_means(rows);
  auto covariance = covariance_of(rows, means);
  std::vector<std::array<double, 2>> plane(rows.size());
  for (std::size_t axis = 0; axis < 2; ++axis) {
    double value = 0;
    const auto direction = leading_direction(covariance, rows.width, value);
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t k = 0; k < rows.width; ++k)
        plane[i][axis] += (rows.row(i)[k] - means[k]) * direction[k];
    for (std::size_t r = 0; r < rows.width; ++r)
      for (std::size_t k = 0; k < rows.width; ++k)
        covariance[r * rows.width + k] -= value * direction[r] * direction[k];
  }
  return plane;
}

}  // namespace s2m
