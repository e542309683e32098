// story2midi evaluate sections: whether the music of each section feels as its text does.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/reports/section_agreement.h"

namespace s2m::apps {
namespace {

struct Options {
  std::vector<std::string> stories;
  int bars = 128;
  std::uint64_t seed = 1;
  ModelSource models;
};

// The sections of a story, as planned and with the plan shuffled.
struct StorySections {
  std::vector<JudgedSection> planned, shuffled;
};

StorySections sections_of(const Studio& studio, const Judge& judge, const std::string& file,
                          const Options& options) {
  const auto reading = studio.read(read_story(file));
  const auto plan = studio.plan(reading, {.bars = options.bars});
  const auto judged = [&](const Plan& asked) {
    const auto piece = studio.compose_piece(reading, asked, {.seed = options.seed});
    return judged_sections(reading.curve, piece, judge);
  };
  return {judged(plan), judged(with_shuffled_sections(plan, options.seed))};
}

void print_row(const std::string& name, const StorySections& sections) {
  const auto planned = section_agreement(sections.planned), shuffled = section_agreement(sections.shuffled);
  fmt::print("{:<44}{:>9}{:>9.2f}{:>9.2f}{:>12.2f}{:>9.2f}\n", name, planned.sections, planned.valence,
             planned.arousal, shuffled.valence, shuffled.arousal);
}

void run(const Options& options) {
  const auto studio = options.models.open();
  const auto judge = load_judge(find_judge());
  fmt::print("{:<44}{:>9}{:>9}{:>9}{:>12}{:>9}\n", "Spearman, story and judge, by section", "sections",
             "valence", "arousal", "shuffled: v", "a");
  StorySections all;
  for (const auto& file : options.stories) {
    const auto own = sections_of(studio, judge, file, options);
    print_row(std::filesystem::path(file).stem().string(), own);
    all.planned.insert(all.planned.end(), own.planned.begin(), own.planned.end());
    all.shuffled.insert(all.shuffled.end(), own.shuffled.begin(), own.shuffled.end());
  }
  if (options.stories.size() > 1) print_row("all sections", all);
}

}  // namespace

void add_evaluate_sections_command(CLI::App& evaluate) {
  auto* command = evaluate.add_subcommand(
      "sections", "whether the music of each section feels as its text does, by the judge");
  auto options = std::make_shared<Options>();
  command->add_option("stories", options->stories, "stories of several sections")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--bars", options->bars, "length of each piece")
      ->capture_default_str()
      ->check(CLI::Range(8, 4096));
  command->add_option("--seed", options->seed, "of the pieces and of the shuffled plans")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber)
      ->transform(whole_number());
  options->models.add_to(*command);
  command->footer("Example:\n  story2midi evaluate sections tale.txt another.txt --bars 256");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
