#include <cmath>
#include <nlohmann/json.hpp>

#include "story2midi/base/json_members.h"
#include "story2midi/plan/explain.h"

namespace s2m {
namespace {

using Json = nlohmann::ordered_json;

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

Json to_json_value(const std::vector<ExplainedChoice>& choices) {
  Json json = Json::array();
  for (const auto& [what, value, rule] : choices)
    json.push_back({{"what", what}, {"value", value}, {"rule", rule}});
  return json;
}

Json to_json_value(const ExplainedSection& section) {
  Json json{{"title", section.title},
            {"first_bar", section.first_bar},
            {"last_bar", section.last_bar},
            {"start_seconds", rounded(section.start_seconds)},
            {"end_seconds", rounded(section.end_seconds)}};
  if (!section.sentence.empty()) json["sentence"] = section.sentence;
  if (!section.feelings.empty()) json["feelings"] = section.feelings;
  json["valence"] = rounded(section.emotion.valence);
  json["arousal"] = rounded(section.emotion.arousal);
  json["chords"] = section.chords;
  json["choices"] = to_json_value(section.choices);
  return json;
}

}  // namespace

std::string to_json(const ExplainedSection& section) { return write_json(to_json_value(section)); }

std::string to_json(const PlanExplanation& explanation) {
  Json json{{"title", explanation.title}, {"choices", to_json_value(explanation.choices)}};
  json["sections"] = Json::array();
  for (const ExplainedSection& section : explanation.sections)
    json["sections"].push_back(to_json_value(section));
  return write_json(json);
}

}  // namespace s2m
