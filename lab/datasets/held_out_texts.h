// Held-out texts of known quadrant, from which music is composed for evaluation.
#pragma once

#include <cstdint>
#include <string>

#include "lab/datasets/passage_pool.h"

namespace s2m {

struct HeldOutTexts {
  int per_quadrant = 50;
  int fewest_words = 12;        // less is a headline or a cry, not a passage
  bool states_emotion = false;  // valence and arousal of each stand in its row, so that a plan is told them
  Split split = Split::kTest;
  std::uint64_t seed = 1;
};

// JSON lines {text, quadrant, id, source}, and valence and arousal where they are stated; the quadrants one
// after another; of the sources as equally many as there are. Throws Error where a quadrant has too few.
std::string held_out_texts(const PassagePool& pool, const HeldOutTexts& wanted);

}  // namespace s2m
