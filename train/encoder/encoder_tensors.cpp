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

std::vector<RowPart> whole_rows(const TokenGroup& group) {
  std::vector<RowPart> parts;
  for (std::size_t row = 0; row < group.lengths.size(); ++row)
    parts.push_back({static_cast<std::int64_t>(row), 0, group.lengths[row]});
  return parts;
}

}  // namespace

at::Tensor pooled_states(const EncoderModule& encoder, const TokenGroup& group) {
  const at::Device device = device_of(encoder);
  const at::Tensor lengths = tensor_of(group.lengths, device);
  const at::Tensor tokens = tensor_of(group.tokens, device).view({lengths.size(0), group.length});
  return pooled_parts(encoder.states(tokens, lengths), group.parts.empty() ? whole_rows(group) : group.parts);
}

}  // namespace s2m::train
