// story2midi evaluate returns: how the themes of whole stories come back.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/reports/return_report.h"

namespace s2m::apps {
namespace {

struct Options {
  std::vector<std::string> stories;
  int bars = 64, seeds = 1;
  std::string palette = "orchestra";
  ModelSource models;
};

std::vector<Piece> compose(const Options& options) {
  const auto studio = options.models.open();
  std::vector<Piece> pieces;
  for (const auto& file : options.stories) {
    const auto reading = studio.read(read_story(file));
    const auto plan = studio.plan(reading, {.bars = options.bars, .palette = options.palette});
    for (int seed = 1; seed <= options.seeds; ++seed)
      pieces.push_back(studio.compose_piece(reading, plan, {.seed = static_cast<std::uint64_t>(seed)}));
  }
  return pieces;
}

void print_row(const std::string& name, double value, const std::string& real) {
  fmt::print("{:<58}{:>8.2f}{:>10}\n", name, value, real);
}

void run(const Options& options) {
  const auto f = return_figures(compose(options));
  fmt::print("{} pieces, {} themes, {} of them of names\n{:<58}{:>8}{:>10}\n",
             options.stories.size() * static_cast<std::size_t>(options.seeds), f.themes, f.named, "", "ours",
             "95 real");
  print_row("returns against bars of other themes, area under the curve", f.recognised, "-");
  print_row("... returns that are no copies", f.not_verbatim, "-");
  print_row("returning bars that are copies", f.verbatim, "-");
  print_row("themes that come back after another", f.come_back, ".64");
  print_row("phrases whose theme was heard before", f.known, ".64");
  print_row("a theme's span, quarters", f.span, "24");
  print_row("gap before its return, quarters", f.gap, "41");
  print_row("opening theme in the last fifth", f.last_fifth, ".78");
  print_row("returns in another instrument", f.other_colour, ".50");
}

}  // namespace

void add_evaluate_returns_command(CLI::App& evaluate) {
  auto* command = evaluate.add_subcommand(
      "returns", "how the themes of stories come back, and whether a return can be told from other music");
  auto options = std::make_shared<Options>();
  command->add_option("stories", options->stories, "files of stories")->required()->check(CLI::ExistingFile);
  command->add_option("--bars", options->bars, "length of each piece")
      ->capture_default_str()
      ->check(CLI::Range(16, 1024));
  command->add_option("--seeds", options->seeds, "pieces of each story")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  command->add_option("--palette", options->palette, "whose players lead the melody")->capture_default_str();
  options->models.add_to(*command);
  command->footer("Example:\n  story2midi evaluate returns lab/texts/stories/*.txt");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
