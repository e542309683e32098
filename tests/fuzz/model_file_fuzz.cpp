// libFuzzer target: a model file from bytes; its tensors must lie inside it, and a network binds or says why
// not.
#include <cstddef>
#include <cstdint>

#include "story2midi/base/error.h"
#include "story2midi/compose/learnt_style.h"
#include "story2midi/nn/decoder.h"
#include "story2midi/nn/encoder.h"
#include "tests/fuzz/memory_file.h"

namespace {

template <class F>
void or_error(const F& f) {
  try {
    f();
  } catch (const s2m::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const s2m::MemoryFile file(data, size);
  or_error([&] {
    const s2m::ModelFile model(file.path());
    for (const auto& [name, tensor] : model.tensors())
      or_error([&, &name = name, &tensor = tensor] { model.floats(name, tensor.shape); });
    or_error([&] { s2m::Encoder{model}; });
    or_error([&] { s2m::Decoder{model}; });
    or_error([&] { s2m::style_of(model); });
  });
  return 0;
}
