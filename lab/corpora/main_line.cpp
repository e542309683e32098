#include "lab/corpora/main_line.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "story2midi/base/limits.h"
#include "story2midi/stories/tables.h"

namespace s2m {
namespace fs = std::filesystem;
namespace {

// Of the notes that start at one tick the highest.
void keep_highest(std::vector<Note>& notes) {
  std::ranges::sort(notes, [](const Note& a, const Note& b) {
    return a.start_ticks != b.start_ticks ? a.start_ticks < b.start_ticks : a.pitch > b.pitch;
  });
  const auto together = [](const Note& a, const Note& b) { return a.start_ticks == b.start_ticks; };
  notes.erase(std::unique(notes.begin(), notes.end(), together), notes.end());
}

}  // namespace

std::vector<MainLine> main_line_annotations(const fs::path& csv) {
  constexpr double kMostStaves = 1000;
  std::vector<MainLine> lines;
  for (const TableRow& row : read_table(csv, "qstamp")) {
    const auto start = row.number("qstamp", 0, limits::kMostQuarters);
    const auto staff = row.number("part_num", 0, kMostStaves);  // counts staves from 0
    if (!start || !staff) continue;
    const std::string *theme = row.find("label"), *part = row.find("part");
    lines.push_back({*start, theme ? *theme : "", part ? *part : "", static_cast<int>(*staff) + 1});
  }
  std::ranges::stable_sort(lines, {}, &MainLine::start_quarters);
  return lines;
}

bool add_main_line(const fs::path& musicxml, Score& score) {
  const fs::path table = musicxml.parent_path() / (musicxml.stem().string() + "_annotations.csv");
  if (!fs::exists(table)) return false;
  const auto lines = main_line_annotations(table);
  const auto ticks_of = [&](const MainLine& line) {
    return std::lround(line.start_quarters * score.ticks_per_quarter);
  };
  Track melody;
  melody.name = "Melody";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto track = std::ranges::find(score.tracks, lines[i].staff, &Track::staff);
    if (track == score.tracks.end()) return false;
    const auto from = ticks_of(lines[i]);
    const auto to = i + 1 < lines.size() ? ticks_of(lines[i + 1]) : std::numeric_limits<long>::max();
    for (const Note& note : track->notes)
      if (note.start_ticks >= from && note.start_ticks < to) melody.notes.push_back(note);
  }
  keep_highest(melody.notes);
  score.tracks.push_back(std::move(melody));
  return true;
}

}  // namespace s2m
