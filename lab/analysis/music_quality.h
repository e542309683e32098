// Quality measures, by which composed music is compared with real music. Higher is not better: nearer is.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// Of the pitched notes of a score on the grid of its beats (beat_grid.h). Every value is finite.
// docs/research/evaluation-music.md says where each comes from.
struct MusicQuality {
  double entropy_1_bar = 0;  // bits: pitch-class histogram of the onsets, mean over windows with notes
  double entropy_4_bars = 0;
  double groove_similarity = 0;    // 0 to 1: onset patterns of sixteenths, all pairs of bars of one length
  double scale_consistency = 0;    // share of notes within the best fitting major scale
  double structure_short = 0;      // 3 to 8 s
  double structure_middle = 0;     // 8 to 15 s
  double structure_long = 0;       // 15 s and more
  double compression_ratio = 1;    // COSIATEC
  double polyphony = 0;            // notes sounding where any sounds
  double empty_bar_share = 0;      // bars in which nothing sounds
  double hand_span_semitones = 0;  // of the wider hand, in 95 % of the onsets this or less
  double next_bar_likeness = 0;    // this and the following: repetition.h
  double returning_bars = 0;
  double bass_repeats = 0;
  double longest_gap_beats = 0;
  bool operator==(const MusicQuality&) const = default;
};

// Throws Error for a score of more than two hours.
MusicQuality measure_quality(const Score& score);

// A measure's name as in the struct, and in words.
struct QualityMeasure {
  std::string name, words;
  double MusicQuality::*value;
};
std::span<const QualityMeasure> quality_measures();

// `count` bars from bar `first` on (0: the piece's first), or as many as there are, as a piece of their own:
// notes that start there, cut where they end; of the maps what holds there. Throws Error where the piece ends
// before.
Score bars_of(const Score& score, int first, int count);
Score first_bars(const Score& score, int count);  // the first ones; all where `count` is 0

}  // namespace s2m
