// Annotated beats of performances, from their corpora.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// ASAP's name for a score among its performances, which state neither key nor beats of their own.
inline constexpr const char* kAsapScore = "midi_score.mid";

// Every file under a corpus's folder whose name is one, sorted. Throws Error when there is no such folder.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder,
                                               bool (*is_one)(const std::filesystem::path& name));
std::vector<std::filesystem::path> midi_files(const std::filesystem::path& folder);

struct KnownBeats {
  std::vector<double> seconds;  // ascending
  int beats_per_bar = 4;        // the most usual
  int first_downbeat = 0;       // beat on which most bars begin, modulo beats_per_bar
};

// Of a MIDI file in its publisher's folder: from POP909's `beat_midi.txt` or ASAP's `NAME_annotations.txt`
// beside it, else by following ASAP's score beside it. Nothing where none of them is there or fits. `score`
// is what the file holds.
std::optional<KnownBeats> known_beats(const std::filesystem::path& midi, const Score& score);

// The beats of a score's own metre map; a compound metre (6/8, 9/8) beats in dotted notes.
KnownBeats beats_of_score(const Score& score);

}  // namespace s2m
