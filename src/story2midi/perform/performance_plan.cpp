#include "story2midi/perform/performance_plan.h"

#include "story2midi/plan/sections.h"

namespace s2m {

PerformancePlan performance_plan(const Plan& plan) {
  PerformancePlan performance;
  for (const Section& section : plan.sections)
    for (std::size_t bar = 0; bar < section.bars.size(); ++bar) {
      const BarPlan& asked = section.bars[bar];
      const bool enough = bar == 0 || 2 * (section.bars.size() - bar) >= kPhraseBars;
      performance.bars.push_back({.loudness = asked.dynamics,
                                  .articulation = asked.articulation,
                                  .emotion = {asked.valence, asked.arousal},
                                  .starts_phrase = bar % kPhraseBars == 0 && enough});
    }
  for (const auto& cue : plan.cues)
    if (cue.kind == CueKind::kHit)
      performance.bars.at(static_cast<std::size_t>(cue.bar)).hits.push_back(cue.position);
  return performance;
}

std::vector<Phrase> phrases_of(const PerformancePlan& plan) {
  std::vector<Phrase> phrases;
  for (std::size_t bar = 0; bar < plan.bars.size(); ++bar) {
    if (bar == 0 || plan.bars[bar].starts_phrase) phrases.push_back({static_cast<int>(bar), 0});
    ++phrases.back().bars;
  }
  return phrases;
}

}  // namespace s2m
