#include "train/encoder/encoder_word_vectors.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <array>
#include <cmath>

namespace s2m::train {
namespace {

using at::Tensor;

constexpr std::int64_t kReach = 5;
constexpr std::int64_t kOversampling = 64;
constexpr int kPowerRounds = 2;
constexpr double kMark = 0.5;        // the strongest word's coordinate, beside a vector of length one
constexpr double kSmoothing = 0.75;  // of frequencies, so that rare tokens do not look too telling

Tensor neighbour_counts(std::span<const std::uint16_t> ids, std::int64_t vocabulary, std::int64_t first) {
  Tensor counts = at::zeros({vocabulary, vocabulary});
  float* const count = counts.data_ptr<float>();
  const auto size = static_cast<std::int64_t>(ids.size());
  for (std::int64_t i = 0; i < size; ++i) {
    const std::int64_t a = ids[static_cast<std::size_t>(i)];
    if (a < first) continue;
    for (std::int64_t distance = 1; distance <= kReach && i + distance < size; ++distance) {
      const std::int64_t b = ids[static_cast<std::size_t>(i + distance)];
      if (b < first) break;  // a paragraph's end
      count[std::min(a, b) * vocabulary + std::max(a, b)] += 1.f / static_cast<float>(distance);
    }
  }
  return counts.add_(counts.t().clone());
}

// In place: counts become positive pointwise mutual information.
void to_mutual_information(Tensor& counts) {
  const Tensor share = counts.sum(1).clamp_min(1).pow(kSmoothing);
  const double total = counts.sum(at::kDouble).item<double>();
  const Tensor expected = share / share.sum() * std::sqrt(total);
  counts.div_(expected.unsqueeze(0)).div_(expected.unsqueeze(1)).clamp_min_(1).log_();
}

Tensor orthogonal(const Tensor& x) { return std::get<0>(at::linalg_qr(x)); }

}  // namespace

Tensor word_vectors(std::span<const std::uint16_t> ids, std::int64_t vocabulary, std::int64_t width,
                    std::int64_t first) {
  const at::NoGradGuard no_grad;
  at::Generator generator = at::detail::createCPUGenerator(1);
  Tensor table = neighbour_counts(ids, vocabulary, first);
  to_mutual_information(table);
  Tensor basis = orthogonal(at::empty({vocabulary, width + kOversampling}).normal_(0, 1, generator));
  for (int round = 0; round < kPowerRounds; ++round) basis = orthogonal(table.mm(basis));
  const auto [values, vectors] = at::linalg_eigh(basis.t().mm(table.mm(basis)));
  const Tensor kept = values.slice(0, kOversampling);  // ascending: the largest
  const Tensor scaled = basis.mm(vectors.slice(1, kOversampling)) * kept.clamp_min(0).sqrt();
  // Turned at random, so that no coordinate holds more than its share.
  const Tensor turned = scaled.mm(orthogonal(at::empty({width, width}).normal_(0, 1, generator)));
  const Tensor length = turned.norm(2, 1, true);
  const Tensor noise = at::empty_like(turned).normal_(0, 0.02, generator);
  return at::where(length > 1e-6, turned / length.clamp_min(1e-6), noise);
}

void mark_valence(Tensor& vectors, const BytePairEncoder& vocabulary, const Lexicon& lexicon) {
  const at::NoGradGuard no_grad;
  Tensor marks = at::zeros({vectors.size(0), 2});
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    if (!vocabulary.starts_word(id)) continue;
    std::string word = vocabulary.decode({id}).substr(1);
    for (char& c : word)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const auto valence = lexicon.valence(word);
    if (!valence) continue;
    marks[id][0] = kMark * *valence / Lexicon::kStrongest;
    marks[id][1] = kMark * std::abs(*valence) / Lexicon::kStrongest;
  }
  vectors.narrow(1, 0, 2).copy_(marks);
  vectors.div_(vectors.norm(2, 1, true).clamp_min(1e-6));
}

Tensor log_frequencies(std::span<const std::uint16_t> ids, std::int64_t vocabulary) {
  std::vector<double> counts(static_cast<std::size_t>(vocabulary), 1.0);
  for (const std::uint16_t id : ids) ++counts[id];
  const Tensor tensor = at::tensor(counts, at::kDouble);
  return (tensor / tensor.sum()).log().to(at::kFloat);
}

}  // namespace s2m::train
