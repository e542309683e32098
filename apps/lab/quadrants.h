// Texts whose quadrant is known, the emotion read in them, and the measures of the music composed for them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "story2midi/story2midi.h"

namespace s2m::apps {

struct QuadrantText {
  int quadrant = 1;
  std::string text;
};

struct QuadrantPiece {
  QuadrantText asked;
  Emotion read;
  Measures measures;
  double major_share = 0;
};

struct QuadrantRun {
  PlanOptions asked;
  std::uint64_t seed = 1;  // of the first piece; each next one has one more
  int threads = 0;
  bool text_only = false;
  Progress progress;
};

// Lines QUADRANT<TAB>TEXT, QUADRANT being Q1 to Q4. Throws Error naming the line.
std::vector<QuadrantText> read_quadrant_texts(const std::filesystem::path& file);

std::vector<QuadrantPiece> compose_quadrants(const Studio& studio, const std::vector<QuadrantText>& texts,
                                             const QuadrantRun& run);

// Medians by quadrant, and how many texts were read right.
void print_quadrants(const std::vector<QuadrantPiece>& pieces);
nlohmann::ordered_json to_json_value(const std::vector<QuadrantPiece>& pieces);

}  // namespace s2m::apps
