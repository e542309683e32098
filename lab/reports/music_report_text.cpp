#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "lab/reports/music_report.h"
#include "story2midi/base/json_members.h"

namespace s2m {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::optional<Estimate>& estimate) {
  if (!estimate) return nullptr;
  return {{"value", estimate->value},
          {"interval", {estimate->interval.low, estimate->interval.high}},
          {"pieces", estimate->count}};
}

Json json_of(const Quartiles& quartiles) { return {quartiles.low, quartiles.median, quartiles.high}; }

Json json_of(const FeatureTest& feature) {
  Json row{{"name", feature.name},
           {"h", feature.test.h},
           {"degrees_of_freedom", feature.test.degrees_of_freedom},
           {"p", feature.test.p},
           {"p_holm", feature.p_corrected},
           {"epsilon_squared", feature.test.epsilon_squared}};
  for (std::size_t i = 0; i < 4; ++i)
    row["medians"].push_back(feature.values[i].empty() ? Json() : Json(quantile(feature.values[i], 0.5)));
  row["pairs"] = Json::array();
  for (const PairTest& pair : feature.pairs)
    row["pairs"].push_back({{"quadrants", {index_of(pair.first) + 1, index_of(pair.second) + 1}},
                            {"u", pair.test.u},
                            {"p_holm", pair.p_corrected},
                            {"cliffs_delta", pair.test.cliffs_delta}});
  return row;
}

Json json_of(const JudgeFigures& judge) {
  return {{"name", judge.name},
          {"quadrant", json_of(judge.quadrant)},
          {"arousal", json_of(judge.arousal)},
          {"valence", json_of(judge.valence)},
          {"own", judge.own ? Json::parse(to_json(*judge.own)) : Json()},
          {"spearman_valence", json_of(judge.valence_rho)},
          {"spearman_arousal", json_of(judge.arousal_rho)}};
}

Json json_of(const OriginalityFigures& originality) {
  Json row{{"training_pieces", originality.training_pieces}, {"longest_runs", originality.here}};
  if (!originality.real.empty()) {
    row["real_runs"] = originality.real;
    row["real_95th_percentile"] = originality.limit;
    row["within_share"] = originality.within_share();
  }
  return row;
}

Json json_of(const MeasuredMusic& piece) {
  Json row = Json::parse(to_jsonl(piece.intended));
  row["found_key"] = name_of(piece.found_key);
  row["found_tempo"] = piece.tempo_bpm;
  row["found_bars"] = piece.bars;
  row["found_seconds"] = piece.seconds;
  if (piece.judged)
    row["judged"] = {{"quadrant", name_of(piece.judged->quadrant())},
                     {"valence", piece.judged->valence},
                     {"arousal", piece.judged->arousal}};
  for (const NamedFeature& feature : named(piece.features)) row["features"][feature.name] = feature.value;
  for (const QualityMeasure& measure : quality_measures())
    row["quality"][measure.name] = piece.quality.*measure.value;
  return row;
}

std::string with_interval(const std::optional<Estimate>& estimate) {
  if (!estimate) return "-";
  return fmt::format("{:.2f} [{:.2f}, {:.2f}]", estimate->value, estimate->interval.low,
                     estimate->interval.high);
}

std::string judge_lines(const std::optional<JudgeFigures>& judge) {
  if (!judge) return "judge: none\n";
  std::string text =
      fmt::format("{:<34}{:<21}the judge itself ({})\n", "judge: " + judge->name, "here", judge->own_words());
  for (const auto& [words, here, own] : judge->lines())
    text += fmt::format("  {:<32}{:<21}{}\n", words, with_interval(here), with_interval(own));
  return text;
}

