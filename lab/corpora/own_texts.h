// The project's own evaluation texts in lab/texts/: passages in sixty styles and short reports.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "story2midi/emotion/valence_arousal.h"

namespace s2m {

struct StyledPassage {
  std::string style, text;
  Quadrant quadrant = Quadrant::kQ1;
};
// A table with columns style, quadrant (Q1 to Q4) and text. Throws Error naming the line.
std::vector<StyledPassage> read_styled_passages(const std::filesystem::path& path);

struct ShortReport {
  std::string text;
  bool pleasant = false;
};
// A table with columns valence (pleasant or unpleasant) and text. Throws Error naming the line.
std::vector<ShortReport> read_short_reports(const std::filesystem::path& path);

}  // namespace s2m
