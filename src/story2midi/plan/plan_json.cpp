// Plans as JSON: keys by name ("C minor"), metres as fractions ("3/4"), one object a bar.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "story2midi/base/checksum.h"
#include "story2midi/base/json_members.h"
#include "story2midi/base/limits.h"
#include "story2midi/music/chord_name.h"
#include "story2midi/music/key.h"
#include "story2midi/plan/explain.h"
#include "story2midi/plan/figures.h"
#include "story2midi/plan/palette_names.h"
#include "story2midi/plan/plan.h"

namespace s2m {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;  // of the format; a file without one is of the first
constexpr int kMostThemes = 64;
constexpr int kMostDegrees = 28;                              // four octaves
constexpr int kMostThemePositions = 2 * 8 * kGridPerQuarter;  // two bars of the longest metre

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

Json to_json_value(const ThemeUse& use) {
  Json json = {{"theme", use.theme}, {"form", name_of(use.form)}};
  if (use.bar > 0) json["bar"] = use.bar;
  if (use.steps != 0) json["steps"] = use.steps;
  return json;
}

Json to_json_value(const BarPlan& bar) {
  Json json = {{"metre", name_of(bar.metre)}, {"key", name_of(bar.key)}};
  for (const auto& level : kLevels) json[level.name] = bar.*level.member;
  for (const Chord& chord : bar.chords)
    json["chords"].push_back({{"position", chord.start}, {"chord", name_of(chord, bar.key)}});
  if (bar.theme.theme > 0) json["theme"] = to_json_value(bar.theme);
  if (!bar.figure.empty()) json["figure"] = bar.figure;
  if (!bar.bass.empty()) json["bass"] = bar.bass;
  return json;
}

Json to_json_value(const Motif& theme) {
  Json json;
  if (!theme.name.empty()) json["name"] = theme.name;
  if (!theme.instrument.empty()) json["instrument"] = theme.instrument;
  json["rhythm"] = theme.rhythm;
  json["contour"] = theme.contour;
  json["bars"] = theme.bars;
  for (const auto& note : theme.notes)
    json["notes"].push_back({{"start", note.start}, {"length", note.length}, {"degree", note.degree}});
  return json;
}

Json to_json_value(const Plan& plan, const PlannedCue& cue) {
  const auto rounded = [](double value) { return std::round(value * 1000) / 1000; };
  Json json = {{"kind", name_of(cue.kind)},
               {"seconds", cue.wanted_seconds},
               {"bar", cue.bar + 1},
               {"position", cue.position},
               {"error_ms", rounded(1000 * (cue_seconds(plan, cue) - cue.wanted_seconds))}};
  if (cue.kind != CueKind::kHit) json["bend_percent"] = rounded(100 * cue.bend);
  if (!cue.text.empty()) json["text"] = cue.text;
  return json;
}

// One line a bar, so that a plan can be read and changed in an editor.
std::string to_text(const Section& section, const std::string& why) {
  std::string bars;
  for (const auto& bar : section.bars)
    bars += (bars.empty() ? "\n        " : ",\n        ") + write_json(to_json_value(bar));
  const auto palette =
      section.palette.empty() ? "" : ",\n      \"palette\": " + write_json(Json(section.palette));
  return "{\n      \"title\": " + write_json(Json(section.title)) +
         ",\n      \"start_byte\": " + std::to_string(section.start_byte) +
         ",\n      \"end_byte\": " + std::to_string(section.end_byte) + palette +
         (why.empty() ? "" : ",\n      \"why\": " + why) + ",\n      \"bars\": [" + bars + "\n      ]\n    }";
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

Key key_from(const JsonMember& json) {
  const auto text = json.text();
  try {
    return parse_key(text);
  } catch (const Error&) {
    json.fail("a key such as \"C minor\"");
  }
}

int whole_from(const JsonMember& json, int lowest, int highest) {
  const double number = json.number(lowest, highest);
  if (number != std::floor(number)) json.fail("a whole number");
  return static_cast<int>(number);
}

Chord chord_from(const JsonMember& json, int bar_positions) {
  Chord chord;
  try {
    chord = parse_chord_name(json.at("chord").text());
  } catch (const Error&) {
    json.at("chord").fail("a chord such as \"Am7/E\"");
  }
  chord.start = whole_from(json.at("position"), 0, bar_positions - 1);
  json.has_only({"position", "chord"});
  return chord;
}

std::vector<Chord> chords_from(const JsonMember& json, int bar_positions) {
  std::vector<Chord> chords;
  for (const auto& item : json.items()) {
    const auto chord = chord_from(item, bar_positions);
    if (chords.empty() && chord.start != 0) item.at("position").fail("0, the first of the bar");
    if (!chords.empty() && chord.start <= chords.back().start)
      item.at("position").fail("more than " + std::to_string(chords.back().start));
    chords.push_back(chord);
  }
  return chords;
}

ThemeUse theme_use_from(const JsonMember& json) {
  ThemeUse use;
  use.theme = whole_from(json.at("theme"), 1, kMostThemes);
  const auto form = theme_form_of_name(json.at("form").text());
  if (!form) json.at("form").fail("statement, sequence, inversion, fragment, augmentation or close");
  use.form = *form;
  if (json.has("bar")) use.bar = whole_from(json.at("bar"), 0, 1);
  if (json.has("steps")) use.steps = whole_from(json.at("steps"), -kMostDegrees, kMostDegrees);
  json.has_only({"theme", "form", "bar", "steps"});
  return use;
}

Motif theme_from(const JsonMember& json) {
  Motif theme;
  theme.rhythm = json.at("rhythm").text();
  theme.contour = json.at("contour").text();
  theme.bars = whole_from(json.at("bars"), 1, 2);
  for (const auto& note : json.at("notes").items()) {
    const int start = whole_from(note.at("start"), 0, kMostThemePositions - 1);
    const int length = whole_from(note.at("length"), 1, kMostThemePositions - start);
    theme.notes.push_back({start, length, whole_from(note.at("degree"), -kMostDegrees, kMostDegrees)});
    note.has_only({"start", "length", "degree"});
  }
  if (json.has("name")) theme.name = json.at("name").text();
  if (json.has("instrument")) theme.instrument = json.at("instrument").text();
  json.has_only({"name", "instrument", "rhythm", "contour", "bars", "notes"});
  return theme;
}

std::string figure_from(const JsonMember& json) {
  auto name = json.text();
  if (find_figure(name) == nullptr) json.fail("a figure of docs/reference/planning.md");
  return name;
}

std::string bass_from(const JsonMember& json) {
  auto name = json.text();
  if (!is_bass_pattern(name)) json.fail("a bass pattern of docs/reference/planning.md");
  return name;
}

std::string palette_from(const JsonMember& json) {
  auto name = json.text();
  if (!is_palette_name(name)) json.fail(palette_name_list());
  return name;
}

// Older files state a bar's mode, round the tonic of the piece, in place of its key.
Key bar_key_from(const JsonMember& json, Key home) {
  if (!json.has("key")) return {home.tonic, mode_from(json.at("mode")), home.spelling};
  const auto key = key_from(json.at("key"));
  if (json.has("mode") && mode_from(json.at("mode")) != key.mode)
    json.at("mode").fail("the mode of the bar's key");
  return key;
}

BarPlan bar_from(const JsonMember& json, Key home) {
  BarPlan bar;
  bar.metre = metre_from(json.at("metre"));
  bar.key = bar_key_from(json, home);
  for (const auto& level : kLevels)
    bar.*level.member = json.at(level.name).number(level.lowest, level.highest);
  if (json.has("chords")) bar.chords = chords_from(json.at("chords"), bar_length(bar.metre));
  if (json.has("theme")) bar.theme = theme_use_from(json.at("theme"));
  if (json.has("figure")) bar.figure = figure_from(json.at("figure"));
  if (json.has("bass")) bar.bass = bass_from(json.at("bass"));
  // Older files have "mode" in place of "key", and "takes_up", which their chords say.
  json.has_only({"metre", "key", "mode", "tempo_bpm", "density", "dynamics", "register_pitch", "articulation",
                 "valence", "arousal", "takes_up", "chords", "theme", "figure", "bass"});
  return bar;
}

Section section_from(const JsonMember& json, Key home) {
  Section section;
  section.title = json.at("title").text();
  section.start_byte = json.at("start_byte").count();
  section.end_byte = json.at("end_byte").count();
  if (section.end_byte < section.start_byte) json.at("end_byte").fail("start_byte or more");
  for (const auto& bar : json.at("bars").items()) section.bars.push_back(bar_from(bar, home));
  if (json.has("palette")) section.palette = palette_from(json.at("palette"));
  // What "why" tells follows from the rest.
  json.has_only({"title", "start_byte", "end_byte", "palette", "why", "bars"});
  return section;
}

Scale scale_from(const JsonMember& json) {
  const auto scale = scale_of_name(json.text());
  if (!scale) json.fail("major, minor, dorian, phrygian, lydian or mixolydian");
  return *scale;
}

// The error follows from the bars.
PlannedCue cue_from(const JsonMember& json) {
  PlannedCue cue;
  const auto kind = cue_kind_of_name(json.at("kind").text());
  if (!kind) json.at("kind").fail("section, hit or silence");
  cue.kind = *kind;
  cue.wanted_seconds = json.at("seconds").number(0, limits::kLongestSeconds);
  cue.bar = whole_from(json.at("bar"), 1, limits::kMostBars) - 1;
  cue.position = whole_from(json.at("position"), 0, kMostThemePositions);
  if (json.has("bend_percent")) cue.bend = json.at("bend_percent").number(0, 10'000) / 100;
  if (json.has("text")) cue.text = json.at("text").text();
  json.has_only({"kind", "seconds", "bar", "position", "error_ms", "bend_percent", "text"});
  return cue;
}

std::uint64_t fingerprint_from(const JsonMember& json) {
  const auto fingerprint = from_hex(json.text());
  if (!fingerprint) json.fail("sixteen hexadecimal digits");
  return *fingerprint;
}

void check_themes(const Plan& plan) {
  int number = 0;
  const int themes = static_cast<int>(plan.themes.size());
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars)
      if (++number; bar.theme.theme > themes)
        throw Error(fmt::format("plan: bar {}: theme", number), "is no theme of the plan",
                    fmt::format("1 to {}", themes), std::to_string(bar.theme.theme));
}

void check_cues(const Plan& plan) {
  std::vector<int> lengths;
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars) lengths.push_back(bar_length(bar.metre));
  for (const auto& cue : plan.cues)
    if (cue.bar >= std::ssize(lengths) || cue.position >= lengths[static_cast<std::size_t>(cue.bar)])
      throw Error("plan.cues", "a cue lies outside the bars",
                  fmt::format("bar 1 to {}, and a position in it", lengths.size()),
                  fmt::format("bar {}, position {}", cue.bar + 1, cue.position));
}

std::string lines_of(const Plan& plan) {
  std::string lines;
  for (const auto& cue : plan.cues)
    lines += (lines.empty() ? "\n    " : ",\n    ") + write_json(to_json_value(plan, cue));
  return plan.cues.empty() ? "" : "\n  \"cues\": [" + lines + "\n  ],";
}

std::string lines_of(const std::vector<Motif>& themes) {
  std::string lines;
  for (const auto& theme : themes)
    lines += (lines.empty() ? "\n    " : ",\n    ") + write_json(to_json_value(theme));
  return themes.empty() ? "" : "\n  \"themes\": [" + lines + "\n  ],";
}

// `why`: of each section that has bars, or nothing.
std::string to_text(const Plan& plan, const std::vector<ExplainedSection>& why) {
  std::string sections;
  std::size_t explained = 0;
  for (const auto& section : plan.sections) {
    const bool is_explained = !section.bars.empty() && explained < why.size();
    sections += (sections.empty() ? "\n    " : ",\n    ") +
                to_text(section, is_explained ? to_json(why[explained++]) : "");
  }
  const auto story = plan.story_fingerprint == 0
                         ? ""
                         : "\n  \"story_fingerprint\": \"" + to_hex(plan.story_fingerprint) + "\",";
  const auto scale = plan.scale ? "\n  \"scale\": \"" + std::string(name_of(*plan.scale)) + "\"," : "";
  return "{\n  \"version\": " + std::to_string(kVersion) + "," + story +
         "\n  \"key\": " + write_json(Json(name_of(plan.key))) + "," + scale + lines_of(plan.themes) +
         lines_of(plan) + "\n  \"sections\": [" + sections + "\n  ]\n}";
}

}  // namespace

std::string to_json(const Plan& plan) { return to_text(plan, {}); }

std::string to_json(const Plan& plan, const PlanExplanation& explanation) {
  return to_text(plan, explanation.sections);
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
  if (root.has("scale")) plan.scale = scale_from(root.at("scale"));
  if (root.has("themes"))
    for (const auto& theme : root.at("themes").items()) plan.themes.push_back(theme_from(theme));
  if (root.has("cues"))
    for (const auto& cue : root.at("cues").items()) plan.cues.push_back(cue_from(cue));
  for (const auto& section : root.at("sections").items())
    plan.sections.push_back(section_from(section, plan.key));
  root.has_only({"version", "story_fingerprint", "key", "scale", "themes", "cues", "sections"});
  check_themes(plan);
  check_cues(plan);
  const int bars = bar_count(plan);
  if (bars < 1 || bars > limits::kMostBars)
    throw Error("plan.sections", "have too few or too many bars in all",
                fmt::format("1 to {}", limits::kMostBars), std::to_string(bars));
  return plan;
}

}  // namespace s2m
