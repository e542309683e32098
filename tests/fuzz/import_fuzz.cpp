// libFuzzer target: config.json and model.safetensors, parted by a NUL; they import or say why not, and what
// was imported is an encoder.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "story2midi/base/error.h"
#include "story2midi/nn/hugging_face.h"
#include "tests/fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto* end = std::find(data, data + size, 0);
  const auto* weights = std::min(end + 1, data + size);
  const std::string_view config(reinterpret_cast<const char*>(data), static_cast<std::size_t>(end - data));
  const s2m::MemoryFile file(weights, static_cast<std::size_t>(data + size - weights));
  try {
    const auto encoder =
        s2m::sort_hugging_face(s2m::ModelFile(file.path()), s2m::hugging_face_config(config, "config.json"));
    for (const auto& tensor : encoder.tensors) tensor.values();
    s2m::encoder_config_from_json(s2m::to_json(encoder.config.encoder));
  } catch (const s2m::Error&) {
  }
  return 0;
}
