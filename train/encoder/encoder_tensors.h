// Batches as tensors on the encoder's device.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "train/data/text_emotion_batches.h"
#include "train/modules/encoder_module.h"

namespace s2m::train {

at::Tensor tensor_of(const std::vector<std::int64_t>& values, const at::Device& device);
at::Device device_of(const EncoderModule& encoder);
// Mean states (parts, width) of parts of rows; `states` (rows, length, width).
at::Tensor pooled_parts(const at::Tensor& states, const std::vector<RowPart>& parts);
// Mean states of each passage of a group: (passages, width), which the heads read.
at::Tensor pooled_states(const EncoderModule& encoder, const TokenGroup& group);

}  // namespace s2m::train
