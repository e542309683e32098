// The corpora of music that the decoder learns from, each as its publisher ships it. Adding one: a line in
// the table in music_datasets.cpp and, where its beats or labels are kept in a way of its own, a small
// function.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "music/score.h"
#include "train/datasets/event_shard.h"

namespace s2m::train {

// A file of a dataset and what the dataset says of it.
struct MusicFile {
  std::filesystem::path path;          // below the data folder: "pop909/POP909/001/001.mid"
  std::string song = {};               // equal for clips, scores and performances of one song
  std::optional<Split> split = {};     // the publisher's; without one a hash of the song decides
  int quadrant = 0;                    // 1 to 4; 0 is unknown
  std::optional<double> valence = {};  // in [-1, 1]
  std::optional<double> arousal = {};
};

struct MusicDataset {
  std::string_view name;
  std::string_view folder;  // below the data folder; datasets that share one share its songs
  std::string_view beats;   // where its beats come from
  std::string_view licence;
  std::vector<MusicFile> (*list)(const std::filesystem::path& data, std::string_view folder);
  Score (*load)(const std::filesystem::path& file);  // a score on the grid of its beats; throws Error
};

std::span<const MusicDataset> music_datasets();
const MusicDataset& music_dataset(std::string_view name);  // throws Error for an unknown one

}  // namespace s2m::train
