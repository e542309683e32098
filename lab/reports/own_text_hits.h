// How a reader does on the project's own texts (lab/texts/): 1 for each text or pair that is read rightly, else 0.
#pragma once

#include <filesystem>
#include <vector>

#include "story2midi/reading/emotion_reader.h"

namespace s2m {

struct OwnTextHits {
  std::vector<double> pair_signs;  // of held-out contrast pairs: both signs of valence are right
  std::vector<double> pair_order;  // the pleasant text is read as the more pleasant one
  std::vector<double> passage_quadrants;
  std::vector<double> report_signs;  // the right sign of valence, beyond kClearValence
};
inline constexpr double kClearValence = 0.1;

// `folder` holds contrast_pairs.tsv, passages.tsv and reports.tsv. Throws Error.
OwnTextHits read_own_texts(const EmotionReader& reader, const std::filesystem::path& folder);

}  // namespace s2m
