#include "apps/cli/sound_flags.h"

#include <algorithm>

#include "apps/cli/command_line.h"
#include "story2midi/formats/stems.h"

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
  add_narration_to(command);
}

void SoundFlags::add_narration_to(CLI::App& command) {
  const auto group = "Narration";
  auto* const speech =
      command.add_option("--duck", narration, "lower the music while this sound file speaks")->group(group);
  command
      .add_flag("--mix", is_mixed,
                "put the narration into the sound, which lasts as long as the longer of the two")
      ->group(group)
      ->needs(speech);
  const auto add = [&](const char* name, double& value, const char* help, double lowest, double highest) {
    command.add_option(name, value, help)
        ->group(group)
        ->needs(speech)
        ->check(CLI::Range(lowest, highest))
        ->capture_default_str();
  };
  add("--duck-threshold", duck.threshold_db, "decibels of full scale: what is louder is speech", -90, 0);
  add("--duck-depth", duck.depth_db, "decibels by which the music is lowered", 0, 60);
  add("--duck-attack", duck.attack_seconds, "seconds before speech in which the music falls", 0, 10);
  add("--duck-release", duck.release_seconds, "seconds after speech in which the music rises", 0, 10);
  add("--duck-hold", duck.hold_seconds, "shorter pauses, in seconds, do not raise the music", 0, 10);
}

void SoundFlags::add_stems_to(CLI::App& command) {
  command
      .add_option(
          "--stems", stems,
          "also write each part into this folder: MIDI, and sound in the container of -o (WAV: 32-bit "
          "floats, FLAC: 24 bits, Ogg; MP3: as WAV). They sum to the sound of -o, which is not "
          "limited then and has their depth")
      ->group("Sound files");
}

template <class Music>
void SoundFlags::play_music(const Music& music, const std::vector<PieceFormat>& formats,
                            SaveOptions& how) const {
  if (!stems.empty()) {
    how.audio = save_stems(music, stems, stem_format(formats), how.sound).mix;
    how.depth = SampleDepth::kFine;
  } else if (std::ranges::any_of(formats, has_sound)) {
    how.audio = render(music, how.sound);
  }
}

void SoundFlags::play(const Score& score, const std::vector<PieceFormat>& formats, SaveOptions& how) const {
  play_music(score, formats, how);
}
void SoundFlags::play(const MidiFile& file, const std::vector<PieceFormat>& formats, SaveOptions& how) const {
  play_music(file, formats, how);
}

RenderOptions SoundFlags::read(int sample_rate) const {
  RenderOptions options{.soundfont = soundfont,
                        .sample_rate = sample_rate,
                        .tail_seconds = tail_seconds,
                        .fade_seconds = fade_seconds,
                        .loudness = loudness,
                        .progress = show_progress("playing")};
  if (!narration.empty()) options.narration = Narration{read_sound(narration, sample_rate), duck, is_mixed};
  return options;
}

}  // namespace s2m::apps
