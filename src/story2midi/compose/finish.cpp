#include "story2midi/compose/finish.h"

#include <utility>

#include "story2midi/compose/playable.h"
#include "story2midi/compose/silence.h"
#include "story2midi/perform/labels.h"
#include "story2midi/perform/perform.h"

namespace s2m {

std::vector<std::size_t> section_numbers(const Plan& plan) {
  std::vector<std::size_t> sections;
  for (std::size_t i = 0; i < plan.sections.size(); ++i)
    sections.insert(sections.end(), plan.sections[i].bars.size(), i);
  return sections;
}

namespace {

PerformOptions performing(const ComposeOptions& options) {
  return {.humanise = options.humanise, .seed = options.seed};
}

}  // namespace

PartScore written_piece(std::span<const Event> events, const Plan& plan) {
  PartScore piece = decode({plan.key, {events.begin(), events.end()}});
  const auto plans = plan_bars(plan);
  for (std::size_t i = 0; i < piece.bars.size(); ++i) {
    piece.bars[i].tempo_bpm = plans[i].tempo_bpm;
    piece.bars[i].key = plans[i].key;
  }
  return made_playable(silenced(std::move(piece), plans));
}

Score played(const PartScore& written, const Plan& plan, std::span<const OrchestratedBar> orchestration,
             const ComposeOptions& options) {
  if (orchestration.empty()) return perform(written, performance_plan(plan), performing(options));
  return perform(arrange(written, orchestration), performance_plan(plan), performing(options));
}

std::vector<OrchestratedBar> orchestration_of(const Plan& plan) {
  return needs_arranging(plan) ? orchestrate(plan) : std::vector<OrchestratedBar>{};
}

Piece performed(std::span<const Event> events, const Plan& plan, const ComposeOptions& options) {
  Piece piece{plan, written_piece(events, plan), {}};
  piece.score = played(piece.written, plan, orchestration_of(plan), options);
  add_labels(plan, piece.score);
  return piece;
}

}  // namespace s2m
