// story2midi compose: a story becomes a MIDI file, and sound and a picture where asked.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "apps/cli/commands.h"
#include "apps/cli/compose_jobs.h"
#include "apps/cli/compose_outputs.h"
#include "apps/cli/piece_labels.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/compose/loop.h"

namespace s2m::apps {
namespace {

// A plan's faults name its file.
Plan load_plan(const std::filesystem::path& file) {
  const auto json = read_text(file);
  return naming(file.string(), [&] { return plan_from_json(json); });
}

ComposedPiece compose(const Studio& studio, const ComposeFlags& options, const Story& story,
                      const ComposeOptions& compose_options) {
  if (options.text_only) return compose_without_plan(studio, story, options.flags.read(), compose_options);
  const auto reading = reading_of(options, story, studio);
  const auto plan = plan_of(options, studio, reading);
  auto piece = options.loop ? loop_piece(studio.compose_piece(reading, loop_plan(plan), compose_options))
                            : studio.compose_piece(reading, plan, compose_options);
  return {std::move(piece), emotion_of(options, reading), compose_options.seed};
}

// How original a piece in a style is; nothing with -q and without a style.
void tell_of_copies(const Studio& studio, const Piece& piece) {
  if (!piece.style || verbosity() == Verbosity::kQuiet) return;
  fmt::print(stderr, "style {}: the longest run shared with its pieces has {} notes\n", piece.style->name,
             studio.composer().longest_copied_run(piece.written));
}

void print_bar_line(const BarView& bar) {
  fmt::print("{}\n", to_json(bar));
  std::fflush(stdout);
}

void compose_story(const ComposeFlags& options) {
  const auto outputs = outputs_of(options);
  check_outputs(options, outputs);
  const auto story = story_of(options);
  const auto studio = options.models.open();
  auto compose_options = with(options.compose, show_progress("composing"));
  if (options.stream) compose_options.on_bar = print_bar_line;
  auto piece = compose(studio, options, story, compose_options);
  tell_of_copies(studio, piece);
  sign(options.models, story.title, piece);
  warn_of_instruments(piece.plan);
  finish(options, piece, title_of(options, story, piece.plan), outputs);
}

void change_piece(ComposeFlags options) {
  const auto outputs = outputs_of(options);
  check_outputs(options, outputs);
  const auto json = read_text(options.rewrite.from);
  auto saved = naming(options.rewrite.from, [&] { return piece_from_json(json); });
  if (options.humanise_option->empty()) options.compose.humanise = saved.performance.humanise;
  options.models.style.follow(saved.style);
  const auto studio = options.models.open();
  const auto reading =
      options.story.is_given() ? options.story.reading_of(options.story.read(), studio) : StoryReading{};
  const auto title = saved.score.title;
  auto how = with(options.compose, show_progress("composing"));
  if (options.seed_option->empty()) how.seed = saved.performance.seed + 1;
  const auto piece = compose_changed(studio, std::move(saved), options.rewrite.words(), how, reading);
  tell_of_copies(studio, piece);
  finish(options, piece, title, outputs);
}

}  // namespace

Story story_of(const ComposeFlags& options) {
  return options.flags.mood.empty() ? options.story.read(options.flags.read()) : Story{};
}

StoryReading reading_of(const ComposeFlags& options, const Story& story, const Studio& studio) {
  return options.flags.mood.empty() ? options.story.reading_of(story, studio) : StoryReading{};
}

Plan plan_of(const ComposeFlags& options, const Studio& studio, const StoryReading& reading) {
  return options.plan_file.empty() ? studio.plan(reading, options.flags.read())
                                   : load_plan(options.plan_file);
}

std::optional<Emotion> emotion_of(const ComposeFlags& options, const StoryReading& reading) {
  if (options.flags.mood.empty()) return reading.curve.mean();
  const auto asked = options.flags.read();
  return Emotion{*asked.valence, *asked.arousal, {}};
}

void add_compose_command(CLI::App& app) {
  auto* command = app.add_subcommand("compose", "write the music of a story");
  auto options = std::make_shared<ComposeFlags>();
  options->add_to(*command);
  command->footer(
      "Examples:\n"
      "  story2midi compose --text \"She ran laughing into the sea.\" -o sea.mid --wav sea.wav\n"
      "  story2midi compose tale.txt --bars 32 --key \"A minor\" --tempo 72 --meter 3/4 -o tale.mid\n"
      "  cat tale.txt | story2midi compose --duration 90 --seed 7 -o tale.mid\n"
      "  story2midi compose tale.txt -o tale.mid -o tale.flac -o tale.svg\n"
      "  story2midi compose tale.txt --palette orchestra -o tale.wav --stems tale-parts\n"
      "  story2midi compose part1.txt --save-themes saga.themes -o part1.mid\n"
      "  story2midi compose book.epub --per chapter --interludes 12 -o suite/\n"
      "  story2midi compose film.srt -o film.mid\n"
      "  story2midi compose script.txt --cues cues.csv -o script.mid\n"
      "  story2midi compose --lines scenes.txt -o scenes/\n"
      "  story2midi compose --from tale.json --only bars:17-24 --lock harmony --seed 9 -o tale2.json\n"
      "  story2midi compose tale.txt --takes 5 -o tale.mid\n"
      "  story2midi compose --mood 0.6,-0.4 --bars 16 -o calm.mid\n"
      "  story2midi compose tale.txt --stream --json -o tale.mid | player\n"
      "  game | story2midi compose --live --seed 7 -o evening.mid | player\n"
      "  story2midi compose --lines asked.tsv --bars 16 -o asked/");
  command->callback([options] {
    check(*options);
    if (options->rewrite.any())
      change_piece(*options);
    else if (options->suite.any())
      compose_suite({options->story, options->models, options->flags, options->suite, options->compose,
                     options->outputs, options->json});
    else if (options->live)
      compose_live(*options);
    else if (options->takes > 1)
      compose_takes(*options);
    else
      options->lines.empty() ? compose_story(*options) : compose_lines(*options);
  });
}

}  // namespace s2m::apps
