// story2midi compose: a story becomes a MIDI file, and sound and a picture where asked.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "apps/cli/asked_pieces.h"
#include "apps/cli/bar_lines.h"
#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "apps/cli/lines_table.h"
#include "lab/corpora/intended_music.h"
#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/limits.h"
#include "story2midi/base/parallel.h"
#include "story2midi/base/version.h"

namespace s2m::apps {
namespace {

struct Options {
  StorySource story;
  ModelSource models;
  PlanFlags flags;
  ComposeOptions compose;
  std::vector<std::string> outputs;
  std::string lines, wav, picture, plan_file, soundfont;
  bool text_only = false;
  bool stream = false;
  bool json = false;
};

struct Piece {
  std::optional<Emotion> emotion;  // none of an encoder without emotion heads
  Score score;
  std::uint64_t seed;
  Plan plan;  // empty with --text-only
};

void check(const Options& options) {
  if (options.text_only && !options.plan_file.empty())
    throw UsageError("--text-only leaves the plan out: it does not go with --plan");
  if (!options.plan_file.empty() && options.flags.any())
    throw UsageError("--plan says all of it: change the file instead of giving --bars, --key and the like");
  if (!options.lines.empty() &&
      (!options.wav.empty() || !options.picture.empty() || !options.plan_file.empty()))
    throw UsageError("--lines writes MIDI files only: --wav, --picture and --plan do not go with it");
  if (!options.lines.empty() && options.stream)
    throw UsageError("--stream tells of one piece: it does not go with --lines");
  check(options.flags.read());
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

// Music without a story has no emotion but what is asked.
StoryReading reading_of(const Studio& studio, const std::string& story) {
  return story.empty() ? StoryReading{} : studio.read(story_of(story));
}

Piece compose_from_text(const Studio& studio, const Story& story, const PlanOptions& asked,
                        const ComposeOptions& options) {
  if (!studio.can_read_emotion())
    return {std::nullopt, studio.compose_from_text(story, asked, options), options.seed, {}};
  const auto reading = studio.read(story);
  return {reading.curve.mean(), studio.compose_from_text(reading, asked, options), options.seed, {}};
}

Piece compose(const Studio& studio, const Options& options, const Story& story,
              const ComposeOptions& compose_options) {
  const auto asked = options.flags.read();
  if (options.text_only) return compose_from_text(studio, story, asked, compose_options);
  const auto reading = studio.read(story);
  const auto plan = options.plan_file.empty() ? studio.plan(reading, asked) : load_plan(options.plan_file);
  return {reading.curve.mean(), studio.compose(reading, plan, compose_options), compose_options.seed, plan};
}

// The piano roll under the arc that was asked for.
PianoRollOptions picture(const Piece& piece) {
  PianoRollOptions options;
  if (piece.emotion) options.subtitle = describe(*piece.emotion);
  for (const auto& section : piece.plan.sections)
    for (const auto& bar : section.bars) {
      options.valence.push_back(static_cast<float>(bar.valence));
      options.arousal.push_back(static_cast<float>(bar.arousal));
    }
  return options;
}

nlohmann::ordered_json summary(const Piece& piece) {
  const auto& score = piece.score;
  return {{"emotion", piece.emotion ? to_json_value(*piece.emotion) : nullptr},
          {"key", name_of(score.key_signatures.front().key)},
          {"tempo_bpm", score.tempos.front().bpm()},
          {"metre", name_of(score.time_signatures.front().metre)},
          {"bars", bars(score).size()},
          {"length_seconds", seconds_at(score, end_ticks(score))},
          {"notes", measure(score).notes},
          {"seed", piece.seed}};
}

// What was asked of a piece of --lines, for `evaluate music`: by its plan, else by its row and the options.
IntendedMusic intended(const Piece& piece, const AskedPiece& wanted) {
  const PlanOptions& asked = wanted.asked;
  IntendedMusic row;
  row.key = asked.key;
  row.tempo_bpm = asked.tempo_bpm;
  row.metre = asked.metre;
  row.bars = asked.bars;
  row.seconds = asked.duration_seconds;
  row.text = wanted.text;
  row.seed = piece.seed;
  if (piece.emotion) {
    row.valence = asked.valence.value_or(piece.emotion->valence);
    row.arousal = asked.arousal.value_or(piece.emotion->arousal);
    row.quadrant = quadrant_of({*row.valence, *row.arousal});
  }
  if (wanted.quadrant) row.quadrant = wanted.quadrant;
  if (piece.plan.sections.empty()) return row;
  row.key = piece.plan.key;
  row.bars = bar_count(piece.plan);
  const BarPlan& first = piece.plan.sections.front().bars.front();
  row.metre = first.metre;
  if (asked.tempo_bpm || piece.plan.sections.size() == 1) row.tempo_bpm = first.tempo_bpm;
  return row;
}

// On standard output, or on standard error where the music itself goes to standard output.
void print_summary(const Piece& piece, const nlohmann::ordered_json& all, std::FILE* out) {
  if (verbosity() == Verbosity::kQuiet) return;
  if (piece.emotion) fmt::print(out, "emotion  {}\n", describe(*piece.emotion));
  fmt::print(out, "music    {}, {:.0f} bpm, {}, {} bars, {:.1f} s, {} notes\n", all["key"].get<std::string>(),
             all["tempo_bpm"].get<double>(), all["metre"].get<std::string>(), all["bars"].get<int>(),
             all["length_seconds"].get<double>(), all["notes"].get<int>());
  for (const auto& [kind, file] : all["files"].items())
    fmt::print(out, "{:<8} {}\n", kind, file.get<std::string>());
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
  return format == PieceFormat::kMidi ? "midi" : format == PieceFormat::kJson ? "json" : "picture";
}

std::vector<Output> outputs_of(const Options& options) {
  std::vector<Output> outputs;
  for (const std::filesystem::path path :
       options.outputs.empty() ? std::vector<std::string>{kUsualOutput} : options.outputs) {
    const auto format = piece_format(path);
    outputs.push_back({"-o", kind_of(format), path, format});
  }
  if (!options.wav.empty()) outputs.push_back({"--wav", "wav", options.wav, PieceFormat::kWav});
  if (!options.picture.empty())
    outputs.push_back({"--picture", "picture", options.picture, PieceFormat::kSvg});
  return outputs;
}

void check_outputs(const Options& options) {
  std::vector<NamedFile> files;
  for (const auto& output : options.outputs)
    if (output != "-") files.push_back({"-o", output});
  if (options.outputs.empty()) files.push_back({"-o", kUsualOutput});
  files.push_back({"--wav", options.wav});
  files.push_back({"--picture", options.picture});
  const auto streams = std::ranges::count(options.outputs, "-");
  if (streams > 1) throw UsageError("-o - is standard output: it can be given once");
  if (streams > 0 && options.stream) throw UsageError("-o - and --stream both write to standard output");
  check_files(
      {{"the story", options.story.file}, {"--plan", options.plan_file}, {"--soundfont", options.soundfont}},
      files);
}

void write_standard_output(const std::vector<std::uint8_t>& bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
    throw Error(ErrorKind::kSystem, "standard output", "cannot be written to its end");
}

// Files by the names that the summary gives them; a second of one kind is numbered.
nlohmann::ordered_json write_outputs(const Options& options, const Piece& piece,
                                     const std::vector<Output>& outputs) {
  SaveOptions how{.plan = {},
                  .sound = {.soundfont = options.soundfont, .progress = show_progress("playing")}};
  if (!piece.plan.sections.empty()) how.plan = piece.plan;
  how.picture = picture(piece);
  if (std::ranges::any_of(outputs, [](const Output& output) { return is_sound(output.format); }))
    how.audio = render(piece.score, how.sound);
  nlohmann::ordered_json files;
  for (const auto& [option, kind, path, format] : outputs) {
    const auto bytes = piece_bytes(piece.score, format, how);
    path == "-" ? write_standard_output(bytes) : write_bytes(path, bytes);
    std::string name = kind;
    for (int number = 2; files.contains(name); ++number) name = kind + std::to_string(number);
    files[name] = path.string();
  }
  return files;
}

void compose_story(const Options& options) {
  check_outputs(options);
  const auto outputs = outputs_of(options);
  const auto story = options.story.read();
  const auto studio = options.models.open();
  auto compose_options = with(options.compose, show_progress("composing"));
  if (options.stream) compose_options.on_bar = print_bar_line;
  const auto piece = compose(studio, options, story, compose_options);
  auto all = summary(piece);
  all["files"] = write_outputs(options, piece, outputs);
  const bool is_taken = std::ranges::count(outputs, std::filesystem::path("-"), &Output::path) > 0;
  const auto out = is_taken ? stderr : stdout;
  options.json ? fmt::print(out, "{}\n", all.dump()) : print_summary(piece, all, out);
}

// So many pieces share the decoder's passes: more would read more of their caches than of the weights.
constexpr std::size_t kTogether = 8;

// The pieces that `compose` would make of each, the same bytes. `done` hears of each piece that ends.
std::vector<Piece> compose_together(const Studio& studio, const Options& options,
                                    std::span<const AskedPiece> wanted, const std::function<bool()>& done) {
  std::vector<Piece> pieces;
  std::vector<Studio::Request> requests;
  for (const auto& one : wanted) {
    auto each = with(options.compose, [&](std::uint64_t bar, std::uint64_t bars) {
      return !interrupted() && (bar < bars || done());
    });
    each.seed = one.seed;
    if (options.text_only) {
      pieces.push_back(compose_from_text(studio, story_of(one.text), one.asked, each));
      continue;
    }
    auto reading = reading_of(studio, one.text);
    pieces.push_back({reading.curve.mean(), {}, one.seed, studio.plan(reading, one.asked)});
    requests.push_back({std::move(reading), pieces.back().plan, each});
  }
  auto scores = studio.compose_each(requests);
  for (std::size_t i = 0; i < scores.size(); ++i) pieces[i].score = std::move(scores[i]);
  return pieces;
}

// Of all that decides the bytes of a job's pieces.
std::uint64_t job_of(const Options& options, const std::vector<AskedPiece>& lines) {
  const auto& compose = options.compose;
  std::string all = fmt::format("{} {} {} {} {} {}", version(), options.models.path().string(),
                                options.text_only, compose.temperature, compose.top_p, compose.guidance);
  const auto add = [&](const auto& value) { all += value ? fmt::format(" {}", *value) : " -"; };
  for (const auto& [text, asked, seed, quadrant] : lines) {
    all += fmt::format("\n{} {} {}", seed, text.size(), text);
    add(asked.bars), add(asked.duration_seconds), add(asked.tempo_bpm), add(asked.valence),
        add(asked.arousal);
    all += asked.key ? " " + name_of(*asked.key) : " -";
    all += asked.metre ? " " + name_of(*asked.metre) : " -";
    all += quadrant ? " " + name_of(*quadrant) : " -";
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

// Writes a MIDI file for each piece, what was asked of it, and its summary.
void save_pieces(std::span<const Piece> pieces, std::span<const AskedPiece> lines, std::size_t first,
                 LinesTable& table, std::vector<std::string>& summaries) {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto file = table.piece(first + i);
    save_midi(pieces[i].score, file);
    auto all = summary(pieces[i]);
    all["files"]["midi"] = file.string();
    summaries[first + i] = all.dump() + "\n";
    auto row = intended(pieces[i], lines[first + i]);
    row.file = file.filename();
    table.add(first + i, to_jsonl(row));
  }
}

void compose_rest(const Options& options, std::span<const AskedPiece> lines, LinesTable& table,
                  std::vector<std::string>& summaries) {
  const auto studio = options.models.open();
  const auto progress = show_progress("composing");
  const std::size_t begin = table.done(), count = lines.size() - begin;
  std::mutex mutex;
  std::size_t done = begin;
  const auto one_more = [&] {
    const std::lock_guard lock(mutex);
    return progress(++done, lines.size());
  };
  const auto groups =
      std::max(std::min(thread_count(options.models.threads), count), (count + kTogether - 1) / kTogether);
  in_parallel(groups, {.threads = options.models.threads}, [&](std::size_t group, auto) {
    const auto first = begin + group * count / groups, end = begin + (group + 1) * count / groups;
    save_pieces(compose_together(studio, options, lines.subspan(first, end - first), one_more), lines, first,
                table, summaries);
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
          "or .png (piano "
          "roll); - for MIDI on standard output; may be given several times (default story.mid). With "
          "--lines "
          "the folder")
      ->allow_extra_args(false);
  command.add_option("--wav", options.wav, "also play it into this WAV file");
  command.add_option("--picture", options.picture, "also draw its piano roll (SVG) into this file");
  command.add_option("--soundfont", options.soundfont, "SoundFont for --wav (default: the distribution's)");
  command.add_option(
      "--lines", options.lines,
      "compose one piece a line of this file, or a row of this table (.tsv, .csv, .jsonl: text, "
      "valence, arousal, key, tempo, meter, bars, seconds, seed): DIR/0001.mid, 0002.mid, ...; "
      "what was asked of each stands in DIR/intended.jsonl");
  command
      .add_option("--seed", options.compose.seed,
                  "same seed, same bytes; with --lines, line N has seed + N - 1, or a seed of its own")
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
  command.add_option("--plan", options.plan_file, "a plan from `story2midi plan`, looked at and changed");
  command.add_flag("--text-only", options.text_only, "no plan: the decoder hears only the story");
  command.add_flag(
      "--stream", options.stream,
      "print each bar as a line of JSON as soon as it is written: its start and notes in seconds");
  command.add_flag("--json", options.json, "print what was made as JSON");
}

}  // namespace

void add_compose_command(CLI::App& app) {
  auto* command = app.add_subcommand("compose", "write the music of a story");
  auto options = std::make_shared<Options>();
  options->story.add_to(*command);
  add_compose_flags(*command, *options);
  options->flags.add_to(*command);
  options->models.add_to(*command);
  command->footer(
      "Examples:\n"
      "  story2midi compose --text \"She ran laughing into the sea.\" -o sea.mid --wav sea.wav\n"
      "  story2midi compose tale.txt --bars 32 --key \"A minor\" --tempo 72 --meter 3/4 -o tale.mid\n"
      "  cat tale.txt | story2midi compose --duration 90 --seed 7 -o tale.mid\n"
      "  story2midi compose tale.txt -o tale.mid -o tale.flac -o tale.svg\n"
      "  story2midi compose --lines scenes.txt -o scenes/\n"
      "  story2midi compose tale.txt --stream --json -o tale.mid | player\n"
      "  story2midi compose --lines asked.tsv --bars 16 -o asked/");
  command->callback([options] {
    check(*options);
    options->lines.empty() ? compose_story(*options) : compose_lines(*options);
  });
}

}  // namespace s2m::apps
