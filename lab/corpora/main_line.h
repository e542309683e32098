// The annotated main line of OpenScore's orchestral movements (the Hauptstimme project).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// From its start to the next one's the main line lies in one part.
struct MainLine {
  double start_quarters = 0;  // from the score's start, repeats not counted
  std::string theme;          // "a", "b", ...; "x" and "X" stand for passages without a theme
  std::string part;           // its abbreviation: "Vln 1"
  int staff = 0;              // Track::staff of its track
  bool operator==(const MainLine&) const = default;
};

// Of NAME_annotations.csv, sorted by start. Throws Error naming the line.
std::vector<MainLine> main_line_annotations(const std::filesystem::path& csv);

// Copies the notes of the main line, which NAME_annotations.csv beside NAME.musicxml states, into a further track named
// "Melody"; of notes that start together the highest. `score` is what the MusicXML file holds. False where there is no
// table, or where it names a staff that has no notes.
bool add_main_line(const std::filesystem::path& musicxml, Score& score);

}  // namespace s2m
