#include "lab/corpora/corpus_files.h"

#include <set>

#include "lab/corpora/intended_music.h"
#include "lab/corpora/known_beats.h"
#include "story2midi/base/error.h"
#include "story2midi/notation/musicxml.h"

namespace s2m {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kSmallFolder = 50;  // files

// "0vLPYiPN7qY" of EMOPIA's "Q1_0vLPYiPN7qY_0".
std::string clip_song(std::string name) {
  name.erase(0, 3);
  const auto last = name.find_last_not_of("0123456789");
  if (last != name.npos && last > 0 && name[last] == '_' && last + 1 < name.size()) name.resize(last);
  return name;
}

}  // namespace

std::vector<CorpusFile> corpus_files(const fs::path& corpus) {
  std::vector<CorpusFile> files;
  std::set<fs::path> folders;
  for (fs::path& file : midi_files(corpus)) {
    folders.insert(file.parent_path());
    files.push_back({std::move(file), {}});
  }
  if (files.empty()) throw Error(corpus.string(), "holds no MIDI file");
  const bool small_folders = folders.size() > 1 && files.size() <= kSmallFolder * folders.size();
  for (CorpusFile& file : files) {
    const std::string name = file.path.stem().string();
    const fs::path folder = file.path.parent_path().lexically_relative(corpus);
    if (quadrant_of_file_name(name))
      file.song = clip_song(name);
    else
      file.song = small_folders && folder != "." ? folder.generic_string() : name;
  }
  return files;
}

std::vector<CorpusFile> midi_or_score_files(const fs::path& corpus) {
  if (!midi_files(corpus).empty()) return corpus_files(corpus);
  std::vector<CorpusFile> files;
  const auto is_score = [](const fs::path& path) {
    return is_musicxml_name(path) && !path.stem().string().ends_with("_melody");
  };
  for (const fs::path& path : files_below(corpus, is_score)) files.push_back({path, path.stem().string()});
  if (files.empty()) throw Error(corpus.string(), "holds no MIDI or MusicXML file");
  return files;
}

}  // namespace s2m
