#include "story2midi/plan/timed_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/plan/rules.h"
#include "story2midi/plan/timing.h"

namespace s2m {
namespace {

constexpr double kAtBorder = 0.05;  // seconds before a section at which a hit is its first beat

// Where a cue's section or silence begins.
struct Border {
  double seconds = 0;
  bool is_silent = false;
  std::string title = {};
};

std::vector<Border> borders_of(const PlanOptions& options, double length) {
  std::vector<Border> borders{{}};
  const auto add = [&](Border border) {
    if (border.seconds >= length) return;
    if (border.seconds == borders.back().seconds)
      borders.back() = std::move(border);
    else
      borders.push_back(std::move(border));
  };
  if (options.cues)
    for (const auto& cue : options.cues->cues) {
      if (cue.kind == CueKind::kSection) add({cue.seconds, false, cue.text});
      if (cue.kind == CueKind::kSilence) add({cue.seconds, true, cue.text});
      if (cue.kind == CueKind::kSilence) add({cue.end_seconds, false, {}});
    }
  return borders;
}

std::vector<double> hits_between(const PlanOptions& options, double begin, double end) {
  std::vector<double> hits;
  if (options.cues)
    for (const auto& cue : options.cues->cues)
      if (cue.kind == CueKind::kHit && cue.seconds >= begin - kAtBorder && cue.seconds < end - kAtBorder)
        hits.push_back(std::max(0.0, cue.seconds - begin));
  return hits;
}

double tempo_of(const PlanOptions& options, const Emotion& emotion) {
  return options.tempo_bpm.value_or(cue(kTempoRule, emotion));
}

double bars_in(double seconds, Metre metre, double tempo_bpm) {
  return seconds * tempo_bpm * kGridPerQuarter / (60.0 * bar_length(metre));
}

// The stretches from a border to `end`.
std::vector<Stretch> part_between(const Course& course, const Border& border, double end, Metre metre,
                                  const PlanOptions& options) {
  std::size_t first = 0;
  const auto part = part_of(course, border.seconds, end, first);
  const auto mean = part.curve.mean();
  const int bars =
      std::max(1, static_cast<int>(std::lround(bars_in(part.length(), metre, tempo_of(options, mean)))));
  auto own = border.is_silent
                 ? std::vector<Stretch>{{0, part.curve.points.size(), border.seconds, end, mean, bars}}
                 : divide(part, bars);
  own.front().title = border.title;
  for (auto& stretch : own) {
    stretch.first += first, stretch.last += first;
    stretch.is_silent = border.is_silent;
  }
  return own;
}

// As many bars in each stretch as bend its tempo least, and no more in all than a plan may have.
void choose_bars(std::vector<Stretch>& stretches, Metre metre, const std::vector<double>& tempos,
                 const PlanOptions& options) {
  double bars = 0;
  for (std::size_t i = 0; i < stretches.size(); ++i) bars += bars_in(stretches[i].length(), metre, tempos[i]);
  const double factor = std::min(1.0, 0.9 * limits::kMostBars / bars);
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    auto& stretch = stretches[i];
    const auto hits = hits_between(options, stretch.begin, stretch.end);
    const auto timed =
        naming(fmt::format("the section from {:.3f} to {:.3f} s", stretch.begin, stretch.end), [&] {
          return s2m::choose_bars({metre, factor * tempos[i]}, stretch.length(), hits);
        });
    stretch.bars = static_cast<int>(timed.bars.size());
    stretch.metres.clear();
    for (const auto& bar : timed.bars) stretch.metres.push_back(bar.metre);
  }
}

}  // namespace

std::vector<Stretch> timed_stretches(const Course& course, const PlanOptions& options, Metre metre) {
  const double length = course.length();
  const auto borders = borders_of(options, length);
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < borders.size(); ++i) {
    const double end = i + 1 < borders.size() ? borders[i + 1].seconds : length;
    const auto part = part_between(course, borders[i], end, metre, options);
    stretches.insert(stretches.end(), part.begin(), part.end());
  }
  std::vector<double> tempos;
  for (const auto& stretch : stretches) tempos.push_back(tempo_of(options, stretch.mean));
  choose_bars(stretches, metre, tempos, options);
  return stretches;
}

void choose_bars_again(std::vector<Stretch>& stretches, const Plan& plan, Metre metre,
                       const PlanOptions& options) {
  std::vector<double> tempos;
  for (const auto& section : plan.sections) {
    double quarters = 0, seconds = 0;
    for (const auto& bar : section.bars) {
      quarters += 1.0 * bar_length(bar.metre) / kGridPerQuarter;
      seconds += bar_seconds(bar);
    }
    tempos.push_back(60 * quarters / seconds);
  }
  choose_bars(stretches, metre, tempos, options);
}

void keep_times(Plan& plan, const std::vector<Stretch>& stretches, const PlanOptions& options) {
  int first_bar = 0;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const auto& stretch = stretches[i];
    auto& bars = plan.sections[i].bars;
    std::vector<TimedBar> wanted;
    for (const auto& bar : bars) wanted.push_back({bar.metre, bar.tempo_bpm});
    const auto hits = hits_between(options, stretch.begin, stretch.end);
    const auto timed = keep_times(wanted, stretch.length(), hits);
    for (std::size_t bar = 0; bar < bars.size(); ++bar) bars[bar].tempo_bpm = timed.bars[bar].tempo_bpm;
    const auto kind = stretch.is_silent ? CueKind::kSilence : CueKind::kSection;
    plan.cues.push_back({kind, stretch.begin, first_bar, 0, timed.bend, plan.sections[i].title});
    for (std::size_t hit = 0; hit < hits.size(); ++hit)
      plan.cues.push_back({CueKind::kHit,
                           stretch.begin + hits[hit],
                           first_bar + timed.hits[hit].bar,
                           timed.hits[hit].position,
                           0,
                           {}});
    first_bar += stretch.bars;
  }
}

}  // namespace s2m
