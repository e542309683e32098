#include "story2midi/plan/reharmonise.h"

#include <algorithm>

#include "story2midi/plan/harmony.h"

namespace s2m {
namespace {

Emotion mean_of(const Section& section) {
  Emotion mean;
  const auto bars = static_cast<double>(std::max<std::size_t>(1, section.bars.size()));
  for (const BarPlan& bar : section.bars) {
    mean.valence += bar.valence / bars;
    mean.arousal += bar.arousal / bars;
  }
  return mean;
}

StoryFeelings feelings_of(const Plan& plan, std::uint64_t variation) {
  StoryFeelings story;
  Section all;
  for (const Section& section : plan.sections) {
    story.sections.push_back(mean_of(section));
    all.bars.insert(all.bars.end(), section.bars.begin(), section.bars.end());
  }
  story.mean = mean_of(all);
  story.scores = feeling_scores(story.mean);
  story.variation = std::max<std::uint64_t>(1, variation);
  return story;
}

}  // namespace

Plan reharmonised(const Plan& plan, const BarSpan& bars, std::uint64_t variation) {
  Plan other = plan;
  for (Section& section : other.sections)
    for (BarPlan& bar : section.bars) bar.chords.clear();
  plan_chords(other, feelings_of(plan, variation));
  Plan result = plan;
  int number = 0;
  for (std::size_t i = 0; i < plan.sections.size(); ++i)
    for (std::size_t at = 0; at < plan.sections[i].bars.size(); ++at, ++number)
      if (bars.holds(number) && !plan.sections[i].bars[at].chords.empty())
        result.sections[i].bars[at].chords = std::move(other.sections[i].bars[at].chords);
  return result;
}

}  // namespace s2m
