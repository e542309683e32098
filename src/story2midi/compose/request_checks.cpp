#include "story2midi/compose/request_checks.h"

#include <fmt/format.h>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/compose/bar_event.h"
#include "story2midi/compose/finish.h"

namespace s2m {
namespace {

void check_range(const std::string& what, double value, double lowest, double highest) {
  if (!(value >= lowest && value <= highest))
    throw Error(what, "is out of range", fmt::format("{} to {}", lowest, highest), fmt::format("{}", value));
}

}  // namespace

void check_plan(const Plan& plan) {
  const auto bars = plan_bars(plan);
  if (bars.empty() || bars.size() > limits::kMostBars)
    throw Error("plan", "has too few or too many bars", "1 to " + std::to_string(limits::kMostBars),
                std::to_string(bars.size()));
  if (plan.key.tonic < 0 || plan.key.tonic > 11)
    throw Error("plan: key", "has no such tonic", "0 to 11", std::to_string(plan.key.tonic));
  for (const BarPlan& bar : bars) {
    bar_event(bar, plan.key, 1);
    check_range("plan: valence", bar.valence, -1, 1);
    check_range("plan: arousal", bar.arousal, -1, 1);
    check_range("plan: tempo_bpm", bar.tempo_bpm, limits::kSlowestBpm, limits::kFastestBpm);
    check_range("plan: density", bar.density, 0, limits::kDensest);
    check_range("plan: dynamics", bar.dynamics, 1, 127);
    check_range("plan: register_pitch", bar.register_pitch, 0, 127);
    check_range("plan: articulation", bar.articulation, limits::kShortestArticulation, 1);
  }
}

void check(const ComposeOptions& options) {
  check_range("temperature", options.temperature, 0, limits::kHighestTemperature);
  if (!(options.top_p > 0 && options.top_p <= 1))
    throw Error("top_p", "is out of range", "above 0, at most 1", std::to_string(options.top_p));
  check_range("guidance", options.guidance, 0, limits::kStrongestGuidance);
  check_range("drafts", options.drafts, 1, limits::kMostDrafts);
  check_range("humanise", options.humanise, 0, 1);
}

const ComposeRequest& checked(const ComposeRequest& request) {
  check_plan(request.plan);
  check(request.options);
  if (!request.memories.empty() && request.memories.size() != request.plan.sections.size())
    throw Error("compose", "memories are not one a section", std::to_string(request.plan.sections.size()),
                std::to_string(request.memories.size()));
  return request;
}

Sampling sampling_of(const ComposeOptions& options) { return {options.temperature, options.top_p}; }

}  // namespace s2m
