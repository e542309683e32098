// Fits of sums of oblivious trees (emotion/oblivious_trees.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "story2midi/emotion/oblivious_trees.h"

namespace s2m::train {

// A table's columns, each cut into at most kTreeBins bins that hold about as many rows.
inline constexpr std::size_t kTreeBins = 32;
class BinnedColumns {
 public:
  // `table`: rows x columns.
  BinnedColumns(std::span<const double> table, std::size_t columns);

  struct Column {
    std::size_t number;              // in the table
    std::vector<double> thresholds;  // between the bins, rising
    std::vector<std::uint8_t> bins;  // of each row
  };
  std::span<const Column> columns() const { return columns_; }  // those that vary
  std::size_t rows() const { return rows_; }

 private:
  std::size_t rows_;
  std::vector<Column> columns_;
};

struct TreesProblem {
  const BinnedColumns& table;
  std::size_t outputs;
  std::span<const double> targets;      // rows x outputs
  std::span<const std::size_t> chosen;  // the rows to learn from; at least one
};

struct TreesFit {
  TreeWeights weights;       // beside the targets' mean; no trees where no column varies
  std::vector<double> said;  // rows x outputs: of all rows, with the mean
};

// Gradient boosting of squares (Friedman 2001, 2002), each tree by a part of the rows and of the columns. All
// outputs share the questions.
TreesFit fit_trees(const TreesProblem& problem);

}  // namespace s2m::train
