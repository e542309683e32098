#include "lab/corpora/main_line.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "lab/corpora/tables.h"

namespace s2m {
namespace fs = std::filesystem;
namespace {

// The first track of each part: the staves of a part with two are "NAME RH" and "NAME LH".
std::vector<std::size_t> first_tracks(const Score& score) {
  std::vector<std::size_t> tracks;
  for (std::size_t i = 0; i < score.tracks.size(); ++i)
    if (!score.tracks[i].name.ends_with(" LH")) tracks.push_back(i);
  return tracks;
}

// Whether `name` holds the letters and digits of an abbreviation in their order: "Vln 1", "Violin 1".
bool abbreviates(std::string_view part, std::string_view name) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  std::size_t at = 0;
  for (const char c : part) {
    if (!std::isalnum(static_cast<unsigned char>(c))) continue;
    while (at < name.size() && lower(name[at]) != lower(c)) ++at;
    if (at++ == name.size()) return false;
  }
  return true;
}

// The track of the part that the row names. Parts without notes have no track, so that its number may be too high.
const Track* track_of(const TableRow& row, const Score& score, const std::vector<std::size_t>& tracks) {
  constexpr std::size_t kMostSilent = 4;
  const auto number = static_cast<std::size_t>(row.number("part_num", 0, 1000).value_or(1000));
  const std::string* part = row.find("part");
  for (std::size_t silent = 0; part && silent <= std::min(number, kMostSilent); ++silent)
    if (const auto at = number - silent;
        at < tracks.size() && abbreviates(*part, score.tracks[tracks[at]].name))
      return &score.tracks[tracks[at]];
  return number < tracks.size() ? &score.tracks[tracks[number]] : nullptr;
}

// Of the notes that start at one tick the highest.
void keep_highest(std::vector<Note>& notes) {
  std::ranges::sort(notes, [](const Note& a, const Note& b) {
    return a.start_ticks != b.start_ticks ? a.start_ticks < b.start_ticks : a.pitch > b.pitch;
  });
  const auto together = [](const Note& a, const Note& b) { return a.start_ticks == b.start_ticks; };
  notes.erase(std::unique(notes.begin(), notes.end(), together), notes.end());
}

}  // namespace

bool add_main_line(const fs::path& musicxml, Score& score) {
  const fs::path table = musicxml.parent_path() / (musicxml.stem().string() + "_annotations.csv");
  if (!fs::exists(table)) return false;
  const auto rows = read_table(table, "qstamp");
  const auto tracks = first_tracks(score);
  Track melody;
  melody.name = "Melody";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto ticks_of = [&](const TableRow& row) {
      return std::lround(row.number("qstamp", 0, 1e6).value_or(0) * score.ticks_per_quarter);
    };
    const Track* track = track_of(rows[i], score, tracks);
    if (!track) return false;
    const auto from = ticks_of(rows[i]);
    const auto to = i + 1 < rows.size() ? ticks_of(rows[i + 1]) : std::numeric_limits<long>::max();
    for (const Note& note : track->notes)
      if (note.start_ticks >= from && note.start_ticks < to) melody.notes.push_back(note);
  }
  keep_highest(melody.notes);
  score.tracks.push_back(std::move(melody));
  return true;
}

}  // namespace s2m
