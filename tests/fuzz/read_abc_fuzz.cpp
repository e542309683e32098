// libFuzzer target: a book of tunes in ABC.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lab/corpora/abc.h"
#include "story2midi/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const auto tune : s2m::abc_tunes({reinterpret_cast<const char*>(data), size})) {
    try {
      const auto score = s2m::read_abc(tune);
      for (const auto& note : score.tracks.at(0).notes)
        if (note.start_ticks < 0 || note.length_ticks < 1 || note.pitch > 127) __builtin_trap();
      s2m::bars(score);
    } catch (const s2m::Error&) {
    }
  }
  return 0;
}
