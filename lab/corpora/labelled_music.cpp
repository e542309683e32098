#include "lab/corpora/labelled_music.h"

#include <array>
#include <charconv>
#include <map>
#include <sstream>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

// A rectangular text file: fields by separator, no quoting.
std::vector<std::vector<std::string>> read_table(const fs::path& path, char separator) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(read_text(path));
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> row;
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, separator);) row.push_back(field);
    rows.push_back(std::move(row));
  }
  return rows;
}

double number(const std::string& text, const fs::path& where) {
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size())
    throw Error(where.string(), "not a number", "a number", text);
  return value;
}

// Listeners chose a quadrant, not a strength. A corner of the plane would claim the strongest feeling there
// is, so a label stands for the middle of its quadrant's outer half.
constexpr double kLabelStrength = 0.6;

void set_quadrant(MusicFile& file, Quadrant quadrant) {
  const ValenceArousal point = point_in(quadrant, kLabelStrength);
  file.quadrant = quadrant;
  file.valence = point.valence;
  file.arousal = point.arousal;
}

}  // namespace

// EMOPIA: clips are named Q1_<song>_<clip>; split/*_clip.csv is the official split by clip.
std::vector<MusicFile> list_emopia(const fs::path& data, std::string_view folder) {
  std::map<std::string, Split> splits;
  constexpr std::array<std::pair<const char*, Split>, 3> kFiles{{{"train_clip.csv", Split::kTrain},
                                                                 {"val_clip.csv", Split::kValidation},
                                                                 {"test_clip.csv", Split::kTest}}};
  for (const auto& [file, split] : kFiles)
    for (const auto& row : read_table(data / folder / "split" / file, ','))
      if (row.size() == 2) splits[row[1]] = split;
  auto files = list_files(data, folder, [](const fs::path& path) { return path.stem().string(); });
  for (MusicFile& file : files) {
    const std::string clip = file.path.filename().string();
    const auto quadrant = quadrant_of_name(std::string_view(clip).substr(0, 2));
    if (file.song.size() < 4 || clip[0] != 'Q' || clip[2] != '_' || !quadrant)
      throw Error(file.path.string(), "not an EMOPIA clip", "Q1_<song>_<clip>.mid");
    set_quadrant(file, *quadrant);
    file.song = file.song.substr(3, file.song.rfind('_') - 3);
    if (const auto found = splits.find(clip); found != splits.end()) file.split = found->second;
  }
  return files;
}

// VGMIDI: vgmidi_labelled.csv says valence and arousal, 1 or -1, of each phrase. Titles may hold commas.
std::vector<MusicFile> list_vgmidi(const fs::path& data, std::string_view folder) {
  std::vector<MusicFile> files;
  const fs::path csv = data / folder / "vgmidi_labelled.csv";
  std::istringstream lines(read_text(csv));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const auto arousal = line.rfind(','), valence = line.rfind(',', arousal - 1);
    const auto path = line.find("labelled/");
    if (arousal == line.npos || valence == line.npos || path == line.npos || path > valence)
      throw Error(csv.string(), "bad row", "id,series,console,game,piece,midi,valence,arousal", line);
    std::string midi = line.substr(path, valence - path);
    std::erase(midi, '"');
    MusicFile file{.path = fs::path(folder) / midi};
    file.song = file.path.stem().string();
    file.song = file.song.substr(0, file.song.rfind('_'));
    set_quadrant(file, quadrant_of({number(line.substr(valence + 1, arousal - valence - 1), csv),
                                    number(line.substr(arousal + 1), csv)}));
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace s2m
