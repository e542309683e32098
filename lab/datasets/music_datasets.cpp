#include "lab/datasets/music_datasets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <sstream>

#include "lab/analysis/beats.h"
#include "lab/corpora/abc.h"
#include "lab/corpora/known_beats.h"
#include "lab/corpora/labelled_music.h"
#include "lab/corpora/main_line.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/midi/midi.h"
#include "story2midi/notation/musicxml.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

// ---- Listing.
std::vector<MusicFile> song_per_file(const fs::path& data, std::string_view folder) {
  return list_files(data, folder, [](const fs::path& path) { return path.stem().string(); });
}

std::vector<MusicFile> song_per_folder(const fs::path& data, std::string_view folder) {
  return list_files(data, folder, [&](const fs::path& path) {
    return path.parent_path().lexically_relative(data).string();
  });
}

bool is_asap_score(const MusicFile& file) { return file.path.filename() == kAsapScore; }

std::vector<MusicFile> list_asap_scores(const fs::path& data, std::string_view folder) {
  auto files = song_per_folder(data, folder);
  std::erase_if(files, [](const MusicFile& file) { return !is_asap_score(file); });
  return files;
}

std::vector<MusicFile> list_asap_performances(const fs::path& data, std::string_view folder) {
  auto files = song_per_folder(data, folder);
  std::erase_if(files, is_asap_score);
  return files;
}

// MAESTRO: maestro-v3.0.0.csv names composer and title of each performance; together they are the song.
std::vector<MusicFile> list_maestro(const fs::path& data, std::string_view folder) {
  std::map<std::string, std::string> songs;
  std::istringstream lines(read_text(data / folder / "maestro-v3.0.0.csv"));
  for (std::string line; std::getline(lines, line);) {
    const auto file = line.find(".midi,"), slash = line.rfind('/', file);
    const auto title_end = line.rfind(',', line.rfind(',', line.rfind(',', slash) - 1) - 1);
    if (file != line.npos) songs[line.substr(slash + 1, file + 4 - slash)] = line.substr(0, title_end);
  }
  auto files = song_per_file(data, folder);
  for (MusicFile& file : files)
    if (const auto found = songs.find(file.path.filename().string()); found != songs.end())
      file.song = found->second;
  return files;
}

// Scores in MusicXML, each a song of its own; not the melodies that OpenScore's orchestra draws from them.
bool is_whole_score(const fs::path& path) {
  return is_musicxml_name(path) && !path.stem().string().ends_with("_melody");
}

std::vector<MusicFile> list_notation(const fs::path& data, std::string_view folder) {
  return list_files(data, files_below(data / folder, is_whole_score),
                    [](const fs::path& path) { return path.stem().string(); });
}

std::vector<MusicFile> list_chorales(const fs::path& data, std::string_view folder) {
  return list_notation(data, (fs::path(folder) / "bach").string());
}

// Each tune of a book is a song.
std::vector<MusicFile> list_tunes(const fs::path& data, const fs::path& folder) {
  std::vector<MusicFile> files;
  const auto is_book = [](const fs::path& name) { return name.extension() == ".abc"; };
  for (const fs::path& book : files_below(data / folder, is_book)) {
    const std::size_t count = abc_tunes(read_text(book)).size();
    for (std::size_t number = 1; number <= count; ++number) {
      const fs::path path = tune_path(book.lexically_relative(data), number);
      files.push_back({.path = path, .song = path.filename().string()});
    }
  }
  return files;
}

std::vector<MusicFile> list_folk_songs(const fs::path& data, std::string_view folder) {
  return list_tunes(data, fs::path(folder) / "essenFolksong");
}

std::vector<MusicFile> list_fiddle_tunes(const fs::path& data, std::string_view folder) {
  return list_tunes(data, fs::path(folder) / "ryansMammoth");
}

// ---- Loading.
template <class Visit>
void for_each_note(Score& score, Visit visit) {
  for (Track& track : score.tracks)
    for (Note& note : track.notes) visit(note);
}

// Mean distance of the onsets, moved by `shift` ticks, from the nearest sixteenth or triplet; in quarters.
double distance_from_grid(Score& score, int shift) {
  constexpr std::array kLines{0.0, 3 / 12.0, 4 / 12.0, 6 / 12.0, 8 / 12.0, 9 / 12.0, 1.0};
  double sum = 0, count = 0;
  for_each_note(score, [&](const Note& note) {
    const double quarters = static_cast<double>(note.start_ticks + shift) / score.ticks_per_quarter;
    const double place = quarters - std::floor(quarters);
    double nearest = 1;
    for (const double line : kLines) nearest = std::min(nearest, std::abs(place - line));
    sum += nearest;
    ++count;
  });
  return count > 0 ? sum / count : 0;
}

// Moves the whole piece, by a twelfth of a quarter at most, to where its onsets lie nearest to the
// sixteenths: POP1K7 plays a 24th of a quarter ahead of its grid, and some of VGMIDI's files lie as far
// behind.
Score settled(Score score) {
  const int most = score.ticks_per_quarter / 12, step = std::max(1, score.ticks_per_quarter / 96);
  int best = 0;
  for (int shift = -most; shift <= most; shift += step)
    if (distance_from_grid(score, shift) < distance_from_grid(score, best)) best = shift;
  const auto moved = [&](std::int32_t ticks) { return std::max(0, ticks + best); };
  for (Track& track : score.tracks) {
    for (Note& note : track.notes) note.start_ticks = moved(note.start_ticks);
    std::ranges::sort(track.notes);
    for (PedalSpan& span : track.pedal) span = {moved(span.start_ticks), moved(span.end_ticks)};
    std::erase_if(track.pedal, [](const PedalSpan& span) { return span.end_ticks <= span.start_ticks; });
  }
  return score;
}

