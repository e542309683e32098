// story2midi explain: why the music of a story is as it is, as text or a page.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/formats/save.h"
#include "story2midi/plan/explain.h"

namespace s2m::apps {
namespace {

struct Options {
  StorySource story;
  ModelSource models;
  PlanFlags flags;
  std::string plan_file, output;
  bool json = false;
};

// Of a plan, or of a piece that holds one.
Plan plan_in(const std::filesystem::path& file) {
  const auto json = read_text(file);
  const bool is_piece = json.find("\"ticks_per_quarter\"") != json.npos;
  return naming(file.string(), [&] { return is_piece ? piece_from_json(json).plan : plan_from_json(json); });
}

PlanExplanation explanation_of(const Options& options) {
  const auto& [story, models, flags, plan_file, output, json] = options;
  if (std::filesystem::path(story.file).extension() == ".json") return explain(plan_in(story.file));
  if (!flags.mood.empty())
    throw UsageError("--mood is for music without a story: explain the plan that it gives");
  const auto asked = flags.read();
  check(asked);
  const auto read = story.read(asked);
  const auto studio = models.open();
  const auto reading = story.reading_of(read, studio);
  auto explanation =
      explain(plan_file.empty() ? studio.plan(reading, asked) : plan_in(plan_file), reading.curve);
  if (!read.title.empty()) explanation.title = read.title;
  return explanation;
}

void run(const Options& options) {
  const auto ending = std::filesystem::path(options.output).extension();
  if (!options.output.empty() && ending != ".html" && ending != ".txt" && ending != ".json")
    throw UsageError("-o " + options.output + ": expected a name that ends in .html, .txt or .json");
  if (!options.plan_file.empty() && options.flags.any())
    throw UsageError("--plan says all of it: change the file instead of giving --bars, --key and the like");
  check_files({{"the story", options.story.file},
               {"--plan", options.plan_file},
               {"--cues", options.flags.cues},
               {"--feel", options.story.feel}},
              {{"-o", options.output}});
  const auto explanation = explanation_of(options);
  const bool is_json = ending == ".json" || (options.json && options.output.empty());
  const auto told = is_json             ? to_json(explanation) + "\n"
                    : ending == ".html" ? to_html(explanation)
                                        : to_text(explanation);
  if (options.output.empty())
    fmt::print("{}", told);
  else
    write_text(options.output, told);
}

}  // namespace

void add_explain_command(CLI::App& app) {
  auto* command = app.add_subcommand(
      "explain",
      "why the music is as it is: of each section the sentence, the emotion and the rule of each choice");
  auto options = std::make_shared<Options>();
  options->story.add_to(*command);
  options->story.add_feel_to(*command);
  command->add_option("--plan", options->plan_file,
                      "the plan of this story, or a piece that compose -o piece.json wrote");
  options->models.add_to(*command);
  options->flags.add_to(*command);
  command->add_option("-o,--output", options->output,
                      "a page (.html), text (.txt) or JSON; default: text on standard output");
  command->add_flag("--json", options->json, "print JSON in place of text");
  command->footer(
      "A plan or piece (.json) in place of the story is explained without its sentences.\n"
      "Examples:\n"
      "  story2midi explain tale.txt\n"
      "  story2midi explain tale.txt --plan plan.json -o why.html\n"
      "  story2midi explain piece.json -o why.html");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
