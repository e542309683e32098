#include "lab/reports/music_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "lab/analysis/beat_grid.h"
#include "lab/analysis/originality.h"
#include "story2midi/emotion/emotion.h"

namespace s2m {
namespace {

constexpr double kTempoTolerance = 0.5;  // bpm: MIDI writes whole microseconds
constexpr double kSecondsTolerance = 0.5;

struct FeatureName {
  const char* name;
  const char* words;
  double MusicFeatures::*value;
};
constexpr std::array<FeatureName, 8> kFeatures{
    {{"major_share", "Major-key share", &MusicFeatures::major_share},
     {"length_beats", "Note length (beats)", &MusicFeatures::length_beats},
     {"length_seconds", "Note length (seconds)", &MusicFeatures::length_seconds},
     {"notes_per_beat", "Note density (notes a beat)", &MusicFeatures::notes_per_beat},
     {"notes_per_second", "Note density (notes a second)", &MusicFeatures::notes_per_second},
     {"velocity", "Velocity", &MusicFeatures::velocity},
     {"tempo_bpm", "Tempo (bpm)", &MusicFeatures::tempo_bpm},
     {"pitch", "Register (mean pitch)", &MusicFeatures::pitch}}};

std::vector<FeatureTest> test_features(std::span<const MeasuredMusic> pieces) {
  std::vector<FeatureTest> tests;
  std::vector<double> p;
  for (const FeatureName& feature : kFeatures) {
    FeatureTest test{.name = feature.name, .words = feature.words};
    for (const MeasuredMusic& piece : pieces)
      if (piece.intended.quadrant)
        test.values[index_of(*piece.intended.quadrant)].push_back(piece.features.*feature.value);
    test.test = kruskal_wallis(test.values);
    if (test.test.degrees_of_freedom == 0) return {};
    p.push_back(test.test.p);
    tests.push_back(std::move(test));
  }
  const auto corrected = holm(p);
  for (std::size_t i = 0; i < tests.size(); ++i) tests[i].p_corrected = corrected[i];
  return tests;
}

void test_pairs(FeatureTest& feature) {
  std::vector<double> p;
  for (const Quadrant first : kQuadrants)
    for (const Quadrant second : kQuadrants) {
      if (second <= first) continue;
      const auto &a = feature.values[index_of(first)], &b = feature.values[index_of(second)];
      if (a.empty() || b.empty()) continue;
      feature.pairs.push_back({first, second, mann_whitney(a, b)});
      p.push_back(feature.pairs.back().test.p);
    }
  const auto corrected = holm(p);
  for (std::size_t i = 0; i < p.size(); ++i) feature.pairs[i].p_corrected = corrected[i];
}

using Pieces = std::vector<const MeasuredMusic*>;

Estimate share_right(const Pieces& pieces, const std::function<bool(const MeasuredMusic&)>& right) {
  std::vector<double> hits;
  for (const MeasuredMusic* piece : pieces) hits.push_back(right(*piece) ? 1 : 0);
  const auto of_chosen = [&](std::span<const std::size_t> chosen) { return mean(pick(hits, chosen)); };
  return {mean(hits), bootstrap(hits.size(), of_chosen), static_cast<int>(hits.size())};
}

Estimate correlation(std::span<const double> asked, std::span<const double> heard) {
  const auto of_chosen = [&](std::span<const std::size_t> chosen) {
    return spearman(pick(asked, chosen), pick(heard, chosen));
  };
  return {spearman(asked, heard), bootstrap(asked.size(), of_chosen), static_cast<int>(asked.size())};
}

std::optional<Estimate> correlation(std::span<const MeasuredMusic> pieces,
                                    std::optional<double> IntendedMusic::*asked, double Judgement::*heard) {
  std::vector<double> asked_values, heard_values;
  for (const MeasuredMusic& piece : pieces)
    if (piece.intended.*asked && piece.judged) {
      asked_values.push_back(*(piece.intended.*asked));
      heard_values.push_back((*piece.judged).*heard);
    }
  if (asked_values.size() < 3) return std::nullopt;
  return correlation(asked_values, heard_values);
}

void fill_in(JudgeFigures& figures, std::span<const MeasuredMusic> pieces) {
  Pieces known;
  for (const MeasuredMusic& piece : pieces)
    if (piece.intended.quadrant) known.push_back(&piece);
  // A piece without notes is heard as nothing, which is never right.
  const auto share = [&](bool (*right)(const Judgement&, Quadrant)) {
    return share_right(known, [right](const MeasuredMusic& piece) {
      return piece.judged && right(*piece.judged, *piece.intended.quadrant);
    });
  };
  if (!known.empty()) {
    figures.quadrant =
        share([](const Judgement& heard, Quadrant asked) { return heard.quadrant() == asked; });
    figures.arousal = share(
        [](const Judgement& heard, Quadrant asked) { return (heard.arousal >= 0) == is_excited(asked); });
    figures.valence = share(
        [](const Judgement& heard, Quadrant asked) { return (heard.valence >= 0) == is_pleasant(asked); });
  }
  figures.valence_rho = correlation(pieces, &IntendedMusic::valence, &Judgement::valence);
  figures.arousal_rho = correlation(pieces, &IntendedMusic::arousal, &Judgement::arousal);
}

// Counts the pieces of which `value` was asked, and those that kept it; no line where none was.
template <class Value>
void add_adherence(std::vector<AdherenceFigure>& figures, AdherenceFigure figure,
                   std::span<const MeasuredMusic> pieces, std::optional<Value> IntendedMusic::*value,
                   bool (*kept)(const MeasuredMusic&, const Value&)) {
  for (const MeasuredMusic& piece : pieces) {
    const auto& asked = piece.intended.*value;
    if (!asked) continue;
    ++figure.asked;
    figure.kept += kept(piece, *asked);
  }
  if (figure.asked > 0) figures.push_back(std::move(figure));
}

std::vector<AdherenceFigure> adherence(std::span<const MeasuredMusic> pieces) {
  std::vector<AdherenceFigure> figures;
  using Piece = MeasuredMusic;
  add_adherence<Key>(figures, {"key_exact", "key found again, tonic and mode"}, pieces, &IntendedMusic::key,
                     [](const Piece& piece, const Key& key) { return piece.found_key == key; });
  add_adherence<Key>(figures, {"key_signature", "key found again, right signature (or its relative)"}, pieces,
                     &IntendedMusic::key, [](const Piece& piece, const Key& key) {
                       return sharps_of(piece.found_key) == sharps_of(key);
                     });
  add_adherence<double>(figures, {"tempo", "tempo, within half a beat a minute"}, pieces,
                        &IntendedMusic::tempo_bpm, [](const Piece& piece, const double& tempo) {
                          return std::abs(piece.tempo_bpm - tempo) <= kTempoTolerance;
                        });
  add_adherence<Metre>(figures, {"metre", "metre, in every bar"}, pieces, &IntendedMusic::metre,
                       [](const Piece& piece, const Metre& metre) {
                         return std::ranges::all_of(piece.metres,
                                                    [&](const Metre& found) { return found == metre; });
                       });
  add_adherence<int>(figures, {"bars", "length in bars, exact"}, pieces, &IntendedMusic::bars,
                     [](const Piece& piece, const int& bars) { return piece.bars == bars; });
  add_adherence<double>(figures, {"seconds", "length, within half a second"}, pieces, &IntendedMusic::seconds,
                        [](const Piece& piece, const double& seconds) {
                          return std::abs(piece.seconds - seconds) <= kSecondsTolerance;
                        });
  return figures;
}

Quartiles quartiles(const std::vector<double>& values) {
  return {quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)};
}

std::vector<QualityFigure> compare_quality(std::span<const MeasuredMusic> pieces,
                                           std::span<const MusicQuality> real) {
  std::vector<QualityFigure> figures;
  for (const QualityMeasure& measure : quality_measures()) {
    QualityFigure& figure = figures.emplace_back();
    figure.measure = &measure;
    for (const MeasuredMusic& piece : pieces) figure.values.push_back(piece.quality.*measure.value);
    for (const MusicQuality& quality : real) figure.real_values.push_back(quality.*measure.value);
    figure.here = quartiles(figure.values);
    if (real.empty()) continue;
    figure.real = quartiles(figure.real_values);
    figure.distance = kolmogorov_smirnov(figure.values, figure.real_values);
  }
  return figures;
}

}  // namespace

