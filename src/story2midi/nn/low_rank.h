// Low-rank changes of matrices (LoRA, Hu et al. 2021): the matrix with its change is weights + strength * up * down.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "story2midi/nn/model_file.h"

namespace s2m {

struct LowRankChange {
  int rows = 0, columns = 0, rank = 0;
  std::vector<float> up;    // rows x rank
  std::vector<float> down;  // rank x columns
};

struct LowRankChanges {
  std::map<std::string, LowRankChange> of;  // by the parameter's name, "layers.0.ffn.up.weight"
  float strength = 1;
};

// weights (rows x columns, rows first) += strength * up * down. Sums go in one order: the same bytes everywhere.
void add_change(const LowRankChange& change, float strength, std::span<float> weights);

// Reads the pairs NAME.up and NAME.down of a file. Throws Error for one without the other, ranks that differ or are not 1 to
// `most_rank`, and values that are not finite.
std::map<std::string, LowRankChange> read_changes(const ModelFile& file, int most_rank);
// The same tensors, to be written.
std::vector<NamedTensor> tensors_of(const std::map<std::string, LowRankChange>& changes);

}  // namespace s2m
