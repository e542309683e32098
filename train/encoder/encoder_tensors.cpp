#include "train/encoder/encoder_tensors.h"

namespace s2m::train {

at::Tensor tensor_of(const std::vector<std::int64_t>& values, const at::Device& device) {
  return at::tensor(values, at::kLong).to(device);
}

at::Device device_of(const EncoderModule& encoder) {
  return encoder.parameter("embeddings.word_embeddings.weight").device();
}

at::Tensor pooled_parts(const at::Tensor& states, const std::vector<RowPart>& parts) {
  at::Tensor shares =
      at::zeros({static_cast<std::int64_t>(parts.size()), states.size(0) * states.size(1)}, at::kFloat);
  auto share = shares.accessor<float, 2>();
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (std::int64_t at = parts[i].first; at < parts[i].last; ++at)
      share[static_cast<std::int64_t>(i)][parts[i].row * states.size(1) + at] =
          1.0f / static_cast<float>(parts[i].last - parts[i].first);
  return shares.to(states.device()).mm(states.to(at::kFloat).flatten(0, 1)).to(at::kFloat);
}

namespace {

// Features (parts, features).
at::Tensor features_of(const std::vector<RowPart>& parts) {
  std::vector<float> all;
  for (const RowPart& part : parts) all.insert(all.end(), part.features.begin(), part.features.end());
  return at::tensor(all).view({static_cast<std::int64_t>(parts.size()), -1});
}

// Roots of the parts' lengths (parts, 1).
at::Tensor roots_of(const std::vector<RowPart>& parts) {
  std::vector<float> lengths;
  for (const RowPart& part : parts) lengths.push_back(static_cast<float>(part.last - part.first));
  return at::tensor(lengths).sqrt().unsqueeze(1);
}

std::vector<RowPart> whole_rows(const TokenGroup& group) {
  std::vector<RowPart> parts;
  for (std::size_t row = 0; row < group.lengths.size(); ++row)
    parts.push_back({static_cast<std::int64_t>(row), 0, group.lengths[row]});
  return parts;
}

}  // namespace

at::Tensor seen_by_heads(const EncoderModule& encoder, const TokenGroup& group) {
  const at::Device device = device_of(encoder);
  const at::Tensor lengths = tensor_of(group.lengths, device);
  const at::Tensor tokens = tensor_of(group.tokens, device).view({lengths.size(0), group.length});
  const auto parts = group.parts.empty() ? whole_rows(group) : group.parts;
  const at::Tensor embedded = encoder.embedded(tokens);
  std::vector<at::Tensor> seen{pooled_parts(encoder.layered(embedded, lengths), parts)};
  if (encoder.config().head_words == 1)
    seen.push_back(pooled_parts(embedded, parts) * roots_of(parts).to(device));
  if (encoder.config().features > 0) seen.push_back(features_of(parts).to(device));
  return at::cat(seen, 1);
}

}  // namespace s2m::train
