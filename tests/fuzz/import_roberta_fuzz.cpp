// libFuzzer target: config.json and model.safetensors, parted by a NUL; they import or say why not, and what
// was imported is an encoder.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "story2midi/base/error.h"
#include "story2midi/nn/roberta.h"
#include "tests/fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto* end = std::find(data, data + size, 0);
  const auto* weights = std::min(end + 1, data + size);
  const std::string_view config(reinterpret_cast<const char*>(data), static_cast<std::size_t>(end - data));
  const s2m::MemoryFile file(weights, static_cast<std::size_t>(data + size - weights));
  try {
    const auto roberta =
        s2m::sort_roberta(s2m::ModelFile(file.path()), s2m::roberta_config(config, "config.json"));
    for (const auto& tensor : roberta.tensors) tensor.values();
    s2m::encoder_config_from_json(s2m::to_json(roberta.config));
  } catch (const s2m::Error&) {
  }
  return 0;
}
