#include "story2midi/plan/growing_plan.h"

#include <algorithm>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/plan/bar_plans.h"
#include "story2midi/plan/course.h"
#include "story2midi/plan/gestures.h"
#include "story2midi/plan/harmony.h"
#include "story2midi/plan/keys.h"
#include "story2midi/plan/motif_plan.h"
#include "story2midi/plan/motif_tables.h"
#include "story2midi/plan/palette_names.h"
#include "story2midi/plan/rules.h"
#include "story2midi/plan/sections.h"
#include "story2midi/plan/shape.h"
#include "story2midi/stories/names.h"

namespace s2m {
namespace {

constexpr double kOtherMood = 0.5;  // distance on the plane: a turn that feels so otherwise begins a period
constexpr std::size_t kMostThemes = 5;
constexpr int kBarsAhead = 36;        // the event language counts 32 bars to the end
constexpr std::size_t kBlurBars = 2;  // smoothing looks so far back

void check_turns(const PlanOptions& options) {
  check(options);
  const int bars = options.bars.value_or(kTurnBars);
  if (bars % kPhraseBars != 0 || bars > kPeriodBars)
    throw Error("bars", "of a turn are no whole phrases", "4, 8, 12 or 16", std::to_string(bars));
  if (options.duration_seconds || options.words_per_minute || options.cues)
    throw Error("plan", "a piece that grows turn by turn has no times",
                "neither duration, reading speed nor cues", "one of them");
}

Emotion mean_of(const Emotion& a, double weight_a, const Emotion& b, double weight_b) {
  const double sum = weight_a + weight_b;
  Emotion mean{(a.valence * weight_a + b.valence * weight_b) / sum,
               (a.arousal * weight_a + b.arousal * weight_b) / sum, b.labels};
  for (std::size_t i = 0; i < mean.labels.size() && i < a.labels.size(); ++i)
    mean.labels[i] = (a.labels[i] * weight_a + b.labels[i] * weight_b) / sum;
  return mean;
}

double apart(const ValenceArousal& a, const ValenceArousal& b) {
  return std::hypot(a.valence - b.valence, a.arousal - b.arousal);
}

// What each bar of the turn feels, as it was read.
std::vector<Emotion> steps_of(const EmotionCurve& turn, int bars) {
  const Course course = course_in_bytes(turn);
  const Stretch all{.first = 0,
                    .last = turn.points.size(),
                    .begin = course.at.front(),
                    .end = course.at.back(),
                    .mean = turn.mean(),
                    .bars = bars};
  std::vector<Emotion> steps;
  for (int bar = 0; bar < bars; ++bar) steps.push_back(bar_emotion(course, all, bar));
  return steps;
}

}  // namespace

GrowingPlan::GrowingPlan(const PlanOptions& options)
    : options_(options), bars_(options.bars.value_or(kTurnBars)) {
  check_turns(options);
}

void GrowingPlan::begin(const EmotionCurve& turn) {
  const Emotion mean = turn.mean();
  const Mode mode = options_.scale ? mode_of(*options_.scale) : mode_of(mean);
  plan_.key = options_.key.value_or(key_of(mode, mean));
  plan_.scale = options_.scale;
  metre_ = metre_for(turn, options_);
  scores_ = feeling_scores(mean);
  plan_.themes.push_back(motif_of(motif_choice(mean), metre_));
  for (const NamedTheme& theme : options_.themes.value_or(std::vector<NamedTheme>{})) {
    const bool is_own = theme.names.front() == kStoryTheme;
    if (is_own) plan_.themes.front() = motif_of(theme, metre_);
  }
}

// Another mood has the theme of its feeling, the story's where there are five.
int GrowingPlan::theme_of(const Emotion& mean) {
  if (periods_.empty()) return 1;
  const Motif motif = motif_of(motif_choice(mean), metre_);
  const auto found = std::ranges::find(plan_.themes, motif);
  if (found != plan_.themes.end()) return static_cast<int>(found - plan_.themes.begin()) + 1;
  const auto own = std::ranges::count_if(plan_.themes, [](const Motif& one) { return one.name.empty(); });
  if (static_cast<std::size_t>(own) >= kMostThemes) return 1;
  plan_.themes.push_back(motif);
  return static_cast<int>(plan_.themes.size());
}

void GrowingPlan::enter_period(const Emotion& mean, int bars) {
  if (!periods_.empty()) {
    Period& open = periods_.back();
    if (apart(open.mean, mean) <= kOtherMood && open.bars + bars <= kPeriodBars) {
      open.mean = mean_of(open.mean, open.bars, mean, bars);
      open.bars += bars;
      return;
    }
  }
  std::vector<Emotion> means;
  for (const Period& period : periods_) means.push_back(period.mean);
  means.insert(means.end(), {mean, mean});  // something follows
  const bool is_kept = options_.key || options_.scale;
  const Key key = is_kept ? plan_.key : section_keys(means, plan_.key)[means.size() - 2];
  periods_.push_back({mean, bars, theme_of(mean), key});
}

Section& GrowingPlan::add_section(const EmotionCurve& turn, int bars) {
  auto steps = steps_of(turn, bars);
  const auto before = last_steps_.size();
  last_steps_.insert(last_steps_.end(), steps.begin(), steps.end());
  const auto emotions = smoothed(last_steps_);
  const Passage &first = turn.points.front().passage, &last = turn.points.back().passage;
  Section section{opening_words(turn.points.front()), first.start_byte, last.end_byte, {}};
  for (auto at = before; at < emotions.size(); ++at) {
    section.bars.push_back(bar_for(emotions[at]));
    section.bars.back().metre = metre_;
    section.bars.back().key = periods_.back().key;
  }
  last_steps_.erase(last_steps_.begin(), last_steps_.end() - kBlurBars);
  shape_phrases(section.bars);
  section.palette =
      plan_.sections.empty() ? chosen_palette(options_.palette, turn.mean()) : plan_.sections.front().palette;
  plan_.sections.push_back(std::move(section));
  return plan_.sections.back();
}

std::vector<BarPlan> GrowingPlan::last_bars(int count) const {
  std::vector<BarPlan> bars;
  for (auto section = plan_.sections.end(); count > static_cast<int>(bars.size());) {
    --section;
    bars.insert(bars.begin(), section->bars.begin(), section->bars.end());
  }
  return bars;
}

// Chords and figures of the last section, planned with its period and, unless it is the last, a phrase that follows: in the
// same section, or where the key changes in another.
void GrowingPlan::plan_harmony(Section& section, std::optional<Key> next) {
  const Period& period = periods_.back();
  Plan window{.key = plan_.key, .scale = plan_.scale, .themes = {}, .sections = {}};
  window.sections.push_back({.title = {}, .bars = last_bars(period.bars)});
  auto& bars = window.sections.front().bars;
  for (BarPlan& bar : bars) bar.chords.clear();
  StoryFeelings story{scores_, period.mean, {period.mean}, periods_.size() - 1};
  if (next == period.key) bars.insert(bars.end(), kPhraseBars, bars.back());
  if (next && *next != period.key) {
    Section after{.title = {}, .bars = std::vector<BarPlan>(kPhraseBars, bars.back())};
    for (BarPlan& bar : after.bars) bar.key = *next;
    window.sections.push_back(std::move(after));
    story.sections.push_back(period.mean);
  }
  plan_chords(window, story);
  plan_figures(window, story);
  const auto first = static_cast<std::size_t>(period.bars) - section.bars.size();
  for (std::size_t i = 0; i < section.bars.size(); ++i) {
    const BarPlan& planned = window.sections.front().bars[first + i];
    BarPlan& bar = section.bars[i];
    bar.chords = planned.chords;
    bar.figure = planned.figure, bar.bass = planned.bass;
    bar.articulation = planned.articulation;
  }
}

// The phrase in which a name of --themes first stands has its theme.
void GrowingPlan::name_themes(Section& section, const EmotionCurve& turn) {
  for (const NamedTheme& named : options_.themes.value_or(std::vector<NamedTheme>{})) {
    if (named.names.front() == kStoryTheme) continue;
    const auto stands = [&](const CurvePoint& point) {
      return std::ranges::any_of(named.names,
                                 [&](const auto& name) { return mentions(point.passage.text, name) > 0; });
    };
    const auto found = std::ranges::find_if(turn.points, stands);
    if (found == turn.points.end()) continue;
    const Motif motif = motif_of(named, metre_);
    auto theme = std::ranges::find(plan_.themes, motif.name, &Motif::name);
    if (theme == plan_.themes.end()) theme = plan_.themes.insert(theme, motif);
    const auto phrases = section.bars.size() / kPhraseBars;
    const auto place = static_cast<std::size_t>(found - turn.points.begin()) * phrases / turn.points.size();
    set_named_theme(std::span(section.bars).subspan(place * kPhraseBars, kPhraseBars), *theme,
                    static_cast<int>(theme - plan_.themes.begin()) + 1);
  }
}

Key GrowingPlan::key_of_next(const EmotionCurve& turn, const EmotionCurve& next) const {
  GrowingPlan ahead = *this;
  ahead.add(turn);
  if (!next.points.empty()) ahead.enter_period(as_asked(next, options_).mean(), bars_);
  return ahead.periods_.back().key;
}

void GrowingPlan::add(const EmotionCurve& turn, std::optional<Key> next) {
  if (bar_count(plan_) + bars_ + kPhraseBars > limits::kMostBars)
    throw Error(ErrorKind::kLimit, "plan", "has too many bars",
                "at most " + std::to_string(limits::kMostBars));
  const bool goes_on = turn.points.empty() && !turn_.points.empty();
  if (!goes_on) turn_ = as_asked(turn, options_);
  if (plan_.sections.empty()) begin(turn_);
  enter_period(turn_.mean(), bars_);
  const int before = periods_.back().bars - bars_;
  Section& section = add_section(turn_, bars_);
  if (goes_on) section.start_byte = section.end_byte;
  if (options_.tempo_bpm)
    for (BarPlan& bar : section.bars) bar.tempo_bpm = *options_.tempo_bpm;
  plan_harmony(section, next.value_or(periods_.back().key));
  set_theme(section.bars, before / kPhraseBars, periods_.back().theme);
  if (!goes_on) name_themes(section, turn_);
  for (BarPlan& bar : section.bars) bar = rounded(bar);
}

void GrowingPlan::close() {
  periods_.push_back({turn_.mean(), kPhraseBars, 1, plan_.key});
  Section& section = add_section(turn_, kPhraseBars);
  section.title = "End";
  section.start_byte = section.end_byte;
  shape_ending(section.bars);
  if (options_.tempo_bpm)
    for (BarPlan& bar : section.bars) bar.tempo_bpm = *options_.tempo_bpm;
  plan_harmony(section, {});
  set_theme(section.bars, 1, 1);
  section.bars.back().theme = {1, ThemeForm::kClose, plan_.themes.front().bars - 1, 0};
  for (BarPlan& bar : section.bars) bar = rounded(bar);
}

Plan GrowingPlan::going_on() const {
  Plan plan = plan_;
  Section ahead = plan.sections.back();
  for (BarPlan& bar : ahead.bars) bar.theme = {};
  for (int bars = 0; bars < kBarsAhead; bars += static_cast<int>(ahead.bars.size()))
    plan.sections.push_back(ahead);
  return plan;
}

}  // namespace s2m
