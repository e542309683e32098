// libFuzzer target: a model file from bytes; its tensors must lie inside it, and a network binds or says why
// not.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/error.h"
#include "nn/decoder.h"
#include "nn/encoder.h"

namespace {

// A file in memory, with a path.
class MemoryFile {
 public:
  MemoryFile(const std::uint8_t* data, std::size_t size) : file_(::memfd_create("model", 0)) {
    if (file_ < 0 || ::write(file_, data, size) != static_cast<ssize_t>(size)) __builtin_trap();
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(file_); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

template <class F>
void or_error(const F& f) {
  try {
    f();
  } catch (const s2m::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MemoryFile file(data, size);
  or_error([&] {
    const s2m::ModelFile model(file.path());
    for (const auto& [name, tensor] : model.tensors())
      or_error([&, &name = name, &tensor = tensor] { model.floats(name, tensor.shape); });
    or_error([&] { s2m::Encoder{model}; });
    or_error([&] { s2m::Decoder{model}; });
  });
  return 0;
}
