// The corpora of music that the decoder learns from, each as its publisher ships it. Adding one: a row in
// lab/corpora/corpus_table.cpp, a row in music_datasets.cpp and, where its beats or labels have a format of their
// own, a small function.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "lab/corpora/labelled_music.h"
#include "story2midi/events/event.h"
#include "story2midi/music/score.h"

namespace s2m {

struct MusicDataset {
  std::string_view name;
  // Of its corpus (lab/corpora/corpus_table.h). Datasets that share a folder share its songs.
  std::string_view folder;
  std::string_view beats;  // where its beats come from
  Style style;
  std::vector<MusicFile> (*list)(const std::filesystem::path& data, std::string_view folder);
  Score (*load)(const std::filesystem::path& file);  // a score on the grid of its beats; throws Error
};

std::span<const MusicDataset> music_datasets();
const MusicDataset& music_dataset(std::string_view name);  // throws Error for an unknown one

// A file of no corpus: MusicXML as it is written; MIDI on its tick grid where its onsets lie there, else on beats that are
// tracked. Throws Error.
Score load_own_music(const std::filesystem::path& file);

}  // namespace s2m
