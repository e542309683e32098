// From the events of a piece to what is written and played.
#pragma once

#include <span>
#include <vector>

#include "story2midi/arrange/arrange.h"
#include "story2midi/compose/composer.h"
#include "story2midi/events/event.h"

namespace s2m {

// Of each bar, the number of its section from 0.
std::vector<std::size_t> section_numbers(const Plan& plan);

// The written piece with the plan's exact tempos and keys.
PartScore written_piece(std::span<const Event> events, const Plan& plan);

// Of the plan's bars; empty for a piano alone.
std::vector<OrchestratedBar> orchestration_of(const Plan& plan);

// `orchestration`: one a bar, or none for a piano alone.
Score played(const PartScore& written, const Plan& plan, std::span<const OrchestratedBar> orchestration,
             const ComposeOptions& options);

// Written, played and labelled.
Piece performed(std::span<const Event> events, const Plan& plan, const ComposeOptions& options);

}  // namespace s2m
