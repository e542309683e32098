// libFuzzer target: tables, by the first byte .tsv, .csv or .jsonl; as rows and as lists of pieces.
#include <array>
#include <cstddef>
#include <cstdint>

#include "lab/corpora/intended_music.h"
#include "story2midi/base/error.h"
#include "story2midi/stories/tables.h"
#include "tests/fuzz/memory_file.h"

namespace {

template <class Work>
void or_error(const Work& work) {
  try {
    work();
  } catch (const s2m::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::array kEndings{".tsv", ".csv", ".jsonl"};
  const s2m::MemoryFile file(data + 1, size - 1, kEndings[data[0] % kEndings.size()]);
  or_error([&] { s2m::read_table(file.path(), "text"); });
  or_error([&] { s2m::read_intended(file.path(), "pieces"); });
  return 0;
}
