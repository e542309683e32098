// story2midi evaluate music: a folder of composed music against what was asked of it and against real music.
#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/reports/music_evaluation.h"
#include "story2midi/base/files.h"

namespace s2m::apps {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string folder, intended, bars, judge, training, report;
  std::vector<std::string> real;
  int sample = 200;
  int real_bars = 0;
  int window = 16;
  int threads = 0;
  std::uint64_t seed = 1;
  bool json = false;
};

std::optional<BarRange> range_of(const std::string& text) {
  if (text.empty()) return {};
  BarRange range{};
  const char* const end = text.data() + text.size();
  const auto [dash, first_error] = std::from_chars(text.data(), end, range.first);
  if (first_error == std::errc{} && dash != end && *dash == '-') {
    const auto [rest, last_error] = std::from_chars(dash + 1, end, range.last);
    if (last_error == std::errc{} && rest == end && 1 <= range.first && range.first <= range.last)
      return range;
  }
  throw UsageError(fmt::format("--bars: expected a range such as 113-128, got '{}'", text));
}

MusicEvaluation evaluation_of(const Options& options) {
  return {.folder = options.folder,
          .intended = options.intended,
          .judge = options.judge.empty() ? find_judge() : fs::path(options.judge),
          .real = {options.real.begin(), options.real.end()},
          .training = options.training,
          .bars = range_of(options.bars),
          .sample = static_cast<std::size_t>(options.sample),
          .real_bars = options.real_bars,
          .window_bars = options.window,
          .seed = options.seed,
          .threads = options.threads,
          .progress = show_progress};
}

void evaluate_music(const Options& options) {
  if (!options.report.empty()) check_writable(options.report);
  const auto report = make_report(measure_music(evaluation_of(options)));
  if (!options.report.empty()) write_text(options.report, to_html(report));
  fmt::print("{}", options.json ? to_json(report) + "\n" : to_text(report));
  if (!options.json && !options.report.empty()) fmt::print("report  {}\n", options.report);
}

void add_flags(CLI::App& command, Options& options) {
  command.add_option("folder", options.folder, "folder of MIDI files, from this program or another")
      ->required()
      ->check(CLI::ExistingDirectory);
  command.add_option(
      "--intended", options.intended,
      "table (.tsv, .csv, .jsonl) of the requests: file, quadrant, valence, arousal, key, tempo, "
      "meter, bars, seconds, text (default: FOLDER/intended.jsonl, else file names such as "
      "Q1_0001.mid)");
  command.add_option("--bars", options.bars, "measure only these bars of each piece, such as 113-128");
  command.add_option("--judge", options.judge,
                     "judge file from `evaluate judge --save` (default: the shipped one)");
  command
      .add_option("--real", options.real,
                  "corpus of real music to compare with; may be repeated, the quality is that of the first")
      ->check(CLI::ExistingDirectory)
      ->allow_extra_args(false);
  command.add_option("--sample", options.sample, "number of real pieces, drawn by the seed")
      ->check(CLI::Range(1, 1'000'000));
  command
      .add_option("--real-bars", options.real_bars,
                  "length to cut real pieces to, in bars (default: the folder's median)")
      ->check(CLI::Range(1, 1'000'000));
  command.add_option("--window", options.window, "bars of each piece whose writing is measured")
      ->check(CLI::Range(2, 1024));
  command
      .add_option("--training", options.training,
                  "the system's training music, for finding copied runs of notes")
      ->check(CLI::ExistingDirectory);
  command.add_option("--report", options.report, "HTML page with charts to write");
  command.add_option("--seed", options.seed, "random seed of the sample");
  command.add_option("--threads", options.threads, "number of threads (0: one per core)")
      ->check(CLI::Range(0, 1024));
  command.add_flag("--json", options.json, "print JSON");
}

}  // namespace

void add_evaluate_music_command(CLI::App& evaluate) {
  auto* command =
      evaluate.add_subcommand("music", "compare composed music with its requests and with real music");
  auto options = std::make_shared<Options>();
  add_flags(*command, *options);
  command->footer(
      "Examples:\n"
      "  story2midi compose --lines scenes.txt --bars 16 -o pieces/\n"
      "  story2midi evaluate music pieces/ --real corpora/emopia --report pieces.html\n"
      "  story2midi evaluate music long/ --bars 113-128 --real corpora/emopia\n"
      "  story2midi evaluate music theirs/ --intended theirs.tsv --training corpora/pop1k7 --json");
  command->callback([options] { evaluate_music(*options); });
}

}  // namespace s2m::apps
