// An encoder of random weights with a vocabulary learned from three lines, small enough for tests.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "story2midi/base/random.h"
#include "story2midi/nn/model_file.h"
#include "story2midi/tokenizers/bpe.h"
#include "tests/base/scratch_folder.h"

namespace s2m {

inline BytePairEncoder tiny_vocabulary() {
  const std::vector<std::string> lines{"the sea was calm and the sun was warm",
                                       "the storm was black and the dog ran", "she laughed and he wept"};
  std::size_t next = 0;
  const auto next_line = [&](std::string& line) {
    if (next == lines.size()) return false;
    line = lines[next++];
    return true;
  };
  return train_bpe(next_line, 290);
}

inline EncoderConfig tiny_encoder_config() {
  EncoderConfig config;
  config.vocabulary = tiny_vocabulary().size();
  config.width = 16;
  config.layers = 2;
  config.heads = 2;
  config.ffn = 32;
  config.positions = 34;
  config.projection = 4;
  return config;
}

inline void save_encoder(const std::filesystem::path& path, const EncoderConfig& config) {
  const auto vocabulary = tiny_vocabulary();
  std::vector<NamedTensor> tensors;
  Random random(5);
  visit_parameters(config, [&](const std::string& name, const Shape& shape) {
    std::size_t size = 1;
    for (const auto side : shape) size *= static_cast<std::size_t>(side);
    NamedTensor tensor{name, shape, std::vector<float>(size)};
    for (auto& value : tensor.values)
      value = name.ends_with("LayerNorm.weight") ? 1.f : static_cast<float>(2 * random.uniform() - 1);
    tensors.push_back(std::move(tensor));
  });
  std::map<std::string, std::string> metadata{{"kind", "encoder"},
                                              {"config", to_json(config)},
                                              {"vocab", vocabulary.vocab_json()},
                                              {"merges", vocabulary.merges_txt()}};
  save_model(path, metadata, tensors, DataType::kF32);
}

// A file that lives as long as this does.
class TinyEncoder {
 public:
  TinyEncoder() : path_(scratch_folder() / "tiny_encoder.safetensors") {
    save_encoder(path_, tiny_encoder_config());
  }
  ~TinyEncoder() { std::filesystem::remove(path_); }
  TinyEncoder(const TinyEncoder&) = delete;
  TinyEncoder& operator=(const TinyEncoder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace s2m
