// A listening study: which pieces are heard, under which blind names, and in which order by whom.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "story2midi/emotion/valence_arousal.h"

namespace s2m {

struct StudyPiece {
  std::filesystem::path file = {};
  std::string system = {};            // who made it
  std::string set = {};               // pieces to be compared have one name here; empty: a set of its own
  Quadrant quadrant = Quadrant::kQ1;  // intended
  bool is_training = false;           // heard first, not counted
  std::string blind = {};             // the name that listeners' browsers see
  bool operator==(const StudyPiece&) const = default;
};

// A table (.tsv, .csv, .jsonl) with the columns file (relative to it), quadrant or valence and arousal, and where wished
// system, set and role (`training`); or a folder of music, by its intended.jsonl or names such as Q1_0001.mid. Each piece
// gets a blind name, drawn by `seed`. Throws Error naming the line.
std::vector<StudyPiece> read_study_pieces(const std::filesystem::path& source, std::uint64_t seed);

enum class SetHearing : std::uint8_t { kAll, kOnePerSet };  // what a listener hears of each set

// Rows of a Williams design (1949): each item stands equally often at each place and, over all rows, each follows each other
// equally often. `items` rows, or twice as many where that is odd.
std::vector<std::vector<std::size_t>> williams_design(std::size_t items);

// The orders of listeners 0, 1, 2 ..., which begin anew at the end: numbers of pieces, those for training left out. With
// kOnePerSet neighbouring listeners hear different members of a set.
std::vector<std::vector<std::size_t>> listening_orders(const std::vector<StudyPiece>& pieces,
                                                       SetHearing hearing);

struct StudyPageOptions {
  std::string title = "Listening study";
  std::string contact = {};  // whom to ask
  std::string post = {};     // URL that gets the answers; empty: they are saved as a file
  int repeats = 2;           // pieces heard again at the end, at most a fifth of them
  SetHearing hearing = SetHearing::kAll;
  std::uint64_t seed = 1;
};

// What blind names stand for. It is kept from listeners until all have answered.
std::string study_key_json(const std::vector<StudyPiece>& pieces, const StudyPageOptions& options);
// Throws Error naming `where`.
std::vector<StudyPiece> study_key_from_json(std::string_view json, const std::string& where);

// The page. Sounds lie in sounds/BLIND.mp3 beside it. It holds the key's checksum, so that a changed key is found.
std::string study_page(const std::vector<StudyPiece>& pieces, const StudyPageOptions& options);

}  // namespace s2m
