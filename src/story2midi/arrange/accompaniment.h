// The accompaniment of a bar, laid out for the players who have it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "story2midi/arrange/arrange.h"
#include "story2midi/arrange/voicing.h"
#include "story2midi/music/parts.h"

namespace s2m {

// A bar, and the octaves that its melody and bass were moved by, in semitones.
struct BarFrame {
  const PartBar& bar;
  int melody_shift = 0, bass_shift = 0;
};

struct InnerPlayer {
  ArrangedPart* part = nullptr;
  std::uint8_t voice = 0;  // or kAllVoices: chords, or their tones in turn
};

// One per phrase: voices move from chord to chord by the nearest way within it.
class Accompaniment {
 public:
  explicit Accompaniment(const PartScore& piece) : piece_(piece) {}

  // Adds a bar's notes to the players' parts: after the layout, over the bar's chords; where the layout has no signs, the
  // written figure with its tones divided among the voices. A bar without figure and bass stays silent.
  void write(const Layout& layout, const BarFrame& frame, std::span<const InnerPlayer> players);

 private:
  // A stretch under one chord.
  struct Stretch {
    int start, end;
    ChordSpace space;
  };
  std::vector<Stretch> stretches(const BarFrame& frame) const;
  Chord chord_at(int position, const BarFrame& frame) const;
  void write_chords(const Layout& layout, const BarFrame& frame, const InnerPlayer& player);
  void write_voices(const Layout& layout, const BarFrame& frame, std::span<const InnerPlayer> players);
  void write_as_written(const BarFrame& frame, std::span<const InnerPlayer> players) const;
  void lay_out(const Layout& layout, const BarFrame& frame, std::span<const InnerPlayer> players,
               std::span<const VoicePlace> places, std::vector<std::optional<int>>& before) const;

  const PartScore& piece_;
  std::map<const ArrangedPart*, std::vector<std::optional<int>>> before_;  // of players of chords
  std::vector<std::optional<int>> voices_before_;
};

}  // namespace s2m
