#include "train/modules/encoder_module.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/version.h>

#include <cmath>
#include <optional>

#include "story2midi/base/error.h"
#include "story2midi/nn/parameters.h"
#include "train/modules/parameter_tree.h"

namespace s2m::train {
namespace {

using at::Tensor;

bool ends_with(const std::string& text, const char* end) { return text.ends_with(end); }

Tensor initial(const std::string& name, const Shape& shape, at::Generator& generator) {
  if (ends_with(name, ".bias")) return at::zeros(shape);
  if (shape.size() == 1) return at::ones(shape);
  return at::empty(shape).normal_(0, 0.02, generator);
}

Tensor grow_initial(torch::nn::Module& root, const std::string& name, const Shape& shape,
                    at::Generator& generator) {
  Tensor parameter = grow_parameter(root, name, shape);
  const at::NoGradGuard no_grad;
  return parameter.copy_(initial(name, shape, generator));
}

// 0 where a key may be seen and a very low number where it is padding: (batch, 1, 1, length).
Tensor key_mask(const Tensor& lengths, std::int64_t length) {
  const Tensor place = at::arange(length, lengths.options()).unsqueeze(0);
  const Tensor padding = place >= lengths.unsqueeze(1);
  return at::zeros(padding.sizes(), at::device(lengths.device()))
      .masked_fill_(padding, -1e4)
      .unsqueeze(1)
      .unsqueeze(1);
}

// Buckets of key minus query: half of them for keys after the query; in each half one per distance, then
// logarithmically wider ones up to `longest` (Raffel et al. 2020, section 2.1).
Tensor relative_buckets(const Tensor& offsets, int buckets, int longest) {
  const int half = buckets / 2, exact = half / 2;
  const Tensor distance = offsets.abs();
  const Tensor wide = exact + (at::log(distance.clamp_min(1).to(at::kFloat) / exact) /
                               std::log(static_cast<double>(longest) / exact) * (half - exact))
                                  .to(at::kLong);
  return (offsets > 0).to(at::kLong) * half + at::where(distance < exact, distance, wide.clamp_max(half - 1));
}

// LibTorch 1.13 wants the weights in the type of what they scale. On a GPU autocast would leave all that
// follows in fp32, with twice the bytes; the statistics are taken in fp32 anyway.
Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double epsilon) {
  std::optional<c10::impl::ExcludeDispatchKeyGuard> no_autocast;
  if (x.is_cuda()) no_autocast.emplace(c10::autocast_dispatch_keyset);
  return at::layer_norm(x, {x.size(-1)}, weight.to(x.dtype()), bias.to(x.dtype()), epsilon);
}

Tensor attention(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& mask) {
#if TORCH_VERSION_MAJOR >= 2
  if (!mask.defined()) return at::scaled_dot_product_attention(queries, keys, values);
  return at::scaled_dot_product_attention(queries, keys, values, mask.to(queries.dtype()));
#else
  Tensor scores = at::matmul(queries, keys.transpose(-1, -2));
  if (mask.defined()) scores = scores + mask.to(scores.dtype());
  return at::matmul(at::softmax(scores, -1), values);
#endif
}

Tensor unit_rows(const Tensor& x) { return x / x.norm(2, 1, true).clamp_min(1e-12); }

}  // namespace

EncoderModule::EncoderModule(const EncoderConfig& config, std::uint64_t seed) : config_(config) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  visit_parameters(config, [&](const std::string& name, const Shape& shape) {
    parameters_by_name_[name] = grow_initial(*this, name, shape, generator);
  });
}

Tensor EncoderModule::linear(const std::string& at, const Tensor& x) const {
  return at::linear(x, parameter(at + ".weight"), parameter(at + ".bias"));
}

Tensor EncoderModule::norm(const std::string& at, const Tensor& x) const {
  return layer_norm(x, parameter(at + ".weight"), parameter(at + ".bias"), config_.norm_epsilon);
}

