// LibTorch, eager, on a model file's weights: what the engine is measured against. Prints JSON.
//
//   torch_bench decoder FILE    events a second of one piece
//   torch_bench encoder FILE    sentences a second, in the best of some batch sizes
#include <fmt/format.h>
#include <torch/torch.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "bench/measure.h"
#include "bench/random_networks.h"
#include "train/loop/device.h"
#include "train/modules/encoder_module.h"

namespace s2m::bench {
namespace {

using torch::Tensor;

// One event at a time with a cache of keys and values, as one writes it with LibTorch.
class TorchDecoder {
 public:
  TorchDecoder(const ModelFile& file, torch::ScalarType type)
      : config_(decoder_config_from_json(file.metadata("config"))) {
    visit_parameters(config_, [&](const std::string& name, const Shape& shape) {
      table_[name] = torch::tensor(file.floats(name, shape)).view(shape).to(type);
    });
    const std::int64_t head_width = config_.width / config_.heads;
    const Tensor memory =
        torch::full({static_cast<std::int64_t>(kMemoryRows), config_.memory_width}, 0.1, type);
    for (int i = 0; i < config_.layers; ++i) {
      keys_.push_back(torch::zeros({config_.heads, config_.window, head_width}, type));
      values_.push_back(torch::zeros_like(keys_.back()));
      memory_.push_back(config_.has_cross(i)
                            ? split(at::linear(memory, at(layer(i) + "cross.memory.weight")), 2)
                            : Tensor());
    }
    const Tensor pairs =
        torch::arange(head_width / 2, torch::kFloat64) * (-2.0 / static_cast<double>(head_width));
    const Tensor angles = torch::outer(torch::arange(config_.window, torch::kFloat64),
                                       torch::exp(pairs * std::log(static_cast<double>(config_.rope_base))));
    cosine_ = torch::cat({angles.cos(), angles.cos()}, 1).to(type);
    sine_ = torch::cat({-angles.sin(), angles.sin()}, 1).to(type);
    hidden_ = torch::zeros({1, config_.width}, type);
  }

  // Chooses the note's fields and feeds it.
  void step(int position, std::span<const std::uint8_t> note) {
    write(note);
    Tensor x = at("embed.kind.weight").narrow(0, note[0], 1);
    const auto& fields = note_fields(config_);
    for (std::size_t i = 0; i < fields.size(); ++i)
      x = x + at("embed." + fields[i].first + ".weight").narrow(0, note[i + 1], 1);
    for (int i = 0; i < config_.layers; ++i) x = apply_layer(i, position, x);
    hidden_ = norm("final_norm", x);
  }

 private:
  const Tensor& at(const std::string& name) const { return table_.at(name); }
  static std::string layer(int i) { return "layers." + std::to_string(i) + "."; }
  Tensor norm(const std::string& name, const Tensor& x) const {
    return at::layer_norm(x, {config_.width}, at(name + ".weight"), at(name + ".bias"), config_.norm_epsilon);
  }
  // (rows, parts * width) -> (parts, heads, rows, head_width)
  Tensor split(const Tensor& x, std::int64_t parts) const {
    return x.view({x.size(0), parts, config_.heads, config_.width / config_.heads}).permute({1, 2, 0, 3});
  }
  Tensor turned(const Tensor& x, int position) const {
    const auto halves = x.chunk(2, -1);
    return x * cosine_[position] + torch::cat({halves[1], halves[0]}, -1) * sine_[position];
  }
  Tensor attend(const Tensor& query, const Tensor& keys, const Tensor& values) const {
    const Tensor scores = at::bmm(query, keys.transpose(1, 2));
    const Tensor weights = at::softmax(scores / std::sqrt(static_cast<double>(query.size(2))), -1);
    return at::bmm(weights, values).view({1, config_.width});
  }

  Tensor attend_past(int i, int position, const Tensor& x) {
    const auto at_layer = static_cast<std::size_t>(i);
    const Tensor qkv = split(at::linear(x, at(layer(i) + "attention.qkv.weight")), 3);
    const std::int64_t slot = position % config_.window, count = std::min(position + 1, config_.window);
    keys_[at_layer].narrow(1, slot, 1).copy_(turned(qkv[1], position));
    values_[at_layer].narrow(1, slot, 1).copy_(qkv[2]);
    return attend(turned(qkv[0], position), keys_[at_layer].narrow(1, 0, count),
                  values_[at_layer].narrow(1, 0, count));
  }

