// How well embeddings separate classes: nearest neighbours, a linear probe, silhouettes, and a projection to a
// plane.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace s2m {

// Rows of one width, each of a class from 0 to kEmbeddingClasses - 1. Distances between them are Euclid's; of
// rows brought to length one they order as the cosine does.
inline constexpr std::size_t kEmbeddingClasses = 4;
struct EmbeddedRows {
  std::size_t width = 0;
  std::vector<float> values;  // rows x width
  std::vector<int> classes;
  std::size_t size() const { return classes.size(); }
  std::span<const float> row(std::size_t index) const { return {values.data() + index * width, width}; }
  void add(std::span<const float> row, int of_class);
};

void scale_to_unit_length(EmbeddedRows& rows);
// Each column to mean 0 and deviation 1 by `train`'s numbers, in both.
void standardise(EmbeddedRows& train, EmbeddedRows& test);

// 1 for each row of `test` that is put into its class, else 0; their mean is the accuracy. Both throw Error
// for no rows to learn from.
//
// By the most frequent class among the `neighbours` nearest rows of `train` (between equals, the one whose
// nearest row is nearest).
std::vector<double> nearest_neighbour_hits(const EmbeddedRows& train, const EmbeddedRows& test,
                                           std::size_t neighbours = 15);
// By logistic regression over the four classes on standardised columns, from zero weights by
// accelerated gradient steps (Nesterov 1983) with a weak ridge: nothing is drawn, so nothing needs a seed.
std::vector<double> linear_probe_hits(EmbeddedRows train, EmbeddedRows test);

// Each row's silhouette (Rousseeuw 1987): (b - a) / max(a, b) with a its mean distance to the others of its
// class and b the least mean distance to another class; 0 for a class of one row, or a single class.
std::vector<double> silhouettes(const EmbeddedRows& rows);

// Each row on the first two principal components, the first across. A component's sign is that of its
// largest weight.
std::vector<std::array<double, 2>> principal_plane(const EmbeddedRows& rows);

}  // namespace s2m
