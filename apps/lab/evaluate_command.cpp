// story2midi evaluate: figures on corpora in their publishers' layout.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/reports/beats_and_keys.h"
#include "lab/reports/parts_accuracy.h"

namespace s2m::apps {
namespace {

struct Options {
  std::string folder;
  bool json = false;
};

void print(const nlohmann::ordered_json& figures, const Options& options) {
  if (options.json) return fmt::print("{}\n", figures.dump());
  for (const auto& [name, value] : figures.items())
    fmt::print("{:<20}{}\n", name,
               value.is_number_float() ? fmt::format("{:.3f}", value.get<double>()) : value.dump());
}

void keys(const Options& options) {
  const auto found = evaluate_keys(options.folder);
  print({{"pieces", found.pieces},
         {"exact", found.exact_share()},
         {"right_signature", found.signature_share()},
         {"mirex_score", found.mirex_score()},
         {"fifth", found.fifth},
         {"relative", found.relative},
         {"parallel", found.parallel}},
        options);
}

void beats(const Options& options) {
  const auto found = evaluate_beats(options.folder);
  print({{"pieces", found.pieces},
         {"f_measure", found.f_measure},
         {"any_octave", found.any_octave},
         {"good_share", found.good_share},
         {"metre_share", found.metre_share},
         {"downbeat_share", found.downbeat_share}},
        options);
}

void parts(const Options& options) {
  const auto found = evaluate_parts(options.folder);
  const auto& chords = found.chords;
  const auto& melody = found.melody;
  nlohmann::ordered_json figures;
  if (chords.pieces) {
    const auto share = [&](double positions) { return positions / std::max(1.0, chords.positions); };
    figures = {{"pieces_with_chords", chords.pieces},
               {"chord_root", share(chords.root)},
               {"chord_root_and_kind", share(chords.root_and_kind)},
               {"chord_quality", share(chords.quality)},
               {"chord_root_and_bass", share(chords.bass)},
               {"chord_changes", chords.found_changes / std::max(1.0, chords.changes)}};
  }
  figures.update({{"pieces_with_melody", melody.pieces},
                  {"melody_precision", melody.precision()},
                  {"melody_recall", melody.recall()},
                  {"melody_f1", melody.f1()},
                  {"skyline_f1", melody.skyline_f1()},
                  {"melody_elsewhere", melody.elsewhere / std::max(1.0, melody.found + melody.elsewhere)}});
  print(figures, options);
}

void add(CLI::App& evaluate, const char* name, const char* help, void (*run)(const Options&)) {
  auto* command = evaluate.add_subcommand(name, help);
  auto options = std::make_shared<Options>();
  command->add_option("folder", options->folder, "folder of the corpus in its publisher's layout")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_flag("--json", options->json, "print JSON");
  command->callback([options, run] { run(*options); });
}

}  // namespace

void add_evaluate_command(CLI::App& app) {
  auto* command =
      app.add_subcommand("evaluate", "measure models and music on corpora in their publishers' layout");
  command->require_subcommand(1);
  add(*command, "keys", "accuracy of the key finder (POP909; files with one key signature)", keys);
  add(*command, "beats", "accuracy of the beat tracker (POP909, ASAP, files on a beat grid)", beats);
  add(*command, "parts", "accuracy of the chords and the melody found in music (POP909; songs and quartets)",
      parts);
  add_evaluate_music_command(*command);
  add_evaluate_writing_command(*command);
  add_evaluate_text_command(*command);
  add_evaluate_arranging_command(*command);
  add_evaluate_returns_command(*command);
  add_evaluate_themes_command(*command);
  add_evaluate_judge_command(*command);
  add_evaluate_performance_command(*command);
  add_evaluate_sections_command(*command);
  command->footer("Example:\n  story2midi evaluate keys corpora/pop909");
}

}  // namespace s2m::apps
