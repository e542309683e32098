#include "story2midi/compose/bar_teller.h"

#include <algorithm>
#include <vector>

#include "story2midi/compose/finish.h"

namespace s2m {
namespace {

Plan part_of(const Plan& plan, int first, int end) {
  Plan part = plan;
  int at = 0;
  for (auto& section : part.sections) {
    std::vector<BarPlan> kept;
    for (const auto& bar : section.bars) {
      if (at >= first && at < end) kept.push_back(bar);
      ++at;
    }
    section.bars = std::move(kept);
  }
  std::erase_if(part.cues, [&](const PlannedCue& cue) { return cue.bar < first || cue.bar >= end; });
  for (auto& cue : part.cues) cue.bar -= first;
  std::erase_if(part.sections, [](const Section& section) { return section.bars.empty(); });
  return part;
}

}  // namespace

void BarTeller::tell(std::span<const Event> events, const Plan& plan, int bars) {
  if (options_.on_bar) {
    std::vector<Event> own;
    int bar = -1;
    for (const Event& event : events) {
      bar += event.is_bar();
      if (bar >= told_.bar && bar < bars) own.push_back(event);
    }
    own.push_back({.kind = kEndEvent});
    const Plan part = part_of(plan, told_.bar, bars);
    const auto orchestration = orchestration_of(plan);
    const auto first = std::min(orchestration.size(), static_cast<std::size_t>(told_.bar));
    const auto count = std::min(orchestration.size() - first, static_cast<std::size_t>(bars - told_.bar));
    const Score score =
        played(written_piece(own, part), part, std::span(orchestration).subspan(first, count), options_);
    for (const BarView& view : bar_views(score, plan_bars(part), told_)) options_.on_bar(view);
    told_.seconds += length_seconds(part);
    for (const BarPlan& one : plan_bars(part)) told_.ticks += bar_length(one.metre) * kTicksPerPosition;
  }
  told_.bar = bars;
  report_progress(options_.progress, static_cast<std::uint64_t>(bars),
                  static_cast<std::uint64_t>(bar_count(plan)));
}

}  // namespace s2m
