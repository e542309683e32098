// libFuzzer target: clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Isrc
//   tests/fuzz/read_midi_fuzz.cpp src/midi/*.cpp src/base/{error,files}.cpp -lfmt
#include <cstddef>
#include <cstdint>

#include "story2midi/base/error.h"
#include "story2midi/midi/midi.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const s2m::Score score = s2m::read_midi({data, size});
    const s2m::Score once = s2m::read_midi(s2m::write_midi(score));
    if (s2m::read_midi(s2m::write_midi(once)) != once) __builtin_trap();
  } catch (const s2m::Error&) {
  }
  return 0;
}
