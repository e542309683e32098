// Annotated chords of performances, from their corpora.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "story2midi/music/parts.h"

namespace s2m {

// A chord as POP909 writes it: "Db:maj7/3", "A:sus4(b7)". What lies beyond ChordQuality becomes the nearest (maj6 a
// major, minmaj7 a minor triad). Nothing for "N", no chord. Throws Error for anything else.
std::optional<Chord> pop909_chord(std::string_view label);

// Adds a marker "chord LABEL" for each line of the `chord_midi.txt` beside a POP909 file to `performance`, which is what
// the file holds. So chords move with the notes onto the grid of beats. False where there is no such file.
bool mark_known_chords(const std::filesystem::path& midi, Score& performance);

struct MarkedChord {
  int start = 0;               // grid positions from the score's tick 0
  std::optional<Chord> chord;  // nothing: no chord sounds
};
std::vector<MarkedChord> marked_chords(const Score& score);

}  // namespace s2m
