#include "story2midi/plan/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "story2midi/emotion/labels.h"
#include "story2midi/music/chord_name.h"
#include "story2midi/music/key.h"
#include "story2midi/plan/figures.h"
#include "story2midi/plan/rules.h"

namespace s2m {
namespace {

constexpr std::size_t kNamedLabels = 3;
constexpr double kLeastProbability = 0.05;  // of a label that is named

ValenceArousal mean_of(const Section& section) {
  ValenceArousal mean;
  for (const BarPlan& bar : section.bars) {
    mean.valence += bar.valence / static_cast<double>(section.bars.size());
    mean.arousal += bar.arousal / static_cast<double>(section.bars.size());
  }
  return mean;
}

double mean_of(const Section& section, double BarPlan::*level) {
  double sum = 0;
  for (const BarPlan& bar : section.bars) sum += bar.*level;
  return sum / static_cast<double>(section.bars.size());
}

std::string feelings_of(const Emotion& emotion) {
  std::vector<std::pair<double, std::string_view>> likely;
  for (std::size_t i = 0; i < std::min(emotion.labels.size(), kLabelCount); ++i)
    if (emotion.labels[i] >= kLeastProbability) likely.emplace_back(emotion.labels[i], kLabelNames[i]);
  std::ranges::sort(likely, std::greater());
  std::string names;
  for (std::size_t i = 0; i < std::min(likely.size(), kNamedLabels); ++i)
    names += fmt::format("{}{} {:.2f}", i ? ", " : "", likely[i].second, likely[i].first);
  return names;
}

// As the composer chooses the decoder's memory: the passage that is nearest to the middle bar on the plane.
const CurvePoint* driving_point(const Section& section, const EmotionCurve& curve) {
  const BarPlan& middle = section.bars[section.bars.size() / 2];
  const CurvePoint* nearest = nullptr;
  double least = 0;
  for (const CurvePoint& point : curve.points) {
    if (point.passage.start_byte >= section.end_byte || point.passage.end_byte <= section.start_byte)
      continue;
    const double apart =
        std::hypot(point.emotion.valence - middle.valence, point.emotion.arousal - middle.arousal);
    if (!nearest || apart < least) nearest = &point, least = apart;
  }
  return nearest;
}

struct CueLevel {
  const CueRule& rule;
  double BarPlan::*level;
  std::string_view name, unit;
};

std::string formula(const CueRule& rule) {
  const auto slopes = fmt::format("{:+.2f} valence {:+.2f} arousal", rule.per_valence, rule.per_arousal);
  const auto limits = fmt::format("from {} to {}", rule.lowest, rule.highest);
  if (rule.scale == CueScale::kDoublings) return fmt::format("{} x 2^({}), {}", rule.neutral, slopes, limits);
  return fmt::format("{} {}, {}", rule.neutral, slopes, limits);
}

void add_cues(const Section& section, ValenceArousal emotion, std::vector<ExplainedChoice>& choices) {
  const CueLevel levels[] = {
      {kTempoRule, &BarPlan::tempo_bpm, "tempo", "bpm"},
      {kDensityRule, &BarPlan::density, "density", "notes per quarter"},
      {kDynamicsRule, &BarPlan::dynamics, "loudness", "mean velocity"},
      {kRegisterRule, &BarPlan::register_pitch, "register", "mean MIDI key"},
      {kArticulationRule, &BarPlan::articulation, "articulation", "of the written length"}};
  for (const CueLevel& one : levels)
    choices.push_back({std::string(one.name), fmt::format("{:.3g} {}", mean_of(section, one.level), one.unit),
                       fmt::format("{}: the rule alone gives {:.3g}; form, length and ending shape the rest",
                                   formula(one.rule), cue(one.rule, emotion))});
}

std::string relation(const Key& key, const Key& home) {
  if (key == home) return "the home key";
  if (key.tonic == home.tonic) return "the parallel key: home's tonic in the other mode";
  const int apart = sharps_of(key) - sharps_of(home);
  if (apart == 0) return "the relative key: home's signature in the other mode";
  return fmt::format("{} {} from home round the circle of fifths, {}", std::abs(apart),
                     std::abs(apart) == 1 ? "step" : "steps", apart > 0 ? "brighter" : "darker");
}

ExplainedChoice key_choice(const Section& section, ValenceArousal emotion, const Key& home) {
  const Key key = section.bars[section.bars.size() / 2].key;
  const auto mode = fmt::format("valence {:+.2f} asks for {}", emotion.valence,
                                mode_of(emotion) == Mode::kMajor ? "major" : "minor");
  return {"key", name_of(key), relation(key, home) + "; " + mode};
}

// Each figure of the section, the commonest first.
void add_figures(const Section& section, std::vector<ExplainedChoice>& choices) {
  std::map<std::string, int> bars;
  for (const BarPlan& bar : section.bars)
    if (!bar.figure.empty()) ++bars[bar.figure];
  std::vector<std::pair<int, std::string>> ordered;
  for (const auto& [name, count] : bars) ordered.emplace_back(-count, name);
  std::ranges::sort(ordered);
  for (const auto& [count, name] : ordered) {
    const Figure* figure = find_figure(name);
    choices.push_back({"gesture", fmt::format("{} in {} bars", name, -count),
                       figure ? std::string(figure->source) : "as the plan says"});
  }
}

void add_themes(const Plan& plan, const Section& section, std::vector<ExplainedChoice>& choices) {
  std::map<int, std::set<std::string_view>> forms;
  for (const BarPlan& bar : section.bars)
    if (bar.theme.theme > 0) forms[bar.theme.theme].insert(name_of(bar.theme.form));
  for (const auto& [number, how] : forms) {
    const Motif& theme = plan.themes[static_cast<std::size_t>(number) - 1];
    const auto owner = !theme.name.empty() ? "theme of " + theme.name
                       : number == 1       ? "the story's theme"
                                           : "theme of another feeling";
    choices.push_back({"theme", fmt::format("{} ({})", number, fmt::join(how, ", ")),
                       fmt::format("{}: rhythm \"{}\", contour \"{}\"", owner, theme.rhythm, theme.contour)});
  }
}

std::vector<std::string> chords_of(const Section& section) {
  std::vector<std::string> bars;
  for (const BarPlan& bar : section.bars) {
    std::string names;
    for (const Chord& chord : bar.chords) names += (names.empty() ? "" : " ") + name_of(chord, bar.key);
    bars.push_back(names.empty() ? "-" : names);
  }
  return bars;
}

std::vector<ExplainedChoice> whole_choices(const Plan& plan) {
  ValenceArousal mean;
  for (const Section& section : plan.sections)
    for (const BarPlan& bar : section.bars) {
      mean.valence += bar.valence / bar_count(plan);
      mean.arousal += bar.arousal / bar_count(plan);
    }
  return {{"key", name_of(plan.key),
           "the mode of most bars; brighter and more excited towards the sharps, unless asked"},
          {"metre", name_of(plan.sections.front().bars.front().metre),
           "three in a bar for what is clearly pleasant and calm, else four, unless asked"},
          {"length", fmt::format("{} bars, {:.1f} s", bar_count(plan), length_seconds(plan)),
           "a bar for six words in whole phrases of four bars, or as asked"},
          {"emotion", fmt::format("valence {:+.2f}, arousal {:+.2f}", mean.valence, mean.arousal),
           "the mean of the bars"}};
}

}  // namespace

PlanExplanation explain(const Plan& plan, const EmotionCurve& curve) {
  PlanExplanation all{plan.sections.front().title, whole_choices(plan), {}};
  int bar = 1;
  double seconds = 0;
  for (const Section& section : plan.sections) {
    if (section.bars.empty()) continue;
    ExplainedSection one;
    one.title = section.title;
    one.emotion = mean_of(section);
    if (const CurvePoint* point = driving_point(section, curve)) {
      one.sentence = point->passage.text;
      one.feelings = feelings_of(point->emotion);
    }
    one.first_bar = bar;
    one.start_seconds = seconds;
    for (const BarPlan& each : section.bars) seconds += bar_seconds(each);
    bar += static_cast<int>(section.bars.size());
    one.last_bar = bar - 1;
    one.end_seconds = seconds;
    one.chords = chords_of(section);
    one.choices.push_back(key_choice(section, one.emotion, plan.key));
    add_cues(section, one.emotion, one.choices);
    add_figures(section, one.choices);
    add_themes(plan, section, one.choices);
    one.choices.push_back({"palette", section.palette.empty() ? "piano" : section.palette,
                           "as asked; auto chooses by the emotion of the piece"});
    all.sections.push_back(std::move(one));
  }
  return all;
}

std::string to_text(const PlanExplanation& all) {
  std::string text = all.title + "\n";
  const auto add = [&](const std::vector<ExplainedChoice>& choices) {
    for (const auto& [what, value, rule] : choices)
      text += fmt::format("  {:<13} {}  ({})\n", what, value, rule);
  };
  add(all.choices);
  int number = 0;
  for (const ExplainedSection& one : all.sections) {
    text += fmt::format("\nSection {}: bars {} to {}, {:.1f} to {:.1f} s: {}\n", ++number, one.first_bar,
                        one.last_bar, one.start_seconds, one.end_seconds, one.title);
    if (!one.sentence.empty()) text += fmt::format("  {:<13} \"{}\"\n", "driven by", one.sentence);
    text += fmt::format("  {:<13} valence {:+.2f}, arousal {:+.2f}{}\n", "emotion", one.emotion.valence,
                        one.emotion.arousal, one.feelings.empty() ? "" : " (" + one.feelings + ")");
    add(one.choices);
    text += fmt::format("  {:<13} {}\n", "chords", fmt::join(one.chords, " | "));
  }
  return text;
}

}  // namespace s2m
