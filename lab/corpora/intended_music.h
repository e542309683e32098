// What was requested of each piece in a folder of MIDI files: emotion, key, tempo, metre and length.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/batch.h"
#include "story2midi/emotion/valence_arousal.h"
#include "story2midi/music/score.h"

namespace s2m {

// Whatever is absent was not asked.
struct IntendedMusic {
  std::filesystem::path file = {};        // as found in the folder
  std::optional<Quadrant> quadrant = {};  // that of valence and arousal where only those are stated
  std::optional<double> valence = {}, arousal = {};
  std::optional<Key> key = {};
  std::optional<double> tempo_bpm = {};
  std::optional<Metre> metre = {};
  std::optional<int> bars = {};
  std::optional<double> seconds = {};
  std::string text = {};
  std::optional<std::uint64_t> seed = {};  // makes the piece again
};

// The pieces of `folder` that the table names, in its order. The table is .tsv or .csv with a line of names,
// or .jsonl, an object a line: file (relative to the folder) and any of quadrant (Q1 to Q4), valence, arousal
// (-1 to 1), key, tempo, meter, bars, seconds, text; other names do not count, empty cells are absent.
// Throws Error naming the line.
std::vector<IntendedMusic> read_intended(const std::filesystem::path& table,
                                         const std::filesystem::path& folder);

// The same table before its pieces are written: any of the same columns, and seed, of which `text` must be
// there; no row needs one, and none a file. Throws Error naming the line.
std::vector<IntendedMusic> read_wanted(const std::filesystem::path& table);

// Every MIDI file under `folder`, sorted; the quadrant from names such as Q1_0001.mid (EMOPIA's convention).
// Throws Error where there is none.
std::vector<IntendedMusic> intended_by_names(const std::filesystem::path& folder);

// The quadrant that begins a file name such as "Q1_0001.mid".
std::optional<Quadrant> quadrant_of_file_name(std::string_view name);

// The `table` where one is named, else the folder's intended.jsonl, else those of the folders in it, else the names.
std::vector<IntendedMusic> intended_of(const std::filesystem::path& folder,
                                       const std::filesystem::path& table = {});

// What was requested of a composed piece: by its plan, else by the request and the story's emotion.
IntendedMusic intended_by(const PieceRequest& request, const ComposedPiece& piece);

// A line of intended.jsonl, without the line's end.
std::string to_jsonl(const IntendedMusic& intended);

}  // namespace s2m
