// Plans as JSON: keys by name ("C minor"), metres as fractions ("3/4"), one object a bar.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "story2midi/base/checksum.h"
#include "story2midi/base/json_members.h"
#include "story2midi/base/limits.h"
#include "story2midi/music/key.h"
#include "story2midi/plan/plan.h"

namespace s2m {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;  // of the format; a file without one is of the first

struct Level {
  const char* name;
  double BarPlan::*member;
  double lowest, highest;
};
constexpr Level kLevels[] = {{"tempo_bpm", &BarPlan::tempo_bpm, limits::kSlowestBpm, limits::kFastestBpm},
                             {"density", &BarPlan::density, 0, limits::kDensest},
                             {"dynamics", &BarPlan::dynamics, 1, 127},
                             {"register_pitch", &BarPlan::register_pitch, 0, 127},
                             {"articulation", &BarPlan::articulation, limits::kShortestArticulation, 1},
                             {"valence", &BarPlan::valence, -1, 1},
                             {"arousal", &BarPlan::arousal, -1, 1}};

Json to_json_value(const BarPlan& bar) {
  Json json = {{"metre", name_of(bar.metre)}, {"mode", bar.mode == Mode::kMajor ? "major" : "minor"}};
  for (const auto& level : kLevels) json[level.name] = bar.*level.member;
  if (bar.takes_up > 0) json["takes_up"] = bar.takes_up;
  return json;
}

// One line a bar, so that a plan can be read and changed in an editor.
std::string to_text(const Section& section) {
  std::string bars;
  for (const auto& bar : section.bars)
    bars += (bars.empty() ? "\n        " : ",\n        ") + write_json(to_json_value(bar));
  return "{\n      \"title\": " + write_json(Json(section.title)) +
         ",\n      \"start_byte\": " + std::to_string(section.start_byte) +
         ",\n      \"end_byte\": " + std::to_string(section.end_byte) + ",\n      \"bars\": [" + bars +
         "\n      ]\n    }";
}

Metre metre_from(const JsonMember& json) {
  const auto text = json.text();
  try {
    const auto metre = parse_metre(text);
    if (limits::is_metre(metre.numerator, metre.denominator)) return metre;
  } catch (const Error&) {
    // The error below names the member.
  }
  json.fail(limits::kMetres);
}

Mode mode_from(const JsonMember& json) {
  const auto text = json.text();
  if (text != "major" && text != "minor") json.fail("major or minor");
  return text == "major" ? Mode::kMajor : Mode::kMinor;
}

BarPlan bar_from(const JsonMember& json) {
  BarPlan bar;
  bar.metre = metre_from(json.at("metre"));
  bar.mode = mode_from(json.at("mode"));
  for (const auto& level : kLevels)
    bar.*level.member = json.at(level.name).number(level.lowest, level.highest);
  if (json.has("takes_up")) bar.takes_up = static_cast<int>(json.at("takes_up").count(limits::kMostBars));
  json.has_only({"metre", "mode", "tempo_bpm", "density", "dynamics", "register_pitch", "articulation",
                 "valence", "arousal", "takes_up"});
  return bar;
}

Section section_from(const JsonMember& json) {
  Section section;
  section.title = json.at("title").text();
  section.start_byte = json.at("start_byte").count();
  section.end_byte = json.at("end_byte").count();
  if (section.end_byte < section.start_byte) json.at("end_byte").fail("start_byte or more");
  for (const auto& bar : json.at("bars").items()) section.bars.push_back(bar_from(bar));
  json.has_only({"title", "start_byte", "end_byte", "bars"});
  return section;
}

Key key_from(const JsonMember& json) {
  const auto text = json.text();
  try {
    return parse_key(text);
  } catch (const Error&) {
    json.fail("a key such as \"C minor\"");
  }
}

std::uint64_t fingerprint_from(const JsonMember& json) {
  const auto fingerprint = from_hex(json.text());
  if (!fingerprint) json.fail("sixteen hexadecimal digits");
  return *fingerprint;
}

// Only what has been heard can return.
void check_returns(const Plan& plan) {
  int number = 0;
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars)
      if (++number; bar.takes_up < 0 || bar.takes_up >= number)
        throw Error(fmt::format("plan: bar {}: takes_up", number), "is no earlier bar",
                    fmt::format("0 to {}", number - 1), std::to_string(bar.takes_up));
}

}  // namespace

std::string to_json(const Plan& plan) {
  std::string sections;
  for (const auto& section : plan.sections)
    sections += (sections.empty() ? "\n    " : ",\n    ") + to_text(section);
  const auto story = plan.story_fingerprint == 0
                         ? ""
                         : "\n  \"story_fingerprint\": \"" + to_hex(plan.story_fingerprint) + "\",";
  return "{\n  \"version\": " + std::to_string(kVersion) + "," + story +
         "\n  \"key\": " + write_json(Json(name_of(plan.key))) + ",\n  \"sections\": [" + sections +
         "\n  ]\n}";
}

Plan plan_from_json(std::string_view text) {
  const auto json = parse_json(text, "plan");
  const JsonMember root(json, "plan");
  if (root.has("version") && root.at("version").count() != kVersion)
    throw Error(ErrorKind::kUnsupported, "plan.version", "a plan of another version",
                std::to_string(kVersion), std::to_string(root.at("version").count()));
  Plan plan;
  if (root.has("story_fingerprint")) plan.story_fingerprint = fingerprint_from(root.at("story_fingerprint"));
  plan.key = key_from(root.at("key"));
  for (const auto& section : root.at("sections").items()) plan.sections.push_back(section_from(section));
  root.has_only({"version", "story_fingerprint", "key", "sections"});
  check_returns(plan);
  const int bars = bar_count(plan);
  if (bars < 1 || bars > limits::kMostBars)
    throw Error("plan.sections", "have too few or too many bars in all",
                fmt::format("1 to {}", limits::kMostBars), std::to_string(bars));
  return plan;
}

}  // namespace s2m