  Tensor apply_layer(int i, int position, Tensor x) {
    const auto name = layer(i);
    x = x + at::linear(attend_past(i, position, norm(name + "attention_norm", x)),
                       at(name + "attention.out.weight"));
    if (config_.has_cross(i)) {
      const Tensor query =
          split(at::linear(norm(name + "cross_norm", x), at(name + "cross.query.weight")), 1)[0];
      const Tensor& memory = memory_[static_cast<std::size_t>(i)];
      x = x + at::linear(attend(query, memory[0], memory[1]), at(name + "cross.out.weight"));
    }
    const Tensor up = at::gelu(at::linear(norm(name + "ffn_norm", x), at(name + "ffn.up.weight")));
    return x + at::linear(up, at(name + "ffn.down.weight"));
  }

  void write(std::span<const std::uint8_t> note) {
    Tensor sum = hidden_;
    const auto choose = [&](const std::string& field, int value) {
      at::linear(norm("chain_norm", sum), at("head." + field + ".weight"), at("head." + field + ".bias"));
      sum = sum + at("embed." + field + ".weight").narrow(0, value, 1);
    };
    choose("kind", note[0]);
    const auto& fields = note_fields(config_);
    for (std::size_t i = 0; i < fields.size(); ++i) choose(fields[i].first, note[i + 1]);
  }

  DecoderConfig config_;
  std::map<std::string, Tensor> table_;
  std::vector<Tensor> keys_, values_, memory_;
  Tensor cosine_, sine_, hidden_;
};

double decoder_rate(const ModelFile& file, torch::ScalarType type, int threads) {
  TorchDecoder decoder(file, type);
  const auto notes = random_notes(kEvents);
  return kEvents / median_seconds(threads, [&] {
           for (int i = 0; i < kEvents; ++i)
             decoder.step(i,
                          std::span(notes).subspan(static_cast<std::size_t>(i) * kEventBytes, kEventBytes));
         });
}

double encoder_rate(const ModelFile& file, torch::ScalarType type, int threads) {
  const auto config = encoder_config_from_json(file.metadata("config"));
  train::EncoderModule encoder(config, 1);
  visit_parameters(config, [&](const std::string& name, const Shape& shape) {
    Tensor parameter = encoder.parameter(name);
    parameter.copy_(torch::tensor(file.floats(name, shape)).view(shape));
  });
  const train::Autocast autocast(torch::kCPU, type == torch::kBFloat16);
  encoder.activations = type;
  double best = 0;
  for (const int batch : {1, 8, kSentences}) {
    const Tensor ids = torch::randint(4, config.vocabulary, {batch, kSentenceTokens}, torch::kInt64);
    const double seconds = median_seconds(threads, [&] {
      for (int done = 0; done < kSentences; done += batch) encoder.heads(encoder.pooled(encoder.states(ids)));
    });
    best = std::max(best, kSentences / seconds);
  }
  return best;
}

void run(std::string_view network, const char* path) {
  const torch::NoGradGuard no_grad;
  const ModelFile file(path);
  nlohmann::ordered_json figures;
  for (const int threads : {1, 2})
    for (const auto type : {torch::kFloat, torch::kBFloat16}) {
      train::open_device("cpu", threads);
      const auto name = fmt::format("{}_{}_threads", type == torch::kFloat ? "fp32" : "bf16", threads);
      figures[name] =
          network == "encoder" ? encoder_rate(file, type, threads) : decoder_rate(file, type, threads);
    }
  fmt::print("{}\n", figures.dump());
}

}  // namespace
}  // namespace s2m::bench

int main(int count, char** arguments) {
  const std::string_view network = count == 3 ? arguments[1] : "";
  if (network != "decoder" && network != "encoder")
    return fmt::print(stderr, "usage: torch_bench decoder|encoder FILE\n"), 2;
  try {
    s2m::bench::run(network, arguments[2]);
  } catch (const std::exception& error) {
    return fmt::print(stderr, "torch_bench: {}\n", error.what()), 1;
  }
}
