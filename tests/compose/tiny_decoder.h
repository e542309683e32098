// A decoder of random weights, small enough for tests: it writes nonsense, which is what the rules must
// stand.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "story2midi/base/random.h"
#include "story2midi/compose/event_language.h"
#include "story2midi/nn/model_file.h"
#include "tests/base/scratch_folder.h"

namespace s2m {

inline DecoderConfig tiny_config() {
  DecoderConfig config;
  config.width = 32;
  config.layers = 2;
  config.heads = 2;
  config.ffn = 64;
  config.cross_every = 1;
  config.memory_width = 8;
  config.window = 128;
  return with_event_language(config);
}

inline void save_decoder(const std::filesystem::path& path, const DecoderConfig& config,
                         std::uint64_t seed = 1, double scale = 1) {
  std::vector<NamedTensor> tensors;
  Random random(seed);
  visit_parameters(config, [&](const std::string& name, const Shape& shape) {
    std::size_t size = 1;
    for (const auto side : shape) size *= static_cast<std::size_t>(side);
    NamedTensor tensor{name, shape, std::vector<float>(size)};
    const bool norm_weight = shape.size() == 1 && name.ends_with("norm.weight");
    for (auto& value : tensor.values)
      value = norm_weight ? 1.f : static_cast<float>(scale * (random.uniform() - 0.5));
    tensors.push_back(std::move(tensor));
  });
  save_model(path, {{"kind", "decoder"}, {"config", to_json(config)}}, tensors, DataType::kF32);
}

// A file that lives as long as this does.
class TinyDecoder {
 public:
  explicit TinyDecoder(std::uint64_t seed = 1, double scale = 1)
      : path_(scratch_folder() / ("tiny_decoder_" + std::to_string(seed) + ".safetensors")) {
    save_decoder(path_, tiny_config(), seed, scale);
  }
  ~TinyDecoder() { std::filesystem::remove(path_); }
  TinyDecoder(const TinyDecoder&) = delete;
  TinyDecoder& operator=(const TinyDecoder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace s2m
