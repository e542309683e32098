// The pieces that `compose --lines` is asked for: a text a line, or a table that says more of each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "story2midi/batch.h"

namespace s2m::apps {

// The text is empty only where valence and arousal are asked.
struct AskedPiece : PieceRequest {
  std::optional<Quadrant> quadrant;  // a label for `evaluate music`, which the music is not told
};

// A .tsv or .csv with a line of names, or a .jsonl: a row a piece with the columns text, valence, arousal,
// key, tempo, meter, bars, seconds, seed, quadrant, of which `text` must be there; an empty cell leaves
// what `usual` asks. Any other file holds a text a line. Without a seed of its own, piece N (from 1) has
// `first_seed` + N - 1. Throws Error naming the line.
std::vector<AskedPiece> read_asked_pieces(const std::filesystem::path& file, const PlanOptions& usual,
                                          std::uint64_t first_seed);

}  // namespace s2m::apps
