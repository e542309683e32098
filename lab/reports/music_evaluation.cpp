#include "lab/reports/music_evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "lab/analysis/beat_grid.h"
#include "lab/analysis/originality.h"
#include "lab/reports/corpus_sample.h"
#include "lab/reports/writing_table.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

ManyFiles many_files(const MusicEvaluation& options) { return {options.threads, options.progress}; }

// A stretch of a piece as a piece of its own, of which no length was asked.
Score only_bars(IntendedMusic& asked, const Score& score, const BarRange& range) {
  asked.bars.reset();
  asked.seconds.reset();
  return bars_of(on_beat_grid(score), range.first - 1, range.last - range.first + 1);
}

std::vector<MeasuredMusic> measure_folder(const MusicEvaluation& options, const Judge& judge) {
  auto asked = intended_of(options.folder, options.intended);
  std::vector<MeasuredMusic> pieces(asked.size());
  over_files("measuring", asked.size(), many_files(options), [&](std::size_t i) {
    pieces[i] = naming_file(asked[i].file, [&] {
      auto score = load_midi(asked[i].file);
      if (options.bars) score = only_bars(asked[i], score, *options.bars);
      return measure_music(asked[i], score, &judge);
    });
    pieces[i].intended.file = asked[i].file.lexically_relative(options.folder);
  });
  return pieces;
}

int median_bars(std::vector<MeasuredMusic>& pieces) {
  std::vector<double> bars;
  for (const auto& piece : pieces) bars.push_back(piece.bars);
  return static_cast<int>(quantile(std::move(bars), 0.5));
}

// Real pieces on their grid, cut to as many bars as the composed pieces have.
std::vector<MusicQuality> measure_real(const MusicEvaluation& options, int cut_bars) {
  const auto files = sample_of(corpus_files(options.real.front()), options.sample, options.seed);
  std::vector<MusicQuality> found(files.size());
  over_files("real music", files.size(), many_files(options), [&](std::size_t i) {
    const auto& file = files[i].path;
    found[i] = naming_file(
        file, [&] { return measure_quality(first_bars(on_beat_grid(load_midi(file)), cut_bars)); });
  });
  return found;
}

// The runs that the folder's pieces, and real pieces of the same length, share with the training music.
OriginalityFigures originality(const MusicEvaluation& options, const std::vector<MeasuredMusic>& pieces,
                               int cut_bars) {
  const auto training = corpus_files(options.training);
  const fs::path& real_folder = options.real.empty() ? options.training : options.real.front();
  const auto real = sample_of(corpus_files(real_folder), options.sample, options.seed);
  std::vector<LongestRuns::Piece> shown(pieces.size() + real.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) shown[i].steps = pieces[i].steps;
  over_files("real music", real.size(), many_files(options), [&](std::size_t i) {
    const auto& [file, song] = real[i];
    const auto score =
        naming_file(file, [&, &file = file] { return first_bars(on_beat_grid(load_midi(file)), cut_bars); });
    shown[pieces.size() + i] = {note_steps(score), song};
  });
  LongestRuns runs(std::move(shown));
  std::mutex mutex;
  over_files("training music", training.size(), many_files(options), [&](std::size_t i) {
    const auto& [file, song] = training[i];
    const auto steps =
        naming_file(file, [&, &file = file] { return note_steps(on_beat_grid(load_midi(file))); });
    const std::lock_guard lock(mutex);
    runs.show(steps, song);
  });
  const auto longest = runs.longest_notes();
  const auto middle = longest.begin() + static_cast<std::ptrdiff_t>(pieces.size());
  return {{longest.begin(), middle}, {middle, longest.end()}, static_cast<int>(training.size())};
}

}  // namespace

ReportInput measure_music(const MusicEvaluation& options) {
  ReportInput input;
  input.title = options.folder.lexically_normal().string();
  if (options.bars) input.title += fmt::format(", bars {}-{}", options.bars->first, options.bars->last);
  const Judge judge = load_judge(options.judge);
  input.judge_itself = JudgeFigures{.name = options.judge.filename().string(), .own = judge.held_out};
  input.pieces = measure_folder(options, judge);
  const int cut_bars = options.real_bars > 0 ? options.real_bars : median_bars(input.pieces);
  if (!options.real.empty()) {
    input.real = measure_real(options, cut_bars);
    input.real_bars = cut_bars;
  }
  input.writing = measure_writing({.folders = {options.folder},
                                   .intended = options.intended,
                                   .real = options.real,
                                   .bars = options.bars,
                                   .window_bars = options.window_bars,
                                   .sample = options.sample,
                                   .seed = options.seed,
                                   .many_files = many_files(options)});
  if (!options.training.empty()) input.originality = originality(options, input.pieces, cut_bars);
  return input;
}

}  // namespace s2m
