// story2midi render: a MIDI or MusicXML file played into a sound file.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "apps/cli/sound_flags.h"
#include "story2midi/audio/loudness.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/formats/load.h"

namespace s2m::apps {
namespace {

struct Options {
  std::string input, output;
  SoundFlags sound;
  int sample_rate = 44100;
};

void run(const Options& options) {
  auto output = std::filesystem::path(options.output);
  if (output.empty()) output = std::filesystem::path(options.input).replace_extension(".wav");
  check_files({{"the music file", options.input},
               {"--soundfont", options.sound.soundfont},
               {"--duck", options.sound.narration}},
              {{"-o", output}});
  const auto format = output.has_extension() ? piece_format(output) : PieceFormat::kWav;
  if (!is_sound(format))
    throw Error(ErrorKind::kUnsupported, output.string(), "is no sound file", ".wav, .flac, .ogg or .mp3",
                output.extension().string());
  const auto file = load_music_file(options.input);
  if (end_ticks(file.score) == 0) throw Error(options.input, "nothing to play", "notes", "none");
  SaveOptions how{.sound = options.sound.read(options.sample_rate)};
  options.sound.play(file, {format}, how);
  write_bytes(output, piece_bytes(file.score, format, how));
  fmt::print("{}  {:.1f} s  {:.1f} LUFS\n", output.string(), how.audio->length_seconds(),
             integrated_loudness(*how.audio));
}

}  // namespace

void add_render_command(CLI::App& app) {
  auto* command = app.add_subcommand("render", "play a MIDI or MusicXML file into a sound file");
  auto options = std::make_shared<Options>();
  command->add_option("music", options->input, "the file: MIDI, .musicxml or .mxl")->required();
  command->add_option(
      "-o,--output", options->output,
      "the sound file, by its ending: .wav, .flac, .ogg, .mp3 (default: a WAV file beside it)");
  command->add_option("--rate", options->sample_rate, "samples a second")
      ->check(CLI::Range(8000, 96000))
      ->capture_default_str();
  options->sound.add_to(*command);
  options->sound.add_stems_to(*command);
  command->footer(
      "Examples:\n  story2midi render tale.mid -o tale.wav\n  story2midi render band.mid -o band.wav --stems "
      "band-parts");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
