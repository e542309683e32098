// A written piece given to instruments: who plays which notes, still on the grid.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "story2midi/arrange/instruments.h"
#include "story2midi/arrange/orchestration.h"
#include "story2midi/music/parts.h"
#include "story2midi/plan/plan.h"

namespace s2m {

struct ArrangedNote {
  int start = 0;   // grid positions from the piece's start
  int length = 1;  // as written, at least 1
  std::uint8_t pitch = 60;
  Part source = Part::kMelody;  // the part of the written piece that it comes from; of drums the figure
  std::int8_t accent = 0;       // steps of velocity beside what is usual there
  auto operator<=>(const ArrangedNote&) const = default;
};

struct ArrangedPart {
  std::string_view name;  // "Violin I"
  const Instrument* instrument = nullptr;
  int volume = 100;                 // controller 7
  int pan = 64;                     // controller 10
  std::vector<ArrangedNote> notes;  // sorted
};

struct Arrangement {
  PartScore written;                // what is arranged: bars, key, chords
  std::vector<ArrangedPart> parts;  // in the order of a score; those of all palettes that the plan names
};

// Without exception: every note lies inside its instrument's hard range and starts inside the bars; monophonic instruments
// sound one note at a time, others at most Instrument::most_at_once; what sounds together on strings can be stopped by
// one hand; no key is struck while it sounds; a wind player breathes at least every kLongestBreathSeconds.
// `bars`: one per bar of the piece. Throws Error where there are more or fewer.
Arrangement arrange(const PartScore& piece, std::span<const OrchestratedBar> bars);
Arrangement arrange(const PartScore& piece, const Plan& plan);

// Adler (2002): a soft phrase of ten seconds or so is a wind player's limit; loud ones are shorter.
inline constexpr double kLongestBreathSeconds = 8;
inline constexpr int kBreathPositions = 3;  // the least rest in which a player breathes

// False where every section is for the piano alone: then the written piece is performed as it is.
bool needs_arranging(const Plan& plan);

}  // namespace s2m
