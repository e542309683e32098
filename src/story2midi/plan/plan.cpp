#include "story2midi/plan/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/plan/bar_plans.h"
#include "story2midi/plan/gestures.h"
#include "story2midi/plan/harmony.h"
#include "story2midi/plan/keys.h"
#include "story2midi/plan/motif_plan.h"
#include "story2midi/plan/palette_names.h"
#include "story2midi/plan/rules.h"
#include "story2midi/plan/sections.h"
#include "story2midi/plan/shape.h"
#include "story2midi/plan/timed_form.h"
#include "story2midi/stories/words.h"

namespace s2m {
namespace {

constexpr int kShortestBars = 16;  // lengths that follow from the text
constexpr int kLongestBars = 128;
constexpr double kWordsPerBar = 6;

constexpr double kSlowestReading = 20, kFastestReading = 1000;  // words a minute

template <class Number>
void check_range(std::string_view option, std::optional<Number> value, Number lowest, Number highest) {
  if (value && !(*value >= lowest && *value <= highest))
    throw Error(std::string(option), "is out of range", fmt::format("{} to {}", lowest, highest),
                fmt::format("{}", *value));
}

int word_count_of(const EmotionCurve& curve) {
  int words = 0;
  for (const auto& point : curve.points) words += static_cast<int>(word_count(point.passage.text));
  return words;
}

// Whole phrases where the tempo need not give way by more than a twelfth, then pairs of bars, then any
// number.
int bars_for_seconds(const PlanOptions& options, double seconds_per_bar) {
  const double exact = std::min(*options.duration_seconds / seconds_per_bar, 1.0 * limits::kMostBars);
  for (const int unit : {kPhraseBars, 2}) {
    const double bars = std::round(exact / unit) * unit;
    if (!options.tempo_bpm && bars > 0 && std::abs(bars / exact - 1) < 1.0 / 12)
      return static_cast<int>(bars);
  }
  return std::max(1, static_cast<int>(std::lround(exact)));
}

// The emotion of each bar: that of the passages it sets, made smooth but for accents.
std::vector<Emotion> bar_emotions(const Course& course, const std::vector<Stretch>& stretches) {
  std::vector<Emotion> steps;
  for (const auto& stretch : stretches)
    for (int bar = 0; bar < stretch.bars; ++bar) steps.push_back(bar_emotion(course, stretch, bar));
  return smoothed(steps);
}

template <class Change>
void for_each_bar(Plan& plan, const Change& change) {
  for (auto& section : plan.sections)
    for (auto& bar : section.bars) change(bar);
}

Mode mode_of_most(const std::vector<Mode>& modes, Mode where_equal) {
  const auto major = 2 * std::ranges::count(modes, Mode::kMajor), all = std::ssize(modes);
  return major == all ? where_equal : major > all ? Mode::kMajor : Mode::kMinor;
}

// The mode of most bars.
Mode home_mode(const std::vector<Stretch>& stretches, const EmotionCurve& curve) {
  std::vector<Mode> modes;
  for (const auto& stretch : stretches)
    modes.insert(modes.end(), static_cast<std::size_t>(stretch.bars), mode_of(stretch.mean));
  return mode_of_most(modes, mode_of(curve.mean()));
}

// Of every bar: that of its section, and home in the last phrase. An asked key or scale holds throughout.
std::vector<Key> bar_keys(const std::vector<Stretch>& stretches, Key home, const PlanOptions& options) {
  std::vector<Emotion> means;
  for (const auto& stretch : stretches) means.push_back(stretch.mean);
  const auto sections =
      options.key || options.scale ? std::vector<Key>(means.size(), home) : section_keys(means, home);
  std::vector<Key> keys;
  for (std::size_t i = 0; i < stretches.size(); ++i)
    keys.insert(keys.end(), static_cast<std::size_t>(stretches[i].bars), sections[i]);
  const int last = stretches.back().bars;
  const int phrase = last <= kPhraseBars ? last : (last - 1) % kPhraseBars + 1;
  std::fill(keys.end() - phrase, keys.end(), home);
  return keys;
}

Key home_key(const EmotionCurve& curve, const std::vector<Stretch>& stretches, const PlanOptions& options) {
  if (options.key) return *options.key;
  return key_of(options.scale ? mode_of(*options.scale) : home_mode(stretches, curve), curve.mean());
}

StoryFeelings story_feelings(const EmotionCurve& curve, const std::vector<Stretch>& stretches) {
  StoryFeelings story;
  story.mean = curve.mean();
  story.scores = feeling_scores(story.mean);
  for (const auto& stretch : stretches)
    story.sections.push_back(EmotionCurve{{curve.points.begin() + static_cast<std::ptrdiff_t>(stretch.first),
                                           curve.points.begin() + static_cast<std::ptrdiff_t>(stretch.last)}}
                                 .mean());
  return story;
}

StoryThemes story_themes(const Course& course, const std::vector<Stretch>& stretches,
                         const PlanOptions& options) {
  StoryThemes themes{find_cast(course, stretches, options)};
  for (const NamedTheme& theme : options.themes.value_or(std::vector<NamedTheme>{}))
    if (theme.names.front() == kStoryTheme) themes.own = theme;
  return themes;
}

// A silent section has bars without notes.
void silence(Section& section) {
  for (auto& bar : section.bars) bar.density = 0;
}

Plan form(const Course& course, const std::vector<Stretch>& stretches, const PlanOptions& options) {
  const auto& curve = course.curve;
  Plan plan;
  plan.key = home_key(curve, stretches, options);
  plan.scale = options.scale;
  const auto keys = bar_keys(stretches, plan.key, options);
  const auto emotions = bar_emotions(course, stretches);
  const auto metre = metre_for(curve, options);
  std::size_t at = 0;
  for (const auto& stretch : stretches) {
    const auto& opening = curve.points[stretch.first];
    Section section{stretch.title.empty() ? opening_words(opening) : stretch.title,
                    opening.passage.start_byte,
                    curve.points[stretch.last - 1].passage.end_byte,
                    {}};
    for (int i = 0; i < stretch.bars; ++i) {
      section.bars.push_back(bar_for(emotions[at]));
      section.bars.back().metre =
          stretch.metres.empty() ? metre : stretch.metres[static_cast<std::size_t>(i)];
      section.bars.back().key = keys[at];
      ++at;
    }
    if (stretch.is_silent) silence(section);
    plan.sections.push_back(std::move(section));
  }
  shape_form(plan);
  shape_ending(plan.sections.back().bars);
  if (options.tempo_bpm) for_each_bar(plan, [&](BarPlan& bar) { bar.tempo_bpm = *options.tempo_bpm; });
  return plan;
}

void fit_length(Plan& plan, const PlanOptions& options) {
  const double seconds = *options.duration_seconds;
  const double faster = length_seconds(plan) / seconds;
  if (options.bars && options.tempo_bpm && std::abs(faster - 1) > 0.01)
    throw Error("duration_seconds", "contradicts the bars and the tempo asked",
                fmt::format("about {:.1f} s", length_seconds(plan)), fmt::format("{} s", seconds));
  for_each_bar(plan, [&](BarPlan& bar) {
    bar.tempo_bpm *= faster;
    if (bar.tempo_bpm < limits::kSlowestBpm || bar.tempo_bpm > limits::kFastestBpm)
      throw Error("duration_seconds", fmt::format("cannot be reached in {} bars", bar_count(plan)),
                  fmt::format("a tempo of {} to {} bpm", limits::kSlowestBpm, limits::kFastestBpm),
                  fmt::format("{:.0f} bpm", bar.tempo_bpm));
  });
}

int choose_bars(const EmotionCurve& curve, const PlanOptions& options) {
  if (options.bars) return *options.bars;
  if (!options.duration_seconds) return usual_bars(curve);
  BarPlan usual = bar_for(curve.mean());
  usual.metre = metre_for(curve, options);
  usual.tempo_bpm = options.tempo_bpm.value_or(usual.tempo_bpm);
  return bars_for_seconds(options, bar_seconds(usual));
}

// "auto" looks at the mean of the bars.
void choose_palette(Plan& plan, const PlanOptions& options) {
  ValenceArousal mean;
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars) {
      mean.valence += bar.valence / bar_count(plan);
      mean.arousal += bar.arousal / bar_count(plan);
    }
  for (auto& section : plan.sections) section.palette = chosen_palette(options.palette, mean);
}

}  // namespace

