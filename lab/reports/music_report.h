// The report on a folder of composed music: all figures, against the requests and against real music.
// docs/research/evaluation-music.md defines each figure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lab/analysis/music_features.h"
#include "lab/analysis/music_quality.h"
#include "lab/corpora/intended_music.h"
#include "lab/judge/judge.h"
#include "lab/reports/writing_table.h"
#include "lab/statistics/rank_tests.h"
#include "lab/statistics/statistics.h"
#include "story2midi/music/key.h"

namespace s2m {

// One piece: what was asked of it, and what is measured of it.
struct MeasuredMusic {
  IntendedMusic intended = {};
  MusicFeatures features = {};
  MusicQuality quality = {};
  std::vector<std::uint32_t> steps = {};  // originality.h
  // From the file as it is, not put on another grid.
  Key found_key = {};
  double tempo_bpm = 120;          // the mean: quarters over minutes
  std::vector<Metre> metres = {};  // at least one
  int bars = 0;
  double seconds = 0;
  std::optional<Judgement> judged = {};  // nothing without a judge, or without notes to judge
};

// Throws Error for a piece of more than two hours.
MeasuredMusic measure_music(const IntendedMusic& intended, const Score& score, const Judge* judge = nullptr);

struct PairTest {
  Quadrant first = Quadrant::kQ1, second = Quadrant::kQ2;
  MannWhitney test = {};
  double p_corrected = 1;  // Holm, among the pairs of the feature
};

struct FeatureTest {
  std::string name = {}, words = {};  // the name as in MusicFeatures
  PerQuadrant<std::vector<double>> values = {};
  KruskalWallis test = {};
  double p_corrected = 1;  // Holm, among the features
  std::vector<PairTest> pairs = {};
};

// What a judge hears, against what was asked.
struct JudgeFigures {
  std::string name = {};                                              // what the judge is
  std::optional<JudgeAccuracy> own = {};                              // on real held-out clips
  std::optional<Estimate> quadrant = {}, arousal = {}, valence = {};  // nothing where no quadrant was asked
  std::optional<Estimate> valence_rho = {}, arousal_rho = {};         // Spearman, where numbers were asked

  // The same as lines of a table: in words, this folder's figure, the judge's own.
  struct Line {
    const char* words;
    std::optional<Estimate> here, own;
  };
  std::vector<Line> lines() const;
  std::string own_words() const;  // what `own` was measured on
};

struct AdherenceFigure {
  std::string name = {}, words = {};
  int asked = 0;
  int kept = 0;
};

struct Quartiles {
  double low = 0, median = 0, high = 0;
};

struct QualityFigure {
  const QualityMeasure* measure = nullptr;
  std::vector<double> values = {}, real_values = {};
  Quartiles here = {};
  std::optional<Quartiles> real = {};
  double distance = 0;  // of the two distributions (kolmogorov_smirnov); 0 without real music
  bool within() const { return real && here.median >= real->low && here.median <= real->high; }
};

// Longest runs of notes that are also in the training music.
struct OriginalityFigures {
  std::vector<int> here = {};  // by piece
  std::vector<int> real = {};  // of real pieces against the training music without their own song
  int training_pieces = 0;
  double limit = 0;  // 95th percentile of `real`; 0 without any
  double within_share() const;
};

struct MusicReport {
  std::string title = {};
  std::vector<MeasuredMusic> pieces = {};
  std::vector<FeatureTest> features = {};  // empty where fewer than two quadrants were asked
  std::optional<JudgeFigures> judge = {};
  std::vector<AdherenceFigure> adherence = {};  // what the table asked
  std::vector<QualityFigure> quality = {};
  double quality_distance = 0;  // mean of the measures' distances: 0 as real music, 1 as nothing in it
  int real_pieces = 0;
  int real_bars = 0;  // to which they were cut; 0: not at all
  std::optional<OriginalityFigures> originality = {};
  WritingTable writing = {};  // without columns where it was not measured
};

struct ReportInput {
  std::string title = {};
  std::vector<MeasuredMusic> pieces = {};  // at least one
  std::vector<MusicQuality> real = {};
  int real_bars = 0;
  std::optional<OriginalityFigures> originality = {};
  std::optional<JudgeFigures> judge_itself = {};  // its name and own accuracy; the rest is filled in
  WritingTable writing = {};
};
MusicReport make_report(ReportInput input);

std::string to_json(const MusicReport& report);
// One page that needs nothing else: pictures as inline SVG, readable on light and dark ground.
std::string to_html(const MusicReport& report);
// The figures as lines of text.
std::string to_text(const MusicReport& report);

}  // namespace s2m
