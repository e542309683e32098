// Corpora of music with emotion labels by listeners, in their publishers' layout.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/corpora/known_beats.h"
#include "lab/corpora/split.h"
#include "story2midi/emotion/valence_arousal.h"

namespace s2m {

// A file of a dataset and what the dataset says of it.
struct MusicFile {
  std::filesystem::path
      path;               // below the data folder: "pop909/POP909/001/001.mid"; with "#2" a tune in a book
  std::string song = {};  // equal for clips, scores and performances of one song
  std::optional<Split> split = {};  // the publisher's; without one a hash of the song decides
  std::optional<Quadrant> quadrant = {};
  std::optional<double> valence = {};  // in [-1, 1]
  std::optional<double> arousal = {};
};

// Every MIDI file below the dataset's folder, or every one of `paths`; `song_of` names its song.
template <class SongOf>
std::vector<MusicFile> list_files(const std::filesystem::path& data,
                                  const std::vector<std::filesystem::path>& paths, SongOf song_of) {
  std::vector<MusicFile> files;
  for (const std::filesystem::path& path : paths)
    files.push_back({.path = path.lexically_relative(data), .song = song_of(path)});
  return files;
}
template <class SongOf>
std::vector<MusicFile> list_files(const std::filesystem::path& data, std::string_view folder,
                                  SongOf song_of) {
  return list_files(data, midi_files(data / folder), song_of);
}

// EMOPIA (Hung et al. 2021): clips of piano covers, each in a quadrant, with the official split, which keeps
// the clips of a song together. VGMIDI (Ferreira, Whitehead 2019): phrases of video-game music, no split.
// Both throw Error where the folder is not laid out as published.
std::vector<MusicFile> list_emopia(const std::filesystem::path& data, std::string_view folder = "emopia");
std::vector<MusicFile> list_vgmidi(const std::filesystem::path& data, std::string_view folder = "vgmidi");

}  // namespace s2m
