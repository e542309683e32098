// libFuzzer target: a MIDI file from bytes, and all that is done with one: it is measured, its features are found, it
// is drawn, its messages are timed for sound, and it is written again.
#include <cstddef>
#include <cstdint>

#include "lab/analysis/beat_grid.h"
#include "lab/analysis/music_features.h"
#include "story2midi/base/error.h"
#include "story2midi/midi/midi.h"
#include "story2midi/music/key.h"
#include "story2midi/music/measures.h"
#include "story2midi/pictures/picture.h"

namespace {

template <class Work>
void or_error(const Work& work) {
  try {
    work();
  } catch (const s2m::Error&) {
  }
}

void measure_all(const s2m::Score& score) {
  or_error([&] { s2m::measure(score); });
  or_error([&] { s2m::measure_bars(score); });
  or_error([&] { s2m::find_bar_keys(score); });
  or_error([&] { s2m::major_share(score); });
  or_error([&] { s2m::music_features(score); });
  or_error([&] { s2m::on_beat_grid(score); });
  or_error([&] { s2m::picture_svg(score); });
}

void time_messages(const s2m::MidiFile& file) {
  const s2m::TempoMap map(file.score);
  std::int32_t before = 0;
  for (const auto& message : file.messages) {
    if (message.start_ticks < before || message.status < 0x80 || message.status > 0xEF) __builtin_trap();
    if (!(map.seconds_at(message.start_ticks) >= 0)) __builtin_trap();
    before = message.start_ticks;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  or_error([&] {
    const auto file = s2m::read_midi_file({data, size});
    measure_all(file.score);
    time_messages(file);
    const auto once = s2m::read_midi(s2m::write_midi(file.score));
    if (s2m::read_midi(s2m::write_midi(once)) != once) __builtin_trap();
  });
  return 0;
}
