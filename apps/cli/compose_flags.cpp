#include "apps/cli/compose_flags.h"

#include <algorithm>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/formats/intensities.h"
#include "story2midi/plan/growing_plan.h"
#include "story2midi/plan/sections.h"

namespace s2m::apps {
namespace {

void check_rewrite(const ComposeFlags& options) {
  const auto& [from, only, lock] = options.rewrite;
  if (from.empty())
    throw UsageError("--only and --lock change a piece that was saved: name it with --from piece.json");
  if (only.empty() && lock.empty())
    throw UsageError("--from needs --only or --lock: what is to be written anew, or what stays");
  if (!options.plan_file.empty() || !options.lines.empty() || options.text_only || options.stream ||
      options.flags.any())
    throw UsageError(
        "--from has a plan of its own: --plan, --lines, --text-only, --stream, --bars and the like do not "
        "go with it");
}

void check_intensities(const ComposeFlags& options) {
  if (options.intensities == 0) return;
  if (options.text_only || !options.lines.empty() || options.suite.any() || !options.sound.stems.empty() ||
      options.takes > 1)
    throw UsageError(
        "--intensities is of one planned piece: no --text-only, --lines, --per, --stems, --takes");
}

void check_loop(const ComposeFlags& options, const PlanOptions& asked) {
  if (!options.loop) return;
  if (options.text_only || options.stream || options.suite.any() || options.rewrite.any() ||
      !options.lines.empty() || asked.cues || asked.words_per_minute || options.sound.is_mixed)
    throw UsageError(
        "--loop writes one planned piece without times: no --text-only, --stream, --lines, "
        "--per, --from, --wpm, --cues and --mix");
  for (const auto& file : options.outputs)
    if (piece_format(file) == PieceFormat::kMp3)
      throw UsageError("--loop: an MP3 has silence at both ends; write .wav, .flac or .ogg");
}

void check_live(const ComposeFlags& options, const PlanOptions& asked) {
  if (!options.live) return;
  if (options.story.is_given() || !options.story.feel.empty() || !options.plan_file.empty() ||
      !options.lines.empty() || options.text_only || options.takes > 1 || options.loop ||
      options.suite.any() || options.rewrite.any() || !options.flags.mood.empty())
    throw UsageError(
        "--live reads its lines from standard input and plans them as they come: no story, --feel, --mood, "
        "--plan, --lines, --text-only, --takes, --loop, --per and --from");
  if (asked.duration_seconds || asked.cues || asked.words_per_minute)
    throw UsageError("--live ends when its input does: --duration, --wpm and --cues do not go with it");
  if (asked.bars.value_or(kTurnBars) % kTurnBars != 0 || asked.bars.value_or(kTurnBars) > kPeriodBars)
    throw UsageError("--live: --bars are those of each turn: 4, 8, 12 or 16");
}

void check_parts(const ComposeFlags& options) {
  if (!options.parts.empty() && (!options.lines.empty() || options.suite.any() || options.takes > 1))
    throw UsageError("--parts are those of one piece: no --lines, --per, --takes");
}

void check_mood_and_takes(const ComposeFlags& options) {
  const auto& mood = options.flags.mood;
  if (!mood.empty() &&
      (options.story.is_given() || !options.story.feel.empty() || options.text_only || options.suite.any()))
    throw UsageError("--mood is for music without a story: with one give --valence and --arousal");
  if (!mood.empty() && (!options.flags.cues.empty() || options.flags.words_per_minute))
    throw UsageError("--mood has no words and no times: --wpm and --cues do not go with it");
  if (options.takes > 1 && (!options.lines.empty() || options.rewrite.any() || options.suite.any() ||
                            options.stream || !options.sound.stems.empty() || !options.saved_themes.empty()))
    throw UsageError(
        "--takes are pieces of one story: --lines, --from, --per, --stream, --stems and --save-themes do not "
        "go with it");
}

}  // namespace

void check(const ComposeFlags& options) {
  if (options.rewrite.any()) check_rewrite(options);
  check_mood_and_takes(options);
  check_parts(options);
  if (options.text_only && !options.plan_file.empty())
    throw UsageError("--text-only leaves the plan out: it does not go with --plan");
  if (options.text_only && !(options.flags.themes.empty() && options.saved_themes.empty()))
    throw UsageError("--text-only has no themes: --themes and --save-themes do not go with it");
  if (!options.plan_file.empty() && options.flags.any())
    throw UsageError("--plan says all of it: change the file instead of giving --bars, --key and the like");
  if (!options.lines.empty() &&
      (!options.wav.empty() || !options.picture.empty() || !options.plan_file.empty() ||
       !options.sound.stems.empty() || !options.saved_themes.empty()))
    throw UsageError("--lines writes MIDI only: no --wav, --stems, --picture, --plan and --save-themes");
  const bool is_single = options.stream || options.text_only || !options.plan_file.empty() ||
                         !options.wav.empty() || !options.sound.stems.empty() || !options.picture.empty();
  if (options.suite.any() && (is_single || !options.lines.empty() || options.rewrite.any()))
    throw UsageError(
        "--per and --interludes write a suite: no --lines, --from, --plan, --text-only, --stream, "
        "--wav, --stems and --picture");
  if (!options.lines.empty() && options.stream)
    throw UsageError("--stream tells of one piece: it does not go with --lines");
  const auto asked = options.flags.read();
  check(asked);
  check_live(options, asked);
  check_loop(options, asked);
  check_intensities(options);
  if (!options.lines.empty() && asked.cues)
    throw UsageError("--cues are of one piece: they do not go with --lines");
  if (!options.story.feel.empty() && (options.text_only || !options.lines.empty()))
    throw UsageError("--feel is of one planned piece: it does not go with --text-only and --lines");
  if (options.text_only && (asked.cues || asked.words_per_minute))
    throw UsageError("--text-only keeps no times: --wpm and --cues do not go with it");
}

ComposeOptions with(ComposeOptions options, Progress progress) {
  options.progress = std::move(progress);
  return options;
}

namespace {

void add_outputs(CLI::App& command, ComposeFlags& options) {
  command
      .add_option(
          "-o,--output", options.outputs,
          "file to write, by its ending: .mid, .wav, .flac, .ogg, .mp3, .json (score and plan), .svg or .png "
          "(picture), .mp4 (video, by ffmpeg), .musicxml or .mxl (notation); - for MIDI on standard output; "
          "may be given several "
          "times (default story.mid). With "
          "--lines "
          "the folder")
      ->allow_extra_args(false);
  command.add_option("--wav", options.wav, "also play it into this WAV file");
  command.add_option("--picture", options.picture, "also draw it (SVG) into this file");
  command.add_option(
      "--parts", options.parts,
      "also write the page of each player into this folder, as MusicXML: 01-Flute.musicxml, ...");
  command.add_option(
      "--lines", options.lines,
      "compose one piece a line of this file, or a row of this table (.tsv, .csv, .jsonl: text, "
      "valence, arousal, key, tempo, meter, bars, seconds, seed): DIR/0001.mid, 0002.mid, ...; "
      "what was asked of each stands in DIR/intended.jsonl");
}

void add_sampling(CLI::App& command, ComposeFlags& options) {
  options.seed_option = command
                            .add_option("--seed", options.compose.seed,
                                        "same seed, same bytes; with --lines, line N has seed + N - 1, or a "
                                        "seed of its own; with --from, the "
                                        "saved piece's seed + 1 unless given")
                            ->check(CLI::NonNegativeNumber)
                            ->transform(whole_number());
  command
      .add_option("--temperature", options.compose.temperature,
                  "0 takes the likeliest, 1 the model's own odds")
      ->check(CLI::Range(0.0, limits::kHighestTemperature));
  command.add_option("--top-p", options.compose.top_p, "choose among the likeliest that make up this share")
      ->check(CLI::Range(0.0, 1.0));
  command
      .add_option("--guidance", options.compose.guidance,
                  "with --text-only: how far the story moves the music from what would be written without it")
      ->check(CLI::Range(0.0, limits::kStrongestGuidance));
  command
      .add_option("--drafts", options.compose.drafts,
                  "write each phrase so many times and keep the best; more take longer")
      ->check(CLI::Range(1, limits::kMostDrafts));
  options.humanise_option = command
                                .add_option("--humanise", options.compose.humanise,
                                            "0 plays what is written, on the grid; 1 plays as pianists do")
                                ->check(CLI::Range(0.0, 1.0));
}

void add_ways(CLI::App& command, ComposeFlags& options) {
  command.add_option(
      "--save-themes", options.saved_themes,
      "write the story's theme and those of its names into this file, for --themes of the next");
  command.add_option("--plan", options.plan_file, "a plan from `story2midi plan`, looked at and changed");
  command.add_flag("--text-only", options.text_only, "no plan: the decoder hears only the story");
  command
      .add_option("--takes", options.takes,
                  "write so many pieces with the seeds that follow --seed (tale-1.mid, tale-2.mid, ...) and "
                  "print how "
                  "they differ")
      ->check(CLI::Range(1, 100));
  command.add_flag(
      "--stream", options.stream,
      "print each bar as a line of JSON as soon as it is written: its start and notes in seconds");
  auto* const live = command.add_flag(
      "--live", options.live,
      "go on as lines arrive on standard input: a section of --bars bars (4, 8, 12 or 16) for each "
      "line, printed as with --stream; an empty line goes on in the same mood; the piece ends where "
      "the input does, or with Ctrl-C");
  command
      .add_flag(
          "--ahead", options.ahead,
          "with --live: each line is played when the next has come, so that a change of key is prepared")
      ->needs(live);
  command.add_flag("--loop", options.loop,
                   "for games: an intro of four bars and a body whose end leads into its beginning; markers "
                   "and loop points say where");
  command
      .add_option(
          "--intensities", options.intensities,
          "for games: 3 writes MIDI and sound of -o as NAME-1 (accompaniment), NAME-2 (and bass and drums) "
          "and NAME-3 (and melody), the same bars in files of equal length")
      ->check(CLI::IsMember({static_cast<int>(kIntensities)}));
  command.add_flag("--json", options.json, "print what was made as JSON");
}

}  // namespace

void ComposeFlags::add_to(CLI::App& command) {
  story.add_to(command);
  story.add_feel_to(command);
  add_outputs(command, *this);
  add_sampling(command, *this);
  add_ways(command, *this);
  sound.add_to(command);
  sound.add_stems_to(command);
  flags.add_to(command);
  suite.add_to(command);
  rewrite.add_to(command);
  models.add_to(command);
  models.style.add_to(command);
}

}  // namespace s2m::apps
