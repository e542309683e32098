// story2midi evaluate writing: rhythm, melody, harmony, texture and form of composed music beside real corpora.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/reports/writing_table.h"

namespace s2m::apps {
namespace {

struct Options {
  std::vector<std::string> folders, real;
  std::string intended;
  int window = 16;
  int sample = 300;
  std::uint64_t seed = 1;
  int threads = 0;
  bool chord_changes = false;
  bool json = false;
};

void evaluate_writing(const Options& options) {
  if (options.folders.empty() && options.real.empty())
    throw UsageError("name a folder of composed music, --real CORPUS, or both");
  const WritingEvaluation evaluation{.folders = {options.folders.begin(), options.folders.end()},
                                     .intended = options.intended,
                                     .real = {options.real.begin(), options.real.end()},
                                     .window_bars = options.window,
                                     .sample = static_cast<std::size_t>(options.sample),
                                     .seed = options.seed,
                                     .many_files = {options.threads, show_progress}};
  if (options.chord_changes) {
    if (options.real.size() != 1) throw UsageError("--chord-changes: expected one --real CORPUS");
    return fmt::print("{}", to_tsv(chord_changes_of(evaluation.real.front(), evaluation)));
  }
  const auto table = measure_writing(evaluation);
  fmt::print("{}", options.json ? to_json(table) + "\n" : to_text(table));
}

void add_flags(CLI::App& command, Options& options) {
  command.add_option("folders", options.folders, "folders of composed music, a column each")
      ->check(CLI::ExistingDirectory);
  command.add_option("--real", options.real, "corpus of real music, a column; may be given several times")
      ->check(CLI::ExistingDirectory)
      ->allow_extra_args(false);
  command.add_option("--intended", options.intended,
                     "table of the requests (default: FOLDER/intended.jsonl)");
  command
      .add_option("--window", options.window,
                  "bars that are measured: the first, of real music a random place")
      ->check(CLI::Range(2, 1024));
  command.add_option("--sample", options.sample, "number of real pieces per corpus, drawn by the seed")
      ->check(CLI::Range(1, 1'000'000));
  command.add_option("--seed", options.seed, "random seed of the sample and its places");
  command.add_option("--threads", options.threads, "number of threads (0: one per core)")
      ->check(CLI::Range(0, 1024));
  command.add_flag(
      "--chord-changes", options.chord_changes,
      "print how often each chord follows each in the corpus, as lab/analysis/chord_changes.tsv");
  command.add_flag("--json", options.json, "print JSON");
}

}  // namespace

void add_evaluate_writing_command(CLI::App& evaluate) {
  auto* command = evaluate.add_subcommand(
      "writing", "compare rhythm, melody, harmony, texture and form of composed music with real corpora");
  auto options = std::make_shared<Options>();
  add_flags(*command, *options);
  command->footer(
      "Examples:\n"
      "  story2midi evaluate writing pieces/ --real corpora/pop909 --real corpora/pop1k7\n"
      "  story2midi evaluate writing pieces/ stories/ --window 32 --json");
  command->callback([options] { evaluate_writing(*options); });
}

}  // namespace s2m::apps
