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
  return encoder.pooled(encoder.states(tokens, lengths), lengths);
}

}  // namespace s2m::train