void check(const PlanOptions& options) {
  check_range<int>("bars", options.bars, 1, limits::kMostBars);
  check_range<double>("duration_seconds", options.duration_seconds, limits::kShortestSeconds,
                      limits::kLongestSeconds);
  check_range<double>("words_per_minute", options.words_per_minute, kSlowestReading, kFastestReading);
  const bool two_times = options.words_per_minute && options.cues;
  if (two_times || (options.bars && (options.words_per_minute || options.cues)))
    throw Error("plan", "two lengths of the piece contradict each other", "bars, a reading speed or cues",
                "two of them");
  check_range<double>("tempo_bpm", options.tempo_bpm, limits::kSlowestBpm, limits::kFastestBpm);
  check_range<double>("valence", options.valence, -1, 1);
  check_range<double>("arousal", options.arousal, -1, 1);
  if (options.metre && !limits::is_metre(options.metre->numerator, options.metre->denominator))
    throw Error("metre", "is out of range", limits::kMetres, name_of(*options.metre));
  if (options.key && (options.key->tonic < 0 || options.key->tonic > 11))
    throw Error("key", "has no such tonic", "0 to 11", std::to_string(options.key->tonic));
  if (options.key && options.scale && mode_of(*options.scale) != options.key->mode)
    throw Error("scale", "does not fit the key's mode",
                options.key->mode == Mode::kMajor ? "a major scale" : "a minor scale",
                std::string(name_of(*options.scale)));
  if (!options.palette.empty() && options.palette != kAutoPalette && !is_palette_name(options.palette))
    throw Error("palette", "is unknown", palette_name_list() + " or auto", options.palette);
}

