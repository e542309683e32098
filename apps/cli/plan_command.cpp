// story2midi plan: what the music of a story shall be, as JSON that `compose --plan` takes back.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "story2midi/base/files.h"
#include "story2midi/plan/explain.h"

namespace s2m::apps {
namespace {

struct Options {
  StorySource story;
  ModelSource models;
  PlanFlags flags;
  std::string output;
};

void plan(const Options& options) {
  const auto asked = options.flags.read();
  check(asked);
  check_files(
      {{"the story", options.story.file}, {"--cues", options.flags.cues}, {"--feel", options.story.feel}},
      {{"-o", options.output}});
  const bool is_mood = !options.flags.mood.empty();
  if (is_mood && options.story.is_given())
    throw UsageError("--mood is for music without a story: with one give --valence and --arousal");
  const auto story = is_mood ? Story{} : options.story.read(asked);
  const auto studio = options.models.open();
  const auto reading = is_mood ? StoryReading{} : options.story.reading_of(story, studio);
  const auto made = studio.plan(reading, asked);
  const auto json = to_json(made, explain(made, reading.curve)) + "\n";
  std::vector<KeptCue> cues;
  for (const auto& cue : made.cues)
    cues.push_back({cue, 1000 * (cue_seconds(made, cue) - cue.wanted_seconds)});
  print_cues(cues);
  if (options.output.empty())
    fmt::print("{}", json);
  else
    write_text(options.output, json);
}

}  // namespace

void add_plan_command(CLI::App& app) {
  auto* command =
      app.add_subcommand("plan", "what the music shall be, bar by bar, as JSON to look at and change");
  auto options = std::make_shared<Options>();
  options->story.add_to(*command);
  options->story.add_feel_to(*command);
  options->models.add_to(*command);
  options->flags.add_to(*command);
  command->add_option("-o,--output", options->output, "the JSON file (default: standard output)");
  command->footer(
      "Examples:\n"
      "  story2midi plan tale.txt -o tale.json\n"
      "  story2midi plan film.srt -o film.json\n"
      "  story2midi compose tale.txt --plan tale.json -o tale.mid");
  command->callback([options] { plan(*options); });
}

}  // namespace s2m::apps
