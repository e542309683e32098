// A folder of a composer's own pieces as an event shard, for `story2midi-train style`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "story2midi/base/progress.h"

namespace s2m {

inline constexpr std::size_t kFewestOwnPieces = 20;

struct OwnMusic {
  std::size_t files = 0, pieces = 0, held_out = 0;
  std::vector<std::string> failures;  // a line for each file that cannot be read
  std::vector<std::string> doubles;   // a line for each file that holds the music of an earlier one
  std::vector<std::vector<std::uint32_t>> steps;  // of each piece: music/note_steps.h
};

// Reads every MIDI and MusicXML file below the folder as the corpora of training are read, and writes the shard. A tenth of the
// pieces are held out, at least two: those whose names, hashed, come first. Throws Error for fewer than kFewestOwnPieces.
// Progress counts files.
OwnMusic read_own_music(const std::filesystem::path& folder, const std::filesystem::path& shard, int threads,
                        const Progress& progress = {});

}  // namespace s2m
