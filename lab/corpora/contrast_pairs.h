// Pairs of short texts of opposite valence that share most of their words: they differ by a negation, an irony, a tense
// or by what stands before.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lab/corpora/split.h"

namespace s2m {

struct ContrastPair {
  std::string kind;  // "negation", "irony", "tense", "context"
  std::string pleasant, unpleasant;
  Split split = Split::kTrain;
};

// Reads lab/texts/contrast_pairs.tsv or a table like it, with columns kind, split (train or test), pleasant and
// unpleasant. Throws Error for a table that is broken.
std::vector<ContrastPair> read_contrast_pairs(const std::filesystem::path& path);

}  // namespace s2m