Score load_on_grid(const fs::path& file) { return settled(load_midi(file)); }

// A performance off its tick grid: its beats as the corpus states them, else tracked, and its bars guessed.
Score load_performance(const fs::path& file) {
  const Score performance = load_midi(file);
  if (const auto known = known_beats(file, performance))
    return align_to_beats(performance, known->seconds, known->beats_per_bar, known->first_downbeat);
  return on_found_beats(performance);
}

// A third of VGMIDI's labelled files were written down by ear against a clock: those are tracked.
bool is_on_grid(Score& score) {
  constexpr double kChance = 7 / 144.0, kShare = 0.6;  // quarters, what onsets without a grid would show
  return distance_from_grid(score, 0) < kShare * kChance;
}

Score load_on_grid_or_performance(const fs::path& file) {
  Score score = load_on_grid(file);
  return is_on_grid(score) ? score : load_performance(file);
}

// Leaves out grace notes, which have no place on a grid.
Score without_graces(Score score) {
  for (Track& track : score.tracks)
    std::erase_if(track.notes, [](const Note& note) { return (note.marks & kGrace) != 0; });
  std::erase_if(score.tracks, [](const Track& track) { return track.notes.empty(); });
  return score;
}

// A page as it is written.
Score load_notation(const fs::path& file) { return without_graces(load_musicxml(file)); }

// ... with its annotated main line as a track named Melody.
Score load_orchestra(const fs::path& file) {
  Score score = load_musicxml(file);
  add_main_line(file, score);
  return without_graces(std::move(score));
}

// name, folder, beats, style, files, one file
constexpr std::array kDatasets{
    MusicDataset{"pop1k7", "pop1k7", "tick grid", Style::kPopPiano, song_per_file, load_on_grid},
    MusicDataset{"pop909", "pop909", "beat_midi.txt", Style::kPopPiano, song_per_folder, load_performance},
    MusicDataset{"asap_scores", "asap", "tick grid", Style::kClassicalPiano, list_asap_scores, load_on_grid},
    MusicDataset{"asap_performances", "asap", "by its score or tracked", Style::kClassicalPiano,
                 list_asap_performances, load_performance},
    MusicDataset{"classicalpianomidi", "classicalpianomidi", "tick grid", Style::kClassicalPiano,
                 song_per_file, load_on_grid},
    MusicDataset{"vgmidi_unlabelled", "vgmidi_unlabelled", "tick grid", Style::kGame, song_per_file,
                 load_on_grid},
    MusicDataset{"vgmidi", "vgmidi", "tick grid or tracked", Style::kGame, list_vgmidi,
                 load_on_grid_or_performance},
    MusicDataset{"emopia", "emopia", "tracked", Style::kPopPiano, list_emopia, load_performance},
    MusicDataset{"maestro_v3", "maestro_v3", "tracked", Style::kClassicalPiano, list_maestro,
                 load_performance},
    MusicDataset{"supra", "supra", "tracked", Style::kClassicalPiano, song_per_file, load_performance},
    MusicDataset{"pianist8", "pianist8", "tracked", Style::kPopPiano, song_per_file, load_performance},
    MusicDataset{"openscore_quartets", "openscore_quartets", "score", Style::kStringQuartet, list_notation,
                 load_notation},
    MusicDataset{"openscore_orchestra", "openscore_orchestra", "score", Style::kOrchestra, list_notation,
                 load_orchestra},
    MusicDataset{"openscore_lieder", "openscore_lieder", "score", Style::kArtSong, list_notation,
                 load_notation},
    MusicDataset{"chorales", "music21_corpus", "score", Style::kChorale, list_chorales, load_notation},
    MusicDataset{"folk_songs", "music21_corpus", "score", Style::kFolkTune, list_folk_songs, load_abc},
    MusicDataset{"fiddle_tunes", "music21_corpus", "score", Style::kFolkTune, list_fiddle_tunes, load_abc},
    MusicDataset{"freedoom", "freedoom", "tick grid", Style::kGame, song_per_file, load_midi},
    MusicDataset{"openmsx", "openmsx", "tick grid", Style::kGame, song_per_file, load_midi},
    MusicDataset{"simutrans", "simutrans", "tick grid", Style::kGame, song_per_file, load_midi},
};

}  // namespace

std::span<const MusicDataset> music_datasets() { return kDatasets; }

Score load_own_music(const fs::path& file) {
  return is_musicxml_name(file) ? load_notation(file) : load_on_grid_or_performance(file);
}

const MusicDataset& music_dataset(std::string_view name) {
  for (const MusicDataset& dataset : kDatasets)
    if (dataset.name == name) return dataset;
  throw Error("dataset", "unknown", "a name that `dataset list` shows", std::string(name));
}

}  // namespace s2m
