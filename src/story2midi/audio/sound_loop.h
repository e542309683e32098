// Loops of sound: where a player jumps from and to, and how sound files say so.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "story2midi/audio/audio.h"
#include "story2midi/music/score.h"

namespace s2m {

// The markers of a loop in a score and in its MIDI file.
inline constexpr const char *kLoopStart = "loopStart", *kLoopEnd = "loopEnd";

// Frames [start, end) are repeated.
struct LoopFrames {
  std::int64_t start = 0, end = 0;
  bool operator==(const LoopFrames&) const = default;
};

// The body of a score that has both markers, in frames; nothing for others.
std::optional<LoopFrames> loop_body(const Score& score, int sample_rate);

// What of the rendered sound is repeated: as long as the body, but later by whole bars of kLoopLeadSeconds or more. So what rings
// on at the body's end rings on in the body's beginning, which is heard once behind the intro and then again from the body.
inline constexpr double kLoopLeadSeconds = 2;
std::optional<LoopFrames> sound_loop(const Score& score, int sample_rate);

// The sound file with its loop points: in WAV a chunk `smpl`, whose end is the last frame that is played; in FLAC and Ogg the
// comments LOOPSTART and LOOPLENGTH. Throws Error of kind kUnsupported for MP3, which adds silence at both ends.
std::vector<std::uint8_t> with_loop_points(std::vector<std::uint8_t> file, SoundFormat format,
                                           LoopFrames loop);

}  // namespace s2m