Tensor EncoderModule::drop(const Tensor& x) const {
  return dropout > 0 && at::GradMode::is_enabled() ? at::dropout(x, dropout, true) : x;
}

Tensor EncoderModule::embedded(const Tensor& tokens) const {
  const std::int64_t length = tokens.size(1);
  Tensor x = at::embedding(parameter("embeddings.word_embeddings.weight"), tokens) +
             parameter("embeddings.position_embeddings.weight").narrow(0, config_.first_position, length);
  if (config_.token_types > 0) x = x + parameter("embeddings.token_type_embeddings.weight").select(0, 0);
  return drop(norm("embeddings.LayerNorm", x.to(activations)));
}

Tensor EncoderModule::states(const Tensor& tokens, const Tensor& lengths) const {
  Tensor x = embedded(tokens);
  Tensor mask = lengths.defined() ? key_mask(lengths, x.size(1)) : Tensor();
  if (config_.relative_buckets > 0) {
    const Tensor bias = relative_bias(x.size(1));
    mask = mask.defined() ? mask + bias : bias;
  }
  for (int index = 0; index < config_.layers; ++index) x = layer(index, x, mask);
  return x;
}

// (1, heads, queries, keys)
Tensor EncoderModule::relative_bias(std::int64_t length) const {
  const Tensor& table = parameter("encoder.relative_attention_bias.weight");
  const Tensor place = at::arange(length, table.options().dtype(at::kLong));
  const Tensor buckets = relative_buckets(place.unsqueeze(0) - place.unsqueeze(1), config_.relative_buckets,
                                          config_.relative_distance);
  return at::embedding(table, buckets).permute({2, 0, 1}).unsqueeze(0);
}

Tensor EncoderModule::attend(const std::string& at, const Tensor& x, const Tensor& mask) const {
  const auto split = [&](const char* name, double scale) {
    const Tensor y = linear(at + ".self." + name, x);
    const Tensor heads = y.view({x.size(0), x.size(1), config_.heads, -1}).transpose(1, 2);
    return scale == 1 ? heads : heads * scale;
  };
#if TORCH_VERSION_MAJOR >= 2
  const double scale = 1;
#else
  const double scale = 1 / std::sqrt(static_cast<double>(config_.width) / config_.heads);
#endif
  const Tensor y = attention(split("query", scale), split("key", 1), split("value", 1), mask);
  return linear(at + ".output.dense", y.transpose(1, 2).reshape(x.sizes()));
}

Tensor EncoderModule::layer(int index, const Tensor& x, const Tensor& mask) const {
  const std::string at = "encoder.layer." + std::to_string(index);
  const Tensor y = norm(at + ".attention.output.LayerNorm", x + drop(attend(at + ".attention", x, mask)));
  const Tensor inner = at::gelu(linear(at + ".intermediate.dense", y));
  return norm(at + ".output.LayerNorm", y + drop(linear(at + ".output.dense", inner)));
}

Tensor EncoderModule::pooled(const Tensor& states, const Tensor& lengths) const {
  const Tensor x = states.to(at::kFloat);
  if (!lengths.defined()) return x.mean(1);
  const Tensor place = at::arange(x.size(1), lengths.options()).unsqueeze(0);
  const Tensor kept = (place < lengths.unsqueeze(1)).to(at::kFloat).unsqueeze(2);
  return (x * kept).sum(1) / lengths.unsqueeze(1);
}

EmotionHeads EncoderModule::heads(const Tensor& pooled) const {
  if (config_.projection == 0)
    throw Error("encoder", "has no emotion heads", "one that encoder-emotion --start made of it", {});
  const Tensor x = drop(pooled);
  const auto head = [&](const char* name) {
    return linear(std::string("emotion.") + name, x).to(at::kFloat);
  };
  return {unit_rows(head("projection")), at::tanh(head("valence_arousal")), head("labels")};
}

}  // namespace s2m::train
