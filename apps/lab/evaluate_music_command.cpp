// story2midi evaluate music: a folder of composed music against what was asked of it and against real music.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/analysis/beat_grid.h"
#include "lab/analysis/originality.h"
#include "lab/corpora/corpus_files.h"
#include "lab/reports/music_report.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/parallel.h"
#include "story2midi/base/random.h"

namespace s2m::apps {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSampleStream = 0x5a3b1e;

struct Options {
  std::string folder, intended, bars, judge, real, training, report;
  int sample = 200;
  int real_bars = 0;
  int threads = 0;
  std::uint64_t seed = 1;
  bool json = false;
};

// Work on many files, with one bar of progress.
template <class Work>
void over_files(const std::string& label, std::size_t count, const Options& options, Work&& work) {
  in_parallel(count, {options.threads, show_progress(label)}, [&](std::size_t i, auto) { work(i); });
}

// Runs `work`; an Error names the file.
template <class Work>
auto naming(const fs::path& file, Work&& work) {
  try {
    return work();
  } catch (const Error& error) {
    if (error.where.find(file.filename().string()) != std::string::npos) throw;
    throw Error(error.kind, file.string() + ": " + error.where, error.fault, error.expected, error.actual);
  }
}

// The bars that are measured, counted from 1.
struct BarRange {
  int first, last;
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

// A stretch of a piece as a piece of its own, of which no length was asked.
Score only_bars(IntendedMusic& asked, const Score& score, const BarRange& range) {
  asked.bars.reset();
  asked.seconds.reset();
  return bars_of(on_beat_grid(score), range.first - 1, range.last - range.first + 1);
}

std::vector<MeasuredMusic> measure_folder(const Options& options, const Judge& judge) {
  const auto range = range_of(options.bars);
  auto asked = intended_of(options.folder, options.intended);
  std::vector<MeasuredMusic> pieces(asked.size());
  over_files("measuring", asked.size(), options, [&](std::size_t i) {
    pieces[i] = naming(asked[i].file, [&] {
      auto score = load_midi(asked[i].file);
      if (range) score = only_bars(asked[i], score, *range);
      return measure_music(asked[i], score, &judge);
    });
    pieces[i].intended.file = asked[i].file.lexically_relative(options.folder);
  });
  return pieces;
}

// `count` of the corpus's files, drawn by the seed, in their order.
std::vector<CorpusFile> sample_of(const fs::path& corpus, std::size_t count, std::uint64_t seed) {
  auto files = corpus_files(corpus);
  Random random(seed, kSampleStream);
  std::shuffle(files.begin(), files.end(), random);
  files.resize(std::min(files.size(), count));
  std::ranges::sort(files, {}, &CorpusFile::path);
  return files;
}

int median_bars(std::vector<MeasuredMusic>& pieces) {
  std::vector<double> bars;
  for (const auto& piece : pieces) bars.push_back(piece.bars);
  return static_cast<int>(quantile(std::move(bars), 0.5));
}

// Real pieces on their grid, cut to as many bars as the composed pieces have.
std::vector<MusicQuality> measure_real(const Options& options, int cut_bars) {
  const auto files = sample_of(options.real, static_cast<std::size_t>(options.sample), options.seed);
  std::vector<MusicQuality> found(files.size());
  over_files("real music", files.size(), options, [&](std::size_t i) {
    const auto& file = files[i].path;
    found[i] =
        naming(file, [&] { return measure_quality(first_bars(on_beat_grid(load_midi(file)), cut_bars)); });
  });
  return found;
}

// The runs that the folder's pieces, and real pieces of the same length, share with the training music.
OriginalityFigures originality(const Options& options, const std::vector<MeasuredMusic>& pieces,
                               int cut_bars) {
  const auto training = corpus_files(options.training);
  const fs::path real_folder = options.real.empty() ? options.training : options.real;
  const auto real = sample_of(real_folder, static_cast<std::size_t>(options.sample), options.seed);
  std::vector<LongestRuns::Piece> shown(pieces.size() + real.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) shown[i].steps = pieces[i].steps;
  over_files("real music", real.size(), options, [&](std::size_t i) {
    const auto& [file, song] = real[i];
    const auto score =
        naming(file, [&, &file = file] { return first_bars(on_beat_grid(load_midi(file)), cut_bars); });
    shown[pieces.size() + i] = {note_steps(score), song};
  });
  LongestRuns runs(std::move(shown));
  std::mutex mutex;
  over_files("training music", training.size(), options, [&](std::size_t i) {
    const auto& [file, song] = training[i];
    const auto steps = naming(file, [&, &file = file] { return note_steps(on_beat_grid(load_midi(file))); });
    const std::lock_guard lock(mutex);
    runs.show(steps, song);
  });
  const auto longest = runs.longest_notes();
  const auto middle = longest.begin() + static_cast<std::ptrdiff_t>(pieces.size());
  return {{longest.begin(), middle}, {middle, longest.end()}, static_cast<int>(training.size())};
}

void evaluate_music(const Options& options) {
  if (!options.report.empty()) check_writable(options.report);
  ReportInput input;
  input.title = fs::path(options.folder).lexically_normal().string();
  if (!options.bars.empty()) input.title += ", bars " + options.bars;
  const fs::path judge_file = options.judge.empty() ? find_judge() : fs::path(options.judge);
  const Judge judge = load_judge(judge_file);
  input.judge_itself = JudgeFigures{.name = judge_file.filename().string(), .own = judge.held_out};
  input.pieces = measure_folder(options, judge);
  const int cut_bars = options.real_bars > 0 ? options.real_bars : median_bars(input.pieces);
  if (!options.real.empty()) {
    input.real = measure_real(options, cut_bars);
    input.real_bars = cut_bars;
  }
  if (!options.training.empty()) input.originality = originality(options, input.pieces, cut_bars);
  const auto report = make_report(std::move(input));
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
  command.add_option("--real", options.real, "corpus of real music, for comparing the quality")
      ->check(CLI::ExistingDirectory);
  command.add_option("--sample", options.sample, "number of real pieces, drawn by the seed")
      ->check(CLI::Range(1, 1'000'000));
  command
      .add_option("--real-bars", options.real_bars,
                  "length to cut real pieces to, in bars (default: the folder's median)")
      ->check(CLI::Range(1, 1'000'000));
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
