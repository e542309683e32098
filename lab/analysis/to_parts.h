// Any score as a written piece in parts: what the decoder learns from.
#pragma once

#include <optional>
#include <vector>

#include "lab/analysis/grid_notes.h"
#include "story2midi/music/parts.h"

namespace s2m {

struct ToPartsOptions {
  std::optional<ScoreSource> source = {};  // nothing: source_of
  // As annotated, their starts in grid positions from the score's tick 0; empty: measured.
  std::vector<Chord> chords = {};
  int most_at_once =
      6;  // notes of bass and figure that start together; beyond, doublings of an octave go first
};

// How many of the score's notes the piece holds; the others are doubled unisons or beyond `most_at_once`.
struct PartsReport {
  int notes = 0;  // of all tracks but drums
  int kept = 0;
};

// Tracks named as to_string(Part) does are taken as they are. Else the melody is a track that its name tells (melody,
// voice, violin 1), or what find_melody finds; the bass is find_bass's of the rest; the figure is what is left, without
// unisons. Lengths of notation are kept, others become written ones (written_lengths.h). Chords stand at every bar's start
// and where they change. to_parts(to_score(p), p.key) is p for every p that this gives, with p's chords given or
// measured by this. Throws Error as read_on_grid does.
PartScore to_parts(const Score& score, const Key& key, const ToPartsOptions& options = {},
                   PartsReport* report = nullptr);

}  // namespace s2m
