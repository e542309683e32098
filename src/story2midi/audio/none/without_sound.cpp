// Stands for audio/ in a build without FluidSynth and libsndfile (S2M_AUDIO=OFF).
#include "story2midi/audio/audio.h"
#include "story2midi/audio/duck.h"
#include "story2midi/audio/loudness.h"
#include "story2midi/audio/sound_loop.h"
#include "story2midi/base/error.h"

namespace s2m {
namespace {

[[noreturn]] void refuse() {
  throw Error(ErrorKind::kUnsupported, "sound", "is not supported by this build",
              "a build with FluidSynth and libsndfile", "one configured with S2M_AUDIO=OFF");
}

}  // namespace

std::filesystem::path find_soundfont() { refuse(); }
Audio render(const Score&, const RenderOptions&) { refuse(); }
Audio render(const MidiFile&, const RenderOptions&) { refuse(); }
Audio render_stems(const Score&, const RenderOptions&, const KeepStem&) { refuse(); }
Audio render_stems(const MidiFile&, const RenderOptions&, const KeepStem&) { refuse(); }
double integrated_loudness(const Audio&) { refuse(); }
void limit(Audio&) { refuse(); }
void set_level(Audio&, double) { refuse(); }
std::vector<float> duck_gains(const Audio&, std::size_t, const DuckOptions&) { refuse(); }
std::optional<LoopFrames> loop_body(const Score&, int) { refuse(); }
std::optional<LoopFrames> sound_loop(const Score&, int) { refuse(); }
// NOLINTNEXTLINE(performance-unnecessary-value-param): the real one takes its bytes
std::vector<std::uint8_t> with_loop_points(std::vector<std::uint8_t>, SoundFormat, LoopFrames) { refuse(); }
Audio read_sound(const std::filesystem::path&, int) { refuse(); }
std::vector<std::uint8_t> write_sound(const Audio&, SoundFormat, SampleDepth) { refuse(); }
void save_wav(const Audio&, const std::filesystem::path&) { refuse(); }

}  // namespace s2m
