// story2midi feel: the emotion of a story's passages, or of lines read one by one.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"

namespace s2m::apps {
namespace {

struct Options {
  StorySource story;
  ModelSource models;
  std::string lines;
  bool as_story = false;
  bool json = false;
};

std::string opening(std::string_view text, std::size_t most) {
  std::string line(text.substr(0, most));
  // Never cut a character in two.
  if (text.size() > most)
    while (!line.empty() && (static_cast<unsigned char>(text[line.size()]) & 0xC0) == 0x80) line.pop_back();
  std::replace(line.begin(), line.end(), '\n', ' ');
  return text.size() > most ? line + "..." : line;
}

// A bar of 21 places with its middle at 0.
std::string gauge(double level) {
  std::string bar(21, ' ');
  bar[10] = '|';
  bar[static_cast<std::size_t>(std::lround(10 + 10 * std::clamp(level, -1.0, 1.0)))] = 'o';
  return bar;
}

void print_row(const Emotion& emotion, std::string_view text) {
  fmt::print("{:+.2f} [{}]  {:+.2f} [{}]  Q{}  {}\n", emotion.valence, gauge(emotion.valence),
             emotion.arousal, gauge(emotion.arousal), index_of(quadrant_of(emotion)) + 1, opening(text, 60));
}

void feel_lines(const Options& options) {
  const auto lines = read_lines(options.lines);
  options.story.warn_of_language(fmt::format("{}", fmt::join(lines, "\n")));
  const auto studio = options.models.open();
  std::vector<Emotion> emotions;
  if (options.as_story)
    for (const auto& point : studio.read_curve(lines).points) emotions.push_back(point.emotion);
  else
    emotions = studio.read_each(lines);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (options.json)
      fmt::print("{}\n", to_json_value(emotions[i]).dump());
    else
      print_row(emotions[i], lines[i]);
  }
}

void feel_story(const Options& options) {
  const auto story = options.story.read();
  const auto curve = options.models.open().read_curve(story, show_progress("reading"));
  if (options.json) {
    fmt::print("{}\n", to_json(curve));
    return;
  }
  fmt::print("valence                        arousal\n");
  for (const auto& point : curve.points) print_row(point.emotion, point.passage.text);
  fmt::print("the whole: {}\n", describe(curve.mean()));
}

}  // namespace

void add_feel_command(CLI::App& app) {
  auto* command =
      app.add_subcommand("feel", "read the emotion of a story: valence and arousal of its passages");
  auto options = std::make_shared<Options>();
  options->story.add_to(*command);
  options->models.add_to(*command);
  command->add_option("--lines", options->lines, "read this file's lines, each by itself");
  command->add_flag("--story", options->as_story,
                    "the lines are one story in order: read each in its context");
  command->add_flag("--json", options->json, "JSON: the curve, or with --lines one object a line");
  command->footer(
      "Examples:\n"
      "  story2midi feel tale.txt\n"
      "  story2midi feel --text \"At last the letter came.\" --json\n"
      "  story2midi feel --lines sentences.txt --json > emotions.jsonl\n"
      "  story2midi feel --lines tale_sentences.txt --story --json");
  command->callback([options] {
    if (options->lines.empty() && options->as_story) throw UsageError("--story goes with --lines");
    if (options->lines.empty()) return feel_story(*options);
    feel_lines(*options);
  });
}

}  // namespace s2m::apps