MeasuredMusic measure_music(const IntendedMusic& intended, const Score& score, const Judge* judge) {
  MeasuredMusic piece{.intended = intended};
  const Score grid = on_beat_grid(score);
  piece.quality = measure_quality(grid);
  piece.features = music_features(grid);
  piece.steps = note_steps(grid);
  piece.found_key = find_key(score).key;
  piece.tempo_bpm = measure(score).tempo_bpm;
  if (score.time_signatures.empty() || score.time_signatures.front().start_ticks > 0)
    piece.metres = {Metre{}};
  for (const TimeSignature& signature : score.time_signatures) piece.metres.push_back(signature.metre);
  piece.bars = static_cast<int>(bars(score).size());
  piece.seconds = seconds_at(score, end_ticks(score));
  if (!judge) return piece;
  const MusicFeatures as_played = music_features(score);
  if (as_played != MusicFeatures{}) piece.judged = judge->judge(as_played);
  return piece;
}

std::vector<JudgeFigures::Line> JudgeFigures::lines() const {
  const auto of_own = [this](Estimate JudgeAccuracy::*share) {
    return own ? std::optional((*own).*share) : std::nullopt;
  };
  std::vector<Line> all{{"quadrant", quadrant, of_own(&JudgeAccuracy::quadrant)},
                        {"arousal, high or low", arousal, of_own(&JudgeAccuracy::arousal)},
                        {"valence, high or low", valence, of_own(&JudgeAccuracy::valence)}};
  // Of real clips listeners told the side, not how far: nothing to hold a correlation against.
  if (valence_rho) all.push_back({"valence, Spearman with asked", valence_rho, {}});
  if (arousal_rho) all.push_back({"arousal, Spearman with asked", arousal_rho, {}});
  return all;
}

