// story2midi evaluate arranging: how the palettes are used over many texts.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/corpora/corpus_files.h"
#include "lab/reports/arranging_report.h"
#include "story2midi/formats/load.h"
#include "story2midi/plan/palette_names.h"
#include "story2midi/stories/tables.h"

namespace s2m::apps {
namespace {

struct Options {
  std::string file = "lab/texts/judged_scenes.tsv";
  std::vector<std::string> real;
  int texts = 20, bars = 32;
  ModelSource models;
};

void print_row(const std::string& name, const std::array<double, kArrangedLevels.size()>& sounding,
               const std::string& rest) {
  fmt::print("{:<18}", name);
  for (const double share : sounding) fmt::print("{:>6}", share < 0 ? "-" : fmt::format("{:.2f}", share));
  fmt::print("{}\n", rest);
}

// One draft each: the figures are those of the arrangement, which the notes hardly move.
std::vector<Piece> compose(const Options& options) {
  const auto studio = options.models.open();
  std::vector<Piece> pieces;
  for (const TableRow& row : read_table(options.file, "text")) {
    if (static_cast<int>(pieces.size()) == options.texts) break;
    const auto reading = studio.read(story_of(row.text("text")));
    const auto plan = studio.plan(reading, {.bars = options.bars});
    pieces.push_back(studio.compose_piece(reading, plan, {.drafts = 1}));
  }
  return pieces;
}

ArrangingFigures figures_of_corpus(const std::filesystem::path& corpus) {
  std::vector<Score> scores;
  for (const CorpusFile& file : midi_or_score_files(corpus)) scores.push_back(load_music(file.path));
  return score_figures(scores, (corpus / "").parent_path().filename().string());
}

void run(const Options& options) {
  const auto pieces = compose(options);
  fmt::print("{:<18}", "parts sounding:");
  for (const auto level : kArrangedLevels) fmt::print("{:>6}", level);
  fmt::print("{:>8}{:>8}{:>7}{:>9}{:>8}{:>10}{:>12}\n", "unison", "octave", "rests", "changes", "beyond",
             "together", "unplayable");
  print_row("48 orchestral", {.43, .49, -1, .55, .71, .79}, "     .55     .29    .50      .70");
  for (const auto& corpus : options.real) {
    const auto f = figures_of_corpus(corpus);
    print_row(f.name, f.sounding, fmt::format("{:>8.2f}{:>8.2f}{:>7.2f}", f.unison, f.octave, f.rests));
  }
  for (const auto palette : palette_names()) {
    const auto f = arranging_figures(pieces, palette);
    print_row(f.name, f.sounding,
              fmt::format("{:>8.2f}{:>8.2f}{:>7.2f}{:>9.2f}{:>8.2f}{:>10}{:>12}", f.unison, f.octave, f.rests,
                          f.changes, f.beyond, f.together, f.unplayable));
  }
}

}  // namespace

void add_evaluate_arranging_command(CLI::App& evaluate) {
  auto* command = evaluate.add_subcommand(
      "arranging", "how many parts sound, are doubled and rest, in every palette, beside orchestral scores");
  auto options = std::make_shared<Options>();
  command->add_option("texts", options->file, "table with a column text")
      ->capture_default_str()
      ->check(CLI::ExistingFile);
  command
      ->add_option("--real", options->real,
                   "corpus of scores for many parts, a row; may be given several times")
      ->check(CLI::ExistingDirectory)
      ->allow_extra_args(false);
  command->add_option("--count", options->texts, "so many texts")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command->add_option("--bars", options->bars, "length of each piece")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  options->models.add_to(*command);
  command->footer(
      "Example:\n  story2midi evaluate arranging lab/texts/judged_scenes.tsv --count 20 \\\n"
      "    --real corpora/openscore_orchestra --real corpora/openscore_quartets");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
