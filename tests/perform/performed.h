// Small written pieces for tests of the performer.
#pragma once

#include <string_view>
#include <vector>

#include "story2midi/music/parts.h"
#include "story2midi/perform/perform.h"

namespace s2m::test {

// Bars of one metre and tempo, without notes or chords.
inline PartScore bars_of(int count, Metre metre = {4, 4}, double tempo_bpm = 120) {
  PartScore piece;
  for (int bar = 0; bar < count; ++bar)
    piece.bars.push_back({bar * bar_length(metre), bar_length(metre), metre, tempo_bpm, {}});
  return piece;
}

// One note of `pitch` on every beat of a quarter.
inline std::vector<PartNote> quarters(int bars, int pitch) {
  std::vector<PartNote> notes;
  for (int beat = 0; beat < 4 * bars; ++beat)
    notes.push_back({beat * kGridPerQuarter, kGridPerQuarter, static_cast<std::uint8_t>(pitch)});
  return notes;
}

// Phrases of four bars, all alike.
inline PerformancePlan plan_of(const PartScore& piece, PerformedBar bar = {}) {
  PerformancePlan plan;
  for (std::size_t i = 0; i < piece.bars.size(); ++i) {
    bar.starts_phrase = i % 4 == 0;
    plan.bars.push_back(bar);
  }
  return plan;
}

// Melody in quarters over a bass of whole notes and a figure of eighths; tonic and dominant in turn.
inline PartScore song(int bars, double tempo_bpm = 100) {
  PartScore piece = bars_of(bars, {4, 4}, tempo_bpm);
  for (int bar = 0; bar < bars; ++bar) {
    const bool tonic = bar % 2 == 0;
    const std::uint8_t root = tonic ? 0 : 7;
    piece.chords.push_back({48 * bar, root, ChordQuality::kMajor, root});
    piece.part(Part::kBass).push_back({48 * bar, 48, static_cast<std::uint8_t>(tonic ? 36 : 43)});
    for (int eighth = 0; eighth < 8; ++eighth)
      piece.part(Part::kFigure)
          .push_back(
              {48 * bar + 6 * eighth, 6, static_cast<std::uint8_t>((tonic ? 48 : 50) + 7 * (eighth % 2))});
    for (int beat = 0; beat < 4; ++beat)
      piece.part(Part::kMelody)
          .push_back(
              {48 * bar + 12 * beat, 12, static_cast<std::uint8_t>((tonic ? 72 : 71) + 2 * (beat % 3))});
  }
  return piece;
}

inline const Track& track_of(const Score& score, std::string_view name) {
  for (const Track& track : score.tracks)
    if (track.name == name) return track;
  throw std::out_of_range("no such track");
}

}  // namespace s2m::test
