// The MIDI files of a corpus, and which of them belong to one song.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace s2m {

struct CorpusFile {
  std::filesystem::path path = {};
  std::string song = {};  // alike for versions and parts of one work
};

// Every MIDI file of a corpus, sorted, with its song: the name without EMOPIA's "Q1_" and trailing "_0";
// elsewhere the folder below the corpus's root where folders are small (50 files at the mean or fewer, as in
// POP909 and ASAP), else the file's name. Throws Error where there is none.
std::vector<CorpusFile> corpus_files(const std::filesystem::path& corpus);

// The same; where there is none, every MusicXML file but a song's melody alone (`NAME_melody`), a song each.
std::vector<CorpusFile> midi_or_score_files(const std::filesystem::path& corpus);

}  // namespace s2m
