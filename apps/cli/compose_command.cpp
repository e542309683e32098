// story2midi compose: a story becomes a MIDI file, and sound and a picture where asked.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "apps/cli/asked_pieces.h"
#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "apps/cli/lines_table.h"
#include "apps/cli/piece_labels.h"
#include "apps/cli/rewrite_flags.h"
#include "apps/cli/sound_flags.h"
#include "apps/cli/suite.h"
#include "lab/corpora/intended_music.h"
#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/limits.h"
#include "story2midi/base/version.h"
#include "story2midi/batch.h"
#include "story2midi/compose/loop.h"
#include "story2midi/formats/intensities.h"
#include "story2midi/formats/summary.h"
#include "story2midi/piece_files.h"
#include "story2midi/plan/palette_names.h"

namespace s2m::apps {
namespace {

struct Options {
  StorySource story;
  ModelSource models;
  PlanFlags flags;
  RewriteFlags rewrite;
  SuiteFlags suite;
  ComposeOptions compose;
  CLI::Option *seed_option = nullptr, *humanise_option = nullptr;
  std::vector<std::string> outputs;
  std::string lines, wav, picture, plan_file, saved_themes;
  SoundFlags sound;
  bool text_only = false;
  bool stream = false, loop = false;
  int intensities = 0;
  bool json = false;
};

void check_rewrite(const Options& options) {
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

void check_intensities(const Options& options) {
  if (options.intensities == 0) return;
  if (options.text_only || !options.lines.empty() || options.suite.any() || !options.sound.stems.empty())
    throw UsageError("--intensities is of one planned piece: no --text-only, --lines, --per and --stems");
}

void check_loop(const Options& options, const PlanOptions& asked) {
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

void check(const Options& options) {
  if (options.rewrite.any()) check_rewrite(options);
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

// A plan's faults name its file.
Plan load_plan(const std::filesystem::path& file) {
  const auto json = read_text(file);
  return naming(file.string(), [&] { return plan_from_json(json); });
}

ComposedPiece compose(const Studio& studio, const Options& options, const Story& story,
                      const ComposeOptions& compose_options) {
  const auto asked = options.flags.read();
  if (options.text_only) return compose_without_plan(studio, story, asked, compose_options);
  const auto reading = options.story.reading_of(story, studio);
  const auto plan = options.plan_file.empty() ? studio.plan(reading, asked) : load_plan(options.plan_file);
  auto piece = options.loop ? loop_piece(studio.compose_piece(reading, loop_plan(plan), compose_options))
                            : studio.compose_piece(reading, plan, compose_options);
  return {std::move(piece), reading.curve.mean(), compose_options.seed};
}

// The piece of --from, changed as --only and --lock say. With a story the new bars are told its words.
ComposedPiece rewrite(const Studio& studio, const Options& options, SavedPiece saved,
                      const StoryReading& reading) {
  auto how = with(options.compose, show_progress("composing"));
  if (options.seed_option->empty()) how.seed = saved.performance.seed + 1;
  ComposedPiece piece{std::move(saved), std::nullopt, how.seed};
  if (!reading.curve.points.empty()) piece.emotion = reading.curve.mean();
  for (const auto& scope : options.rewrite.scopes_of(piece)) {
    static_cast<Piece&>(piece) = studio.rewrite(piece, scope, how, reading);
    piece.score.texts.push_back(fmt::format("{}, seed {}", describe(scope), how.seed));
  }
  return piece;
}

constexpr const char* kUsualOutput = "story.mid";

// A file that is written, and the name that the summary gives it.
struct Output {
  std::string option, kind;
  std::filesystem::path path;
  PieceFormat format;
};

const char* kind_of(PieceFormat format) {
  if (is_sound(format)) return "sound";
  if (is_notation(format)) return "notation";
  return format == PieceFormat::kMidi ? "midi" : format == PieceFormat::kJson ? "json" : "picture";
}

std::vector<Output> outputs_of(const Options& options) {
  std::vector<Output> outputs;
  for (const std::filesystem::path path :
       options.outputs.empty() ? std::vector<std::string>{kUsualOutput} : options.outputs) {
    const auto format = piece_format(path);
    outputs.push_back({"-o", kind_of(format), path, format});
  }
  if (!options.wav.empty()) outputs.push_back({"--wav", "wav", options.wav, piece_format("sound.wav")});
  if (!options.picture.empty())
    outputs.push_back({"--picture", "picture", options.picture, PieceFormat::kSvg});
  return outputs;
}

void check_outputs(const Options& options) {
  std::vector<NamedFile> files;
  for (const auto& output : options.outputs)
    if (output != "-") files.push_back({"-o", output});
  if (options.outputs.empty()) files.push_back({"-o", kUsualOutput});
  for (std::size_t i = 0, count = options.intensities > 0 ? files.size() : 0; i < count; ++i)
    for (std::size_t number = 1; number <= kIntensities; ++number)
      files.push_back({"--intensities", intensity_path(files[i].path, number)});
  files.push_back({"--wav", options.wav});
  files.push_back({"--picture", options.picture});
  files.push_back({"--save-themes", options.saved_themes});
  const auto streams = std::ranges::count(options.outputs, "-");
  if (streams > 0 && options.intensities > 0)
    throw UsageError("--intensities writes three files: -o - does not go with it");
  if (streams > 1) throw UsageError("-o - is standard output: it can be given once");
  if (streams > 0 && options.stream) throw UsageError("-o - and --stream both write to standard output");
  check_files({{"the story", options.story.file},
               {"--cues", options.flags.cues},
               {"--feel", options.story.feel},
               {"--plan", options.plan_file},
               {"--themes", options.flags.themes_file()},
               {"--from", options.rewrite.from},
               {"--soundfont", options.sound.soundfont},
               {"--duck", options.sound.narration}},
              files);
}

void write_standard_output(const std::vector<std::uint8_t>& bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
    throw Error(ErrorKind::kSystem, "standard output", "cannot be written to its end");
}

// The name of a file in the summary; a second of one kind is numbered.
std::string unused_name(const std::string& kind, const PieceSummary& summary) {
  const auto is_used = [&](const std::string& name) {
    return std::ranges::find(summary.files, name, [](const auto& file) { return file.first; }) !=
           summary.files.end();
  };
  std::string name = kind;
  for (int number = 2; is_used(name); ++number) name = kind + std::to_string(number);
  return name;
}

// The story's title, else its file's name, else its opening words.
std::string title_of(const Options& options, const Story& story, const Plan& plan) {
  if (!story.title.empty()) return story.title;
  if (!options.story.file.empty() && options.story.file != "-") return title_of_file(options.story.file);
  return plan.sections.front().title;
}

void write_outputs(const Options& options, const ComposedPiece& piece, const std::string& title,
                   const std::vector<Output>& outputs, PieceSummary& summary) {
  auto how = save_options_of(piece, options.compose.humanise);
  how.sound = options.sound.read();
  std::vector<PieceFormat> formats;
  for (const Output& output : outputs) formats.push_back(output.format);
  if (options.intensities == 0) options.sound.play(piece.score, formats, how);
  if (!options.sound.stems.empty()) summary.files.emplace_back("stems", options.sound.stems);
  if (std::ranges::any_of(outputs, [](const Output& output) { return is_notation(output.format); }))
    how.sheet = sheet_of(piece, title);
  std::vector<std::filesystem::path> paths;
  for (const Output& output : outputs) paths.push_back(output.path);
  if (options.intensities > 0)
    for (const auto& file : save_intensities(piece, paths, how))
      summary.files.emplace_back(unused_name(kind_of(piece_format(file)), summary), file.string());
  for (const auto& [option, kind, path, format] : outputs) {
    if (options.intensities > 0 && has_intensities(format)) continue;
    const auto bytes = piece_bytes(piece.score, format, how);
    path == "-" ? write_standard_output(bytes) : write_bytes(path, bytes);
    summary.files.emplace_back(unused_name(kind, summary), path.string());
  }
}

void print_bar_line(const BarView& bar) {
  fmt::print("{}\n", to_json(bar));
  std::fflush(stdout);
}

// Writes the files and tells of them.
void finish(const Options& options, const ComposedPiece& piece, const std::string& title,
            const std::vector<Output>& outputs) {
  auto summary = summary_of(piece.score, piece.emotion, piece.seed);
  summary.cues = kept_cues(piece.plan, piece.score);
  print_cues(summary.cues);
  write_outputs(options, piece, title, outputs, summary);
  if (!options.saved_themes.empty()) {
    write_text(options.saved_themes, write_themes(piece.plan));
    summary.files.emplace_back("themes", options.saved_themes);
  }
  const bool is_taken = std::ranges::count(outputs, std::filesystem::path("-"), &Output::path) > 0;
  const auto out = is_taken ? stderr : stdout;
  options.json ? fmt::print(out, "{}\n", to_json(summary)) : print_summary(summary, out);
}

void compose_story(const Options& options) {
  check_outputs(options);
  const auto outputs = outputs_of(options);
  const auto story = options.story.read(options.flags.read());
  const auto studio = options.models.open();
  auto compose_options = with(options.compose, show_progress("composing"));
  if (options.stream) compose_options.on_bar = print_bar_line;
  auto piece = compose(studio, options, story, compose_options);
  sign(options.models, story.title, piece);
  warn_of_instruments(piece.plan);
  finish(options, piece, title_of(options, story, piece.plan), outputs);
}

void change_piece(Options options) {
  check_outputs(options);
  const auto outputs = outputs_of(options);
  const auto json = read_text(options.rewrite.from);
  auto saved = naming(options.rewrite.from, [&] { return piece_from_json(json); });
  if (options.humanise_option->empty()) options.compose.humanise = saved.performance.humanise;
  const auto studio = options.models.open();
  const auto reading =
      options.story.is_given() ? options.story.reading_of(options.story.read(), studio) : StoryReading{};
  const auto title = saved.score.title;
  finish(options, rewrite(studio, options, std::move(saved), reading), title, outputs);
}

// Of all that decides the bytes of a job's pieces.
std::uint64_t job_of(const Options& options, const std::vector<AskedPiece>& lines) {
  const auto& compose = options.compose;
  std::string all =
      fmt::format("{} {} {} {} {} {} {} {}", version(), options.models.path().string(), options.text_only,
                  compose.temperature, compose.top_p, compose.guidance, compose.drafts, compose.humanise);
  const auto add = [&](const auto& value) { all += value ? fmt::format(" {}", *value) : " -"; };
  for (const auto& line : lines) {
    const auto& asked = line.asked;
    all += fmt::format("\n{} {} {}", line.seed, line.text.size(), line.text);
    add(asked.bars), add(asked.duration_seconds), add(asked.words_per_minute), add(asked.tempo_bpm),
        add(asked.valence), add(asked.arousal);
    all += asked.key ? " " + name_of(*asked.key) : " -";
    all += asked.metre ? " " + name_of(*asked.metre) : " -";
    all += asked.palette.empty() ? "" : " " + asked.palette;
    if (asked.themes) all += " themes " + options.flags.themes;
    all += line.quadrant ? " " + name_of(*line.quadrant) : " -";
  }
  return checksum_of(all);
}

// Makes the folder and refuses what would be overwritten.
void check_folder(const Options& options, std::size_t count) {
  const std::filesystem::path folder = options.outputs.front();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::vector<NamedFile> outputs{{"-o", folder / "intended.jsonl"}};
  for (std::size_t i = 0; i < count; ++i) outputs.push_back({"-o", folder / fmt::format("{:04}.mid", i + 1)});
  for (const auto& file : outputs) check_files({{"--lines", options.lines}}, {file});
}

// Where the pieces of a job go.
struct PieceFiles {
  const Options& options;
  std::span<const AskedPiece> lines;
  LinesTable& table;
  std::vector<std::string>& summaries;
};

// Writes a MIDI file for each piece, what was asked of it, and its summary.
void save_pieces(std::span<const ComposedPiece> pieces, std::size_t first, const PieceFiles& to) {
  const auto& [options, lines, table, summaries] = to;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    ComposedPiece piece = pieces[i];
    sign(options.models, "", piece);
    const auto& line = lines[first + i];
    const auto file = table.piece(first + i);
    save_midi(piece.score, file);
    auto summary = summary_of(piece.score, piece.emotion, piece.seed);
    summary.files.emplace_back("midi", file.string());
    summaries[first + i] = to_json(summary) + "\n";
    auto row = intended_by(line, piece);
    if (line.quadrant) row.quadrant = line.quadrant;
    row.file = file.filename();
    table.add(first + i, to_jsonl(row));
  }
}

void compose_rest(const Options& options, std::span<const AskedPiece> lines, LinesTable& table,
                  std::vector<std::string>& summaries) {
  const auto studio = options.models.open();
  const std::size_t begin = table.done();
  const auto rest = lines.subspan(begin);
  const std::vector<PieceRequest> requests(rest.begin(), rest.end());
  BatchOptions batch{.planning = options.text_only ? Planning::kTextOnly : Planning::kPlanned,
                     .compose = with(options.compose, [](auto, auto) { return !interrupted(); }),
                     .threads = options.models.threads};
  batch.progress = [&, show = show_progress("composing")](std::uint64_t done, std::uint64_t) {
    return show(begin + done, lines.size());
  };
  compose_batch(studio, requests, batch, [&](std::size_t first, std::span<const ComposedPiece> pieces) {
    save_pieces(pieces, begin + first, {options, lines, table, summaries});
  });
}

void compose_lines(const Options& options) {
  if (options.outputs.size() != 1) throw UsageError("--lines needs one folder: -o DIR");
  const auto lines = read_asked_pieces(options.lines, options.flags.read(), options.compose.seed);
  std::string texts;
  for (const auto& line : lines) texts += line.text + "\n";
  options.story.warn_of_language(texts);
  check_folder(options, lines.size());
  LinesTable table(options.outputs.front(), job_of(options, lines));
  if (table.done() > 0 && verbosity() != Verbosity::kQuiet)
    fmt::print(stderr, "{} pieces are there already; the rest follows\n", table.done());
  std::vector<std::string> summaries(lines.size());
  if (table.done() < lines.size()) compose_rest(options, lines, table, summaries);
  table.finish();
  if (options.json)
    fmt::print("{}", fmt::join(summaries, ""));
  else if (verbosity() != Verbosity::kQuiet)
    fmt::print("{} pieces in {}\n", lines.size(), options.outputs.front());
}

void add_compose_flags(CLI::App& command, Options& options) {
  command
      .add_option(
          "-o,--output", options.outputs,
          "file to write, by its ending: .mid, .wav, .flac, .ogg, .mp3, .json (score and plan), .svg or .png "
          "(piano roll), .musicxml or .mxl (notation); - for MIDI on standard output; may be given several "
          "times (default story.mid). With "
          "--lines "
          "the folder")
      ->allow_extra_args(false);
  command.add_option("--wav", options.wav, "also play it into this WAV file");
  command.add_option("--picture", options.picture, "also draw its piano roll (SVG) into this file");
  command.add_option(
      "--lines", options.lines,
      "compose one piece a line of this file, or a row of this table (.tsv, .csv, .jsonl: text, "
      "valence, arousal, key, tempo, meter, bars, seconds, seed): DIR/0001.mid, 0002.mid, ...; "
      "what was asked of each stands in DIR/intended.jsonl");
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
  command.add_option(
      "--save-themes", options.saved_themes,
      "write the story's theme and those of its names into this file, for --themes of the next");
  command.add_option("--plan", options.plan_file, "a plan from `story2midi plan`, looked at and changed");
  command.add_flag("--text-only", options.text_only, "no plan: the decoder hears only the story");
  command.add_flag(
      "--stream", options.stream,
      "print each bar as a line of JSON as soon as it is written: its start and notes in seconds");
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

void add_compose_command(CLI::App& app) {
  auto* command = app.add_subcommand("compose", "write the music of a story");
  auto options = std::make_shared<Options>();
  options->story.add_to(*command);
  options->story.add_feel_to(*command);
  add_compose_flags(*command, *options);
  options->sound.add_to(*command);
  options->sound.add_stems_to(*command);
  options->flags.add_to(*command);
  options->suite.add_to(*command);
  options->rewrite.add_to(*command);
  options->models.add_to(*command);
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
      "  story2midi compose tale.txt --stream --json -o tale.mid | player\n"
      "  story2midi compose --lines asked.tsv --bars 16 -o asked/");
  command->callback([options] {
    check(*options);
    if (options->rewrite.any())
      change_piece(*options);
    else if (options->suite.any())
      compose_suite({options->story, options->models, options->flags, options->suite, options->compose,
                     options->outputs, options->json});
    else
      options->lines.empty() ? compose_story(*options) : compose_lines(*options);
  });
}

}  // namespace s2m::apps