Plan make_plan(const EmotionCurve& read, const PlanOptions& options) {
  check(options);
  auto curve = as_asked(read, options);
  const bool timed = keeps_times(curve, options);
  const auto course =
      timed ? course_in_seconds(std::move(curve), options) : course_in_bytes(std::move(curve));
  const auto metre = metre_for(course.curve, options);
  auto stretches =
      timed ? timed_stretches(course, options, metre) : divide(course, choose_bars(course.curve, options));
  auto plan = form(course, stretches, options);
  if (timed) {
    choose_bars_again(stretches, plan, metre, options);
    plan = form(course, stretches, options);
    keep_times(plan, stretches, options);
  } else if (options.duration_seconds) {
    fit_length(plan, options);
  }
  const auto story = story_feelings(course.curve, stretches);
  plan_chords(plan, story);
  plan_themes(plan, story, story_themes(course, stretches, options));
  plan_figures(plan, story);
  for_each_bar(plan, [](BarPlan& bar) { bar = rounded(bar); });
  choose_palette(plan, options);
  return plan;
}

int usual_bars(const EmotionCurve& curve) {
  const int phrases = static_cast<int>(std::lround(word_count_of(curve) / kWordsPerBar / kPhraseBars));
  return std::clamp(phrases * kPhraseBars, kShortestBars, kLongestBars);
}

std::vector<BarPlan> plan_bars(const Plan& plan) {
  std::vector<BarPlan> bars;
  for (const auto& section : plan.sections) bars.insert(bars.end(), section.bars.begin(), section.bars.end());
  return bars;
}

std::vector<BarPlan*> bars_to_change(Plan& plan) {
  std::vector<BarPlan*> bars;
  for (auto& section : plan.sections)
    for (auto& bar : section.bars) bars.push_back(&bar);
  return bars;
}

int bar_count(const Plan& plan) {
  return std::accumulate(
      plan.sections.begin(), plan.sections.end(), 0,
      [](int count, const Section& section) { return count + static_cast<int>(section.bars.size()); });
}

double bar_seconds(const BarPlan& bar) {
  return 4.0 * bar.metre.numerator / bar.metre.denominator * 60 / bar.tempo_bpm;
}

double length_seconds(const Plan& plan) {
  double seconds = 0;
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars) seconds += bar_seconds(bar);
  return seconds;
}

double cue_seconds(const Plan& plan, const PlannedCue& cue) {
  double seconds = 0;
  int left = cue.bar;
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars)
      if (left-- > 0)
        seconds += bar_seconds(bar);
      else
        return seconds + cue.position * 60 / (kGridPerQuarter * bar.tempo_bpm);
  return seconds;
}

double cue_seconds(const Plan& plan, const PlannedCue& cue, const TempoMap& tempos) {
  int positions = cue.position, left = cue.bar;
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars)
      if (left-- > 0) positions += bar_length(bar.metre);
  return tempos.seconds_at(1.0 * positions * kTicksPerPosition);
}

double mean_tempo(const Plan& plan) {
  double quarters = 0;
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars) quarters += 4.0 * bar.metre.numerator / bar.metre.denominator;
  return 60 * quarters / length_seconds(plan);
}

}  // namespace s2m
