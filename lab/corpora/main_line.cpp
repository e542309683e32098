#include "lab/corpora/main_line.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
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
    const auto part = static_cast<std::size_t>(rows[i].number("part_num", 0, 1000).value_or(1000));
    if (part >= tracks.size()) return false;
    const auto from = ticks_of(rows[i]);
    const auto to = i + 1 < rows.size() ? ticks_of(rows[i + 1]) : std::numeric_limits<long>::max();
    for (const Note& note : score.tracks[tracks[part]].notes)
      if (note.start_ticks >= from && note.start_ticks < to) melody.notes.push_back(note);
  }
  keep_highest(melody.notes);
  score.tracks.push_back(std::move(melody));
  return true;
}

}  // namespace s2m