std::string JudgeFigures::own_words() const {
  return own ? fmt::format("{}, {} clips of {} songs", own->music, own->clips, own->songs) : "not measured";
}

double OriginalityFigures::within_share() const {
  const auto within = std::ranges::count_if(here, [this](int run) { return run <= limit; });
  return here.empty() ? 0 : static_cast<double>(within) / static_cast<double>(here.size());
}

MusicReport make_report(ReportInput input) {
  MusicReport report{.title = std::move(input.title), .pieces = std::move(input.pieces)};
  report.features = test_features(report.pieces);
  for (FeatureTest& feature : report.features) test_pairs(feature);
  report.judge = std::move(input.judge_itself);
  if (report.judge) fill_in(*report.judge, report.pieces);
  report.adherence = adherence(report.pieces);
  report.quality = compare_quality(report.pieces, input.real);
  for (const QualityFigure& figure : report.quality)
    report.quality_distance += figure.distance / static_cast<double>(report.quality.size());
  report.real_pieces = static_cast<int>(input.real.size());
  report.real_bars = input.real_bars;
  report.originality = std::move(input.originality);
  report.writing = std::move(input.writing);
  if (report.originality && !report.originality->real.empty())
    report.originality->limit =
        quantile({report.originality->real.begin(), report.originality->real.end()}, 0.95);
  return report;
}

}  // namespace s2m
