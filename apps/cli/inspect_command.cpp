// story2midi inspect: what a MIDI file holds.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "story2midi/base/files.h"
#include "story2midi/base/unicode.h"
#include "story2midi/pictures/piano_roll.h"

namespace s2m::apps {
namespace {

struct Options {
  std::string input, picture;
  bool json = false;
};

nlohmann::ordered_json inspect(const Score& score) {
  const auto measures = measure(score);
  const auto estimate = find_key(score);
  nlohmann::ordered_json tracks = nlohmann::json::array();
  for (const auto& track : score.tracks)
    tracks.push_back({{"name", track.name},
                      {"program", track.program},
                      {"drums", track.is_drums},
                      {"notes", track.notes.size()}});
  const auto metre = score.time_signatures.empty() ? Metre{} : score.time_signatures.front().metre;
  nlohmann::ordered_json all{{"key_found", name_of(estimate.key)},
                             {"key_confidence", estimate.confidence},
                             {"key_stated", nullptr},
                             {"tempo_bpm", measures.tempo_bpm},
                             {"metre", name_of(metre)},
                             {"bars", bars(score).size()},
                             {"length_seconds", seconds_at(score, end_ticks(score))},
                             {"notes", measures.notes},
                             {"notes_a_beat", measures.notes_per_beat},
                             {"mean_pitch", measures.mean_pitch},
                             {"mean_velocity", measures.mean_velocity},
                             {"mean_length_beats", measures.mean_length_beats},
                             {"polyphony", measures.polyphony},
                             {"pitch_class_entropy", measures.pitch_class_entropy},
                             {"major_share", major_share(score)},
                             {"tempos", score.tempos.size()},
                             {"ticks_per_quarter", score.ticks_per_quarter},
                             {"tracks", tracks}};
  if (!score.key_signatures.empty()) all["key_stated"] = name_of(score.key_signatures.front().key);
  return all;
}

void print(const nlohmann::ordered_json& all) {
  for (const auto& [name, value] : all.items()) {
    if (name == "tracks") continue;
    const auto text = value.is_number_float() ? fmt::format("{:.2f}", value.get<double>())
                      : value.is_string()     ? value.get<std::string>()
                                              : value.dump();
    fmt::print("{:<20}{}\n", name, text);
  }
  for (const auto& track : all["tracks"])
    fmt::print("track               {:<16} program {:>3}{}, {} notes\n",
               printable(track["name"].get<std::string>()), track["program"].get<int>(),
               track["drums"].get<bool>() ? ", drums" : "", track["notes"].get<int>());
}

}  // namespace

void add_inspect_command(CLI::App& app) {
  auto* command = app.add_subcommand("inspect", "what a MIDI file holds: key, tempo, notes, measures");
  auto options = std::make_shared<Options>();
  command->add_option("midi", options->input, "the MIDI file")->required();
  command->add_flag("--json", options->json, "print JSON");
  command->add_option("--picture", options->picture, "write a piano roll (SVG) to this file");
  command->footer("Example:\n  story2midi inspect tale.mid --picture tale.svg");
  command->callback([options] {
    check_files({{"the MIDI file", options->input}}, {{"--picture", options->picture}});
    const auto score = load_midi(options->input);
    if (!options->picture.empty()) write_text(options->picture, piano_roll_svg(score));
    const auto all = inspect(score);
    options->json ? fmt::print("{}\n", all.dump(2)) : print(all);
  });
}

}  // namespace s2m::apps
