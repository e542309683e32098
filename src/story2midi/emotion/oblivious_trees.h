// An ensemble of oblivious decision trees with several outputs: all nodes of a level share one test, so the answers
// are the bits of the leaf's index (Kohavi 1994; Prokhorenkova et al. 2018).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "story2midi/nn/model_file.h"

namespace s2m {

inline constexpr std::size_t kTreeDepth = 4;  // questions a tree
inline constexpr std::size_t kTreeLeaves = std::size_t{1} << kTreeDepth;

struct TreeWeights {
  std::vector<float> columns;     // trees x kTreeDepth: numbers of the columns that are asked for
  std::vector<float> thresholds;  // trees x kTreeDepth: is the column above it?
  std::vector<float> leaves;      // trees x kTreeLeaves x outputs; the first answer is the highest bit
};
// For a model file, names beginning with `name`; none for no trees.
std::vector<NamedTensor> tensors_of(const TreeWeights& weights, const std::string& name);

// Const after construction: may be used from many threads.
class ObliviousTrees {
 public:
  ObliviousTrees() = default;
  // No trees where the file has none of that name. Throws Error for tensors that are missing or of another
  // shape, and for columns that a row does not have.
  ObliviousTrees(const ModelFile& file, const std::string& name, std::size_t columns, std::size_t outputs);

  // Adds to `said` (outputs) what each tree says of a row.
  void add(std::span<const float> row, std::span<double> said) const;

 private:
  struct Question {
    std::size_t column;
    float threshold;
  };
  std::vector<Question> questions_;
  std::vector<float> leaves_;
};

}  // namespace s2m
