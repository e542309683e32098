// story2midi feel: the emotion of a story's passages, or of lines read one by one.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "story2midi/emotion/labels.h"
#include "story2midi/piece_files.h"
#include "story2midi/reading/word_influence_json.h"

namespace s2m::apps {
namespace {

struct Options {
  StorySource story;
  ModelSource models;
  std::string lines;
  bool as_story = false;
  bool json = false, why = false;
};

constexpr std::size_t kShownLabels = 2, kShownWords = 4;
constexpr double kLeastLabel = 0.1, kLeastChange = 0.02;

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

// "sadness .82, grief .31"
std::string name_labels(const Emotion& emotion) {
  std::vector<std::string> names;
  for (const auto& label : likeliest_labels(emotion.labels, kShownLabels, kLeastLabel))
    names.push_back(fmt::format("{} {:.2f}", label.name, label.probability));
  return fmt::format("{}", fmt::join(names, ", "));
}

// "+0.42", or "+0.42 ±0.20".
std::string with_uncertainty(double level, std::optional<double> uncertainty) {
  return uncertainty ? fmt::format("{:+.2f} ±{:.2f}", level, *uncertainty) : fmt::format("{:+.2f}", level);
}

void print_row(const Emotion& emotion, std::string_view text) {
  const auto& uncertainty = emotion.uncertainty;
  const auto of = [&](double ValenceArousal::*axis) {
    return with_uncertainty(emotion.*axis, uncertainty ? std::optional(*uncertainty.*axis) : std::nullopt);
  };
  fmt::print("{} [{}]  {} [{}]  Q{}  {:<32}  {}\n", of(&ValenceArousal::valence), gauge(emotion.valence),
             of(&ValenceArousal::arousal), gauge(emotion.arousal), index_of(quadrant_of(emotion)) + 1,
             name_labels(emotion), opening(text, 60));
}

// One line: the words that change the reading most, each with its changes of valence and arousal.
void print_words(const std::vector<WordInfluence>& influences) {
  std::vector<std::string> words;
  for (const auto& [word, change] : strongest(influences, kShownWords, kLeastChange))
    words.push_back(fmt::format("{} ({:+.2f}, {:+.2f})", word, change.valence, change.arousal));
  fmt::print("    {}\n", words.empty() ? "no word by itself" : fmt::format("{}", fmt::join(words, ", ")));
}

// Prints one object a line, or rows; with --why the words that carry each.
void print_each(const Options& options, const Studio& studio, const std::vector<std::string>& texts,
                const std::vector<Emotion>& emotions) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (options.json && !options.why) {
      fmt::print("{}\n", to_json(emotions[i]));
    } else if (options.json) {
      fmt::print("{}\n", to_json(emotions[i], studio.word_influences(texts[i])));
    } else {
      print_row(emotions[i], texts[i]);
      if (options.why) print_words(studio.word_influences(texts[i]));
    }
  }
}

void feel_lines(const Options& options) {
  const auto lines = read_lines(options.lines);
  options.story.warn_of_language(fmt::format("{}", fmt::join(lines, "\n")));
  const auto studio = options.models.open();
  std::vector<Emotion> emotions;
  if (options.as_story)
    for (const auto& point : studio.read(lines).curve.points) emotions.push_back(point.emotion);
  else
    emotions = studio.read_each(lines);
  print_each(options, studio, lines, emotions);
}

void feel_story(const Options& options) {
  const auto story = options.story.read();
  const auto studio = options.models.open();
  const auto curve = studio.read(story, show_progress("reading")).curve;
  if (options.json && !options.why) return fmt::print("{}\n", to_json(curve));
  if (options.json) {
    std::vector<std::vector<WordInfluence>> words;
    for (const auto& point : curve.points) words.push_back(studio.word_influences(point.passage.text));
    return fmt::print("{}\n", to_json(curve, words));
  }
  std::vector<std::string> texts;
  std::vector<Emotion> emotions;
  for (const auto& [passage, emotion] : curve.points) {
    texts.push_back(passage.text);
    emotions.push_back(emotion);
  }
  fmt::print("valence                              arousal\n");
  print_each(options, studio, texts, emotions);
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
  command->add_flag("--why", options->why,
                    "the words that carry each passage's emotion, with their changes of valence and arousal");
  command->footer(
      "Examples:\n"
      "  story2midi feel tale.txt\n"
      "  story2midi feel --text \"She did not come home.\" --why\n"
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
