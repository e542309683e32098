#include "train/encoder_tensors.h"

namespace s2m::train {

at::Tensor tensor_of(const std::vector<std::int64_t>& values, const at::Device& device) {
  return at::tensor(values, at::kLong).to(device);
}

at::Device device_of(const EncoderModule& encoder) {
  return encoder.parameter("embeddings.word_embeddings.weight").device();
}

at::Tensor pooled_group(const EncoderModule& encoder, const TokenGroup& group) {
  const at::Device device = device_of(encoder);
  const at::Tensor lengths = tensor_of(group.lengths, device);
  const at::Tensor tokens = tensor_of(group.tokens, device).view({lengths.size(0), group.length});
  const at::Tensor states = encoder.states(tokens, lengths);
  return group.parts.empty() ? encoder.pooled(states, lengths) : pooled_parts(states, group.parts);
}

at::Tensor features_of(const std::vector<RowPart>& parts, const at::Device& device) {
  std::vector<float> all;
  for (const RowPart& part : parts) all.insert(all.end(), part.features.begin(), part.features.end());
  if (all.empty()) return {};
  return at::tensor(all).view({static_cast<std::int64_t>(parts.size()), -1}).to(device);
}

at::Tensor pooled_parts(const at::Tensor& states, const std::vector<RowPart>& parts) {
  std::vector<std::int64_t> rows;
  at::Tensor share = at::zeros({static_cast<std::int64_t>(parts.size()), 1, states.size(1)});
  for (std::size_t i = 0; i < parts.size(); ++i) {
    rows.push_back(parts[i].row);
    share[static_cast<std::int64_t>(i)][0]
        .slice(0, parts[i].first, parts[i].last)
        .fill_(1.0 / static_cast<double>(parts[i].last - parts[i].first));
  }
  const at::Tensor which = states.to(at::kFloat).index_select(0, tensor_of(rows, states.device()));
  return (which * share.to(states.device()).transpose(1, 2)).sum(1);
}

}  // namespace s2m::train