std::string feature_lines(const std::vector<FeatureTest>& features) {
  if (features.empty()) return "features: fewer than two quadrants were asked\n";
  std::string lines =
      "feature                              Q1      Q2      Q3      Q4       H  p (Holm)  epsilon2\n";
  for (const FeatureTest& feature : features) {
    lines += fmt::format("  {:<30}", feature.words);
    for (const auto& values : feature.values)
      lines += values.empty() ? fmt::format("{:>8}", "-") : fmt::format("{:>8.2f}", quantile(values, 0.5));
    lines += fmt::format("{:>8.1f}  {:>8}  {:>8.2f}\n", feature.test.h,
                         feature.p_corrected < .001 ? "< .001" : fmt::format("{:.3f}", feature.p_corrected),
                         feature.test.epsilon_squared);
  }
  return lines;
}

std::string quality_lines(const MusicReport& report) {
  std::string lines = "quality                             median    real Q1 - Q3   distance\n";
  int within = 0;
  for (const QualityFigure& figure : report.quality) {
    within += figure.within();
    lines += fmt::format("  {:<32}{:>8.2f}", figure.measure->words, figure.here.median);
    if (figure.real)
      lines += fmt::format("   {:5.2f} - {:5.2f}   {:.2f}{}", figure.real->low, figure.real->high,
                           figure.distance, figure.within() ? "" : "   outside");
    lines += '\n';
  }
  if (report.real_pieces > 0)
    lines += fmt::format("  within the real interquartile range: {} of {}; mean distance {:.3f}\n", within,
                         report.quality.size(), report.quality_distance);
  return lines;
}

std::string originality_line(const std::optional<OriginalityFigures>& originality) {
  if (!originality) return "";
  const std::vector<double> runs(originality->here.begin(), originality->here.end());
  std::string line = fmt::format("longest copied run: median {:.0f}, most {:.0f} notes of {} training pieces",
                                 quantile(runs, 0.5), quantile(runs, 1), originality->training_pieces);
  if (!originality->real.empty())
    line += fmt::format("; real pieces' 95th percentile {:.0f}, {:.0f} % no longer", originality->limit,
                        100 * originality->within_share());
  return line + '\n';
}

}  // namespace

std::string to_json(const MusicReport& report) {
  Json all{{"title", report.title}, {"pieces", report.pieces.size()}};
  all["features"] = Json::array();
  for (const FeatureTest& feature : report.features) all["features"].push_back(json_of(feature));
  all["judge"] = report.judge ? json_of(*report.judge) : Json();
  all["adherence"] = Json::array();
  for (const AdherenceFigure& figure : report.adherence)
    all["adherence"].push_back({{"name", figure.name}, {"asked", figure.asked}, {"kept", figure.kept}});
  all["quality"] = Json::array();
  int within = 0;
  for (const QualityFigure& figure : report.quality) {
    within += figure.within();
    Json row{{"name", figure.measure->name}, {"quartiles", json_of(figure.here)}};
    if (figure.real)
      row["real_quartiles"] = json_of(*figure.real), row["within"] = figure.within(),
      row["distance"] = figure.distance;
    all["quality"].push_back(std::move(row));
  }
  if (report.real_pieces > 0) {
    all["real_pieces"] = report.real_pieces;
    all["real_bars"] = report.real_bars;
    all["quality_distance"] = report.quality_distance;
    all["within_share"] = static_cast<double>(within) / static_cast<double>(report.quality.size());
  }
  if (!report.writing.columns.empty()) all["writing"] = Json::parse(to_json(report.writing));
  all["originality"] = report.originality ? json_of(*report.originality) : Json();
  all["each"] = Json::array();
  for (const MeasuredMusic& piece : report.pieces) all["each"].push_back(json_of(piece));
  return write_json(all);
}

std::string to_text(const MusicReport& report) {
  std::string text = fmt::format("{}: {} pieces\n", report.title, report.pieces.size());
  text += feature_lines(report.features) + judge_lines(report.judge);
  if (!report.adherence.empty()) text += "adherence\n";
  for (const AdherenceFigure& figure : report.adherence)
    text += fmt::format("  {:<50}{:>5} of {}\n", figure.words, figure.kept, figure.asked);
  text += quality_lines(report) + originality_line(report.originality);
  return report.writing.columns.empty() ? text : text + to_text(report.writing);
}

}  // namespace s2m
