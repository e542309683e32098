#include "apps/cli/sound_flags.h"

#include "apps/cli/command_line.h"

namespace s2m::apps {

void SoundFlags::add_to(CLI::App& command) {
  const auto group = "Sound files";
  command.add_option("--soundfont", soundfont, "a SoundFont (default: the distribution's)")->group(group);
  command
      .add_option("--loudness,--lufs", loudness,
                  "integrated loudness of the sound in LUFS (EBU R 128), such as -16 (default: one gain for "
                  "all music, so that calm music is softer than excited music)")
      ->group(group)
      ->check(CLI::Range(kSoftestLufs, kLoudestLufs));
  command.add_option("--fade", fade_seconds, "fade out over the last seconds, the tail included")
      ->group(group)
      ->check(CLI::Range(0.0, kLongestEndSeconds));
  command
      .add_option("--tail", tail_seconds,
                  "seconds that may ring on after the last note; fewer where they are silent")
      ->group(group)
      ->check(CLI::Range(0.0, kLongestEndSeconds))
      ->capture_default_str();
}

RenderOptions SoundFlags::read() const {
  return {.soundfont = soundfont,
          .tail_seconds = tail_seconds,
          .fade_seconds = fade_seconds,
          .loudness = loudness,
          .progress = show_progress("playing")};
}

}  // namespace s2m::apps
