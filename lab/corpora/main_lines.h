// Where the main line of an orchestral score lies, by the annotators of the Hauptstimme project (OpenScore Orchestra).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace s2m {

// From its start to the next annotation the main line lies in one part.
struct MainLine {
  double start_quarters = 0;  // from the score's start, repeats not counted
  std::string theme;          // "a", "b", ...; "x" and "X" stand for passages without a theme
  std::string part;           // its abbreviation: "Vln 1"
  int part_number = 0;        // Track::part of its track
  bool operator==(const MainLine&) const = default;
};

// Of "NAME_annotations.csv", sorted by start. Throws Error naming the line.
std::vector<MainLine> main_line_annotations(const std::filesystem::path& csv);

}  // namespace s2m
