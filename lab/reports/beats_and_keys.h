// Accuracy of beat tracking and key finding, on music with annotated beats and keys.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "story2midi/music/key.h"

namespace s2m {

// Estimated keys against true ones, by their relation as MIREX counts it.
struct KeyAccuracy {
  int pieces = 0;
  int exact = 0;
  int fifth = 0;     // same mode, a fifth up or down
  int relative = 0;  // A minor for C major
  int parallel = 0;  // C minor for C major
  void add(Key estimated, Key truth);
  double exact_share() const { return share(exact); }
  // Right signature: exact or relative.
  double signature_share() const { return share(exact + relative); }
  // MIREX audio key detection: 1 exact, .5 fifth, .3 relative, .2 parallel.
  double mirex_score() const { return share(exact + .5 * fifth + .3 * relative + .2 * parallel); }

 private:
  double share(double count) const { return pieces ? count / pieces : 0; }
};

// find_key over every MIDI file under `folder` whose key is known: from POP909's `key_audio.txt` beside it
// (the key that lasts longest), else from the file's one key signature (with several the piece is left out).
// ASAP counts by its scores. There and in piano-midi.de signatures state no mode, so only the signature share
// means something.
KeyAccuracy evaluate_keys(const std::filesystem::path& folder);

// Share of true beats matched one to one within `tolerance_seconds`, as F-measure (Davies, Degara, Plumbley
// 2009). Both ascending; 0 when either is empty.
double beat_f_measure(std::span<const double> found, std::span<const double> truth,
                      double tolerance_seconds = 0.07);

// Means over pieces.
struct BeatAccuracy {
  int pieces = 0;
  double f_measure = 0;       // the beats as found
  double any_octave = 0;      // the best of: as found, every second beat (either phase), twice as many
  double good_share = 0;      // share of pieces with an F-measure over .8
  double metre_share = 0;     // beats per bar right, given the true beats
  double downbeat_share = 0;  // first downbeat right, given the true beats and their metre
};

// track_beats, guess_beats_per_bar and find_downbeat over every MIDI file under `folder` whose beats are
// known: from POP909's `beat_midi.txt` or ASAP's `NAME_annotations.txt` beside it; for an ASAP performance
// without annotations by following the score beside it; else from the file's own tick grid and metre (right
// for piano-midi.de and POP1K7).
BeatAccuracy evaluate_beats(const std::filesystem::path& folder);

}  // namespace s2m
