// story2midi inspect: what a MIDI or MusicXML file holds.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "story2midi/base/files.h"
#include "story2midi/base/unicode.h"
#include "story2midi/formats/load.h"
#include "story2midi/formats/summary.h"
#include "story2midi/pictures/picture.h"

namespace s2m::apps {
namespace {

struct Options {
  std::string input, picture;
  bool json = false;
};

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
  auto* command =
      app.add_subcommand("inspect", "what a MIDI or MusicXML file holds: key, tempo, notes, measures");
  auto options = std::make_shared<Options>();
  command->add_option("music", options->input, "the file: MIDI, .musicxml or .mxl")->required();
  command->add_flag("--json", options->json, "print JSON");
  command->add_option("--picture", options->picture, "draw it (SVG) into this file");
  command->footer("Example:\n  story2midi inspect tale.mid --picture tale.svg");
  command->callback([options] {
    check_files({{"the music file", options->input}}, {{"--picture", options->picture}});
    const auto score = load_music(options->input);
    if (!options->picture.empty()) write_text(options->picture, picture_svg(score));
    const auto all = description_json(score);
    options->json ? fmt::print("{}\n", all) : print(nlohmann::ordered_json::parse(all));
  });
}

}  // namespace s2m::apps
