// Model files of a shape with random weights, as the trainer writes them.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "story2midi/base/random.h"
#include "story2midi/compose/event_language.h"
#include "story2midi/events/event.h"
#include "story2midi/nn/decoder_layers.h"
#include "story2midi/nn/model_file.h"
#include "story2midi/nn/parameters.h"

namespace s2m::bench {

inline DecoderConfig decoder_config(int width, int layers, int heads, int window) {
  DecoderConfig config;
  config.width = width;
  config.layers = layers;
  config.heads = heads;
  config.ffn = 4 * width;
  config.window = window;
  return with_event_language(config);
}

// Of a note of any part.
inline const DecoderConfig::Fields& note_fields(const DecoderConfig& config) {
  return config.fields[static_cast<std::size_t>(config.list_of(kMelodyEvent))];
}

// Lies in the temporary folder as long as this lives.
class RandomModel {
 public:
  template <class Config>
  RandomModel(const Config& config, const std::string& kind, DataType type)
      : path_(std::filesystem::temp_directory_path() /
              fmt::format("s2m_bench_{}_{}_{}.safetensors", kind, config.width, static_cast<int>(type))) {
    Random random(1);
    std::vector<NamedTensor> tensors;
    visit_parameters(config, [&](const std::string& name, const Shape& shape) {
      std::size_t count = 1;
      for (const auto size : shape) count *= static_cast<std::size_t>(size);
      NamedTensor tensor{name, shape, std::vector<float>(count, 1.f)};  // norms keep ones
      if (shape.size() > 1)
        for (float& value : tensor.values) value = static_cast<float>((random.uniform() - 0.5) * 0.07);
      tensors.push_back(std::move(tensor));
    });
    save_model(path_, {{"kind", kind}, {"config", to_json(config)}}, tensors, type);
  }
  RandomModel(const RandomModel&) = delete;
  RandomModel& operator=(const RandomModel&) = delete;
  ~RandomModel() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::vector<std::uint8_t> random_notes(int count) {
  Random random(2);
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < count; ++i) {
    bytes.push_back(kFigureEvent);
    for (const FieldSpec& field : kNoteFields)
      bytes.push_back(static_cast<std::uint8_t>(random.below(static_cast<std::uint64_t>(field.size))));
    bytes.resize(static_cast<std::size_t>(i + 1) * kEventBytes);
  }
  return bytes;
}

}  // namespace s2m::bench
