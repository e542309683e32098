// The report's page: music_report.html, a static file that the build embeds, with the report as JSON in it.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "lab/reports/music_pictures.h"
#include "lab/reports/music_report.h"
#include "story2midi/base/json_members.h"

namespace s2m {

extern const std::string_view kMusicReportPage;  // music_report_page.cpp.in

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::optional<Estimate>& estimate) {
  if (!estimate) return nullptr;
  return {{"value", estimate->value},
          {"low", estimate->interval.low},
          {"high", estimate->interval.high},
          {"count", estimate->count}};
}

Json json_of(const FeatureTest& feature) {
  Json row{{"words", feature.words},
           {"medians", Json::array()},
           {"h", feature.test.h},
           {"p", feature.p_corrected},
           {"epsilon_squared", feature.test.epsilon_squared},
           {"pairs", Json::array()},
           {"picture", feature_boxplots(feature)}};
  for (const auto& values : feature.values)
    row["medians"].push_back(values.empty() ? Json() : Json(quantile(values, 0.5)));
  for (const PairTest& pair : feature.pairs)
    row["pairs"].push_back({{"first", name_of(pair.first)},
                            {"second", name_of(pair.second)},
                            {"cliffs_delta", pair.test.cliffs_delta},
                            {"p", pair.p_corrected}});
  return row;
}

Json json_of(const JudgeFigures& judge) {
  Json all{{"name", judge.name}, {"own", judge.own_words()}, {"lines", Json::array()}};
  for (const auto& [words, here, own] : judge.lines())
    all["lines"].push_back({{"words", words}, {"here", json_of(here)}, {"own", json_of(own)}});
  return all;
}

// The plane of requested and recognised emotion, and each dimension by itself, where there is something to draw.
Json planes_of(const MusicReport& report) {
  Json planes{{"emotion", nullptr}, {"valence", nullptr}, {"arousal", nullptr}};
  const bool numbers = std::ranges::any_of(report.pieces, [](const MeasuredMusic& piece) {
    return piece.intended.valence && piece.intended.arousal;
  });
  if (report.judge || numbers) planes["emotion"] = emotion_plane(report.pieces);
  if (report.judge && report.judge->valence_rho)
    planes["valence"] =
        asked_against_heard(report.pieces, &IntendedMusic::valence, &Judgement::valence, "valence");
  if (report.judge && report.judge->arousal_rho)
    planes["arousal"] =
        asked_against_heard(report.pieces, &IntendedMusic::arousal, &Judgement::arousal, "arousal");
  return planes;
}

Json json_of(const Quartiles& quartiles) { return {quartiles.low, quartiles.median, quartiles.high}; }

Json json_of(const QualityFigure& figure) {
  return {{"words", figure.measure->words}, {"picture", quality_strip(figure)},
          {"here", json_of(figure.here)},   {"real", figure.real ? json_of(*figure.real) : Json()},
          {"distance", figure.distance},    {"within", figure.within()}};
}

Json json_of(const OriginalityFigures& originality) {
  const bool has_real = !originality.real.empty();
  return {{"training_pieces", originality.training_pieces},
          {"limit", has_real ? Json(originality.limit) : Json()},
          {"within_share", has_real ? Json(originality.within_share()) : Json()},
          {"picture", originality_dots(originality)}};
}

Json json_of(const MusicReport& report) {
  Json all{{"title", report.title}, {"pieces", report.pieces.size()}, {"features", Json::array()}};
  for (const FeatureTest& feature : report.features) all["features"].push_back(json_of(feature));
  all["judge"] = report.judge ? json_of(*report.judge) : Json();
  all["planes"] = planes_of(report);
  all["adherence"] = Json::array();
  for (const AdherenceFigure& figure : report.adherence)
    all["adherence"].push_back({{"words", figure.words}, {"asked", figure.asked}, {"kept", figure.kept}});
  all["quality"] = {{"measures", Json::array()},
                    {"real_pieces", report.real_pieces},
                    {"real_bars", report.real_bars},
                    {"distance", report.quality_distance}};
  for (const QualityFigure& figure : report.quality) all["quality"]["measures"].push_back(json_of(figure));
  all["writing"] = Json::parse(to_json(report.writing));
  all["originality"] = report.originality ? json_of(*report.originality) : Json();
  return all;
}

// Within a script element no "<" may stand as it is: "</script" would end it.
std::string script_safe(const std::string& json) {
  std::string safe;
  for (const char c : json) c == '<' ? safe += "\\u003c" : safe += c;
  return safe;
}

}  // namespace

std::string to_html(const MusicReport& report) {
  constexpr std::string_view kPlace = "{{report}}";
  std::string page(kMusicReportPage);
  return page.replace(page.find(kPlace), kPlace.size(), script_safe(write_json(json_of(report))));
}

}  // namespace s2m
