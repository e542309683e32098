// story2midi evaluate themes: whether a story keeps its theme when its words change a little.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/reports/theme_report.h"

namespace s2m::apps {
namespace {

struct Options {
  std::string file = "lab/texts/paraphrases.tsv";
  ModelSource models;
};

void run(const Options& options) {
  const auto reader = EmotionReader::of_models(options.models.path(), options.models.threads);
  fmt::print("{:<12}{:<28}{:>13}{:>9}{:>10}{:>12}{:>14}\n", "story", "theme", "paraphrases", "contour",
             "one word", "chords near", "other stories");
  for (const auto& s : evaluate_themes(reader, options.file))
    fmt::print("{:<12}{:<28}{:>13}{:>9}{:>10}{:>12.2f}{:>14.2f}\n", s.story, s.theme,
               fmt::format("{} of {}", s.same_paraphrase, s.paraphrases), s.same_contour,
               fmt::format("{} of {}", s.same_replaced, s.replaced), s.chords_near, s.chords_far);
}

}  // namespace

void add_evaluate_themes_command(CLI::App& evaluate) {
  auto* command = evaluate.add_subcommand(
      "themes", "whether stories keep theme and chords when they are told in other words");
  auto options = std::make_shared<Options>();
  command
      ->add_option("texts", options->file,
                   "table with columns story, kind (original, paraphrase, replaced) and text")
      ->capture_default_str()
      ->check(CLI::ExistingFile);
  options->models.add_to(*command);
  command->footer("Example:\n  story2midi evaluate themes lab/texts/paraphrases.tsv");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
