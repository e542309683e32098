// libFuzzer target: MusicXML from bytes, plain or compressed; its notes must be sorted and in range, and MIDI holds them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "story2midi/base/error.h"
#include "story2midi/midi/midi.h"
#include "story2midi/notation/musicxml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto score = s2m::read_musicxml({reinterpret_cast<const char*>(data), size});
    for (const auto& track : score.tracks) {
      if (track.notes.empty() || !std::ranges::is_sorted(track.notes)) __builtin_trap();
      for (const auto& note : track.notes)
        if (note.start_ticks < 0 || note.length_ticks < 1 || note.pitch > 127 || note.velocity < 1)
          __builtin_trap();
    }
    s2m::bars(score);
    s2m::read_midi(s2m::write_midi(score));
  } catch (const s2m::Error&) {
  }
  return 0;
}
