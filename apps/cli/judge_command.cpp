// story2midi judge: the emotion of MIDI files, estimated by a classifier.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/judge/judge.h"
#include "story2midi/base/error.h"
#include "story2midi/midi/midi.h"

namespace s2m::apps {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string model;
  bool json = false;
};

void print(const std::string& file, const Judgement& judgement) {
  const auto& chance = judgement.quadrants;
  fmt::print("{:+.2f}    {:+.2f}    Q{}       {:.2f} {:.2f} {:.2f} {:.2f}  {}\n", judgement.valence,
             judgement.arousal, index_of(judgement.quadrant()) + 1, chance[0], chance[1], chance[2],
             chance[3], file);
}

void run(const Options& options) {
  const Judge judge = load_judge(options.model.empty() ? find_judge() : std::filesystem::path(options.model));
  std::vector<JudgedFile> all;
  if (!options.json) fmt::print("valence  arousal  quadrant Q1   Q2   Q3   Q4    file\n");
  for (const std::string& file : options.files) {
    const Score score = load_midi(file);
    if (end_ticks(score) == 0) throw Error(file, "nothing to judge", "notes", "none");
    const Judgement judgement = judge.judge(score);
    options.json ? all.push_back({file, judgement}) : print(file, judgement);
  }
  if (options.json) fmt::print("{}\n", to_json(all));
}

}  // namespace

void add_judge_command(CLI::App& app) {
  auto* command =
      app.add_subcommand("judge", "estimate the emotion of MIDI files from their notes, by a classifier");
  auto options = std::make_shared<Options>();
  command->add_option("midi", options->files, "MIDI files")->required();
  command->add_option("--model", options->model, "a judge that `evaluate judge --save` wrote");
  command->add_flag("--json", options->json, "print JSON");
  command->footer(
      "Valence and arousal run from -1 to 1; Q1 is pleasant and excited, Q2 unpleasant and excited, Q3\n"
      "unpleasant and calm, Q4 pleasant and calm. How far to trust them: models/judge/judge.md.\n"
      "Examples:\n  story2midi judge tale.mid\n  story2midi judge out/*.mid --json");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
