#include <nlohmann/json.hpp>

#include "lab/reports/scatter_plot.h"
#include "lab/reports/text_report.h"

namespace s2m {
namespace {

using nlohmann::ordered_json;

ordered_json to_json_value(const std::optional<Estimate>& estimate) {
  if (!estimate) return nullptr;
  return {{"value", estimate->value}, {"low", estimate->interval.low}, {"high", estimate->interval.high}};
}

ordered_json to_json_value(const Compared& found) {
  if (!found.reader) return nullptr;
  auto value = to_json_value(found.reader);
  value["lexicon"] = to_json_value(found.lexicon);
  return value;
}

ordered_json to_json_value(const TextFigure& figure) {
  auto value = to_json_value(figure.found);
  if (value.is_null()) return value;
  value["count"] = figure.count;
  value["goal"] = figure.goal ? ordered_json(*figure.goal) : ordered_json(nullptr);
  return value;
}

ordered_json to_json_value(const TextDomain& domain) {
  if (domain.count == 0) return nullptr;
  return {{"set", domain.set},
          {"count", domain.count},
          {"valence_r", to_json_value(domain.valence_r)},
          {"arousal_r", to_json_value(domain.arousal_r)},
          {"quadrant", to_json_value(domain.quadrant)}};
}

ordered_json to_json_value(const std::optional<ReadingSpeed>& speed) {
  if (!speed) return nullptr;
  return {{"story", speed->story},
          {"words", speed->words},
          {"seconds", speed->seconds},
          {"peak_megabytes", speed->peak_megabytes}};
}

}  // namespace

std::string to_json(const TextReport& report, const TextReportOptions& options,
                    const std::filesystem::path& encoder) {
  ordered_json all{{"encoder", encoder.string()},
                   {"every", options.every},
                   {"resamples", options.resamples},
                   {"seed", options.seed}};
  for (const auto& figure : report.figures) all["figures"][figure.name] = to_json_value(figure);
  for (const auto& domain : report.domains) all["domains"][domain.name] = to_json_value(domain);
  all["speed"] = to_json_value(report.speed);
  all["skipped"] = report.skipped;
  return all.dump(2);
}

std::string embedding_svg(const TextReport& report) {
  static const std::vector<ScatterClass> quadrants = {{"Q1 happy, lively", "#e8a100"},
                                                      {"Q2 angry, afraid", "#d1344b"},
                                                      {"Q3 sad", "#3b6fd4"},
                                                      {"Q4 calm, content", "#2a9d6f"}};
  std::vector<ScatterPanel> panels;
  for (const auto& plane : report.planes) {
    ScatterPanel panel{"first two principal components, " + plane.name, {}, plane.classes};
    for (const auto& [x, y] : plane.points) panel.points.push_back({x, y});
    panels.push_back(std::move(panel));
  }
  return scatter_svg("GoEmotions test, by quadrant", panels, quadrants);
}

}  // namespace s2m
