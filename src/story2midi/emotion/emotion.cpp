#include "story2midi/emotion/emotion.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "story2midi/base/json_members.h"
#include "story2midi/emotion/emotion_json.h"
#include "story2midi/emotion/labels.h"

namespace s2m {
namespace {

constexpr double kLargestDeviation = 100;

// By their names; a model of other labels has them as a list.
nlohmann::ordered_json labels_by_name(const std::vector<double>& labels) {
  if (labels.size() != kLabelCount) return labels;
  nlohmann::ordered_json json;
  for (std::size_t i = 0; i < kLabelCount; ++i) json[std::string(kLabelNames[i])] = labels[i];
  return json;
}

// By their names, or as earlier versions wrote them: a list.
std::vector<double> labels_from(const JsonMember& json) {
  std::vector<double> labels;
  if (json.is_array())
    for (const auto& label : json.items()) labels.push_back(label.number(0, 1));
  else
    for (const auto name : kLabelNames) labels.push_back(json.at(name.data()).number(0, 1));
  return labels;
}

CurvePoint point_from(const JsonMember& json) {
  CurvePoint point;
  point.passage.text = json.at("text").text();
  point.passage.start_byte = json.at("start_byte").count();
  point.passage.end_byte = json.at("end_byte").count();
  if (point.passage.end_byte < point.passage.start_byte) json.at("end_byte").fail("start_byte or more");
  constexpr double kLongestSeconds = 1e6;
  if (json.has("start_seconds"))
    point.passage.start_seconds = json.at("start_seconds").number(0, kLongestSeconds);
  if (json.has("end_seconds")) point.passage.end_seconds = json.at("end_seconds").number(0, kLongestSeconds);
  if (json.has("heading")) point.passage.heading = json.at("heading").text();
  if (json.has("speaker")) point.passage.speaker = json.at("speaker").text();
  point.emotion.valence = json.at("valence").number(-1, 1);
  point.emotion.arousal = json.at("arousal").number(-1, 1);
  if (json.has("uncertainty")) {
    const auto uncertainty = json.at("uncertainty");
    point.emotion.uncertainty = {uncertainty.at("valence").number(0, kLargestDeviation),
                                 uncertainty.at("arousal").number(0, kLargestDeviation)};
  }
  if (json.has("labels")) point.emotion.labels = labels_from(json.at("labels"));
  return point;
}

}  // namespace

Emotion EmotionCurve::mean() const {
  Emotion mean;
  double total = 0;
  for (const auto& [passage, emotion] : points) {
    const auto weight = static_cast<double>(std::max<std::size_t>(1, passage.text.size()));
    mean.valence += weight * emotion.valence;
    mean.arousal += weight * emotion.arousal;
    if (mean.labels.size() < emotion.labels.size()) mean.labels.resize(emotion.labels.size());
    for (std::size_t i = 0; i < emotion.labels.size(); ++i) mean.labels[i] += weight * emotion.labels[i];
    total += weight;
  }
  if (total == 0) return mean;
  mean.valence /= total;
  mean.arousal /= total;
  for (auto& label : mean.labels) label /= total;
  return mean;
}

nlohmann::ordered_json json_of(const ValenceArousal& point) {
  return {{"valence", point.valence}, {"arousal", point.arousal}, {"quadrant", name_of(quadrant_of(point))}};
}

nlohmann::ordered_json json_of(const Emotion& emotion) {
  auto json = json_of(static_cast<const ValenceArousal&>(emotion));
  if (const auto& uncertainty = emotion.uncertainty)
    json["uncertainty"] = {{"valence", uncertainty->valence}, {"arousal", uncertainty->arousal}};
  if (!emotion.labels.empty()) json["labels"] = labels_by_name(emotion.labels);
  return json;
}

nlohmann::ordered_json json_of(const CurvePoint& point) {
  const auto& passage = point.passage;
  nlohmann::ordered_json json = {
      {"text", passage.text}, {"start_byte", passage.start_byte}, {"end_byte", passage.end_byte}};
  json.update(json_of(point.emotion));
  if (passage.start_seconds) json["start_seconds"] = *passage.start_seconds;
  if (passage.end_seconds) json["end_seconds"] = *passage.end_seconds;
  if (!passage.heading.empty()) json["heading"] = passage.heading;
  if (!passage.speaker.empty()) json["speaker"] = passage.speaker;
  return json;
}

std::string to_json(const Emotion& emotion) { return write_json(json_of(emotion)); }

std::string to_json(const EmotionCurve& curve) {
  nlohmann::ordered_json json = {{"passages", nlohmann::ordered_json::array()}};
  for (const auto& point : curve.points) json["passages"].push_back(json_of(point));
  return write_json(json);
}

EmotionCurve curve_from_json(std::string_view text) {
  const auto json = parse_json(text, "curve");
  EmotionCurve curve;
  for (const auto& point : JsonMember(json, "curve").at("passages").items())
    curve.points.push_back(point_from(point));
  return curve;
}

}  // namespace s2m
