// What both networks are built of: linear maps, layer norms, embedding tables. Rows of floats in, rows out,
// in a workspace's memory.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "story2midi/nn/matrix.h"
#include "story2midi/nn/model_file.h"
#include "story2midi/nn/workspace.h"

namespace s2m {

using Floats = std::vector<float>;

struct Linear {
  Matrix weight;      // outputs x inputs
  Lines<float> bias;  // up to a multiple of kLanes, or empty
  int rows() const { return weight.rows; }
};

struct Norm {
  Floats weight;
  Floats bias;
  float epsilon = 1e-5f;
};

// Rows that are looked up, where the model's file holds them.
struct Table {
  int width = 0;
  TensorView weight;                  // entries x width, in ...
  std::shared_ptr<const void> owner;  // ... this one's memory
  Floats scales;                      // of int8: entry times scales[entry]
  Int4Rows int4;                      // of 4 bits
  int entries() const { return static_cast<int>(weight.shape[0]); }
  void add_to(Rows x, int entry) const;  // x += that entry
};

// Rows as weights meet them: against weights in int8 and in 4 bits they are rounded to int8 too, with a scale a row.
struct Inputs {
  std::size_t count;              // of rows
  std::span<const float> values;  // rows, unless ...
  // ... they are these, each up to the next multiple of kInt8Columns; for 4 bits, raised by kZeroPoint
  std::span<const std::int8_t> steps;
  std::span<const float> scales, sums;  // a row: of the steps
};
Inputs inputs_of(Workspace& work, const Linear& layer, std::span<const float> x);

// y = W x + b of every row of x.
void linear(const Linear& layer, const Inputs& x, Rows y);
Rows linear(Workspace& work, const Linear& layer, const Inputs& x);
Rows linear(Workspace& work, const Linear& layer, std::span<const float> x);
// Layer normalisation (Ba, Kiros, Hinton 2016) of every row of x: epsilon is added to the variance.
Rows normalise(Workspace& work, const Norm& norm, std::span<const float> x);
void normalise(const Norm& norm, std::span<const float> x, Rows y);  // y may be x
// x Phi(x) with the exact error function (Hendrycks, Gimpel 2016), not its tanh approximation; in place.
Rows gelu(Rows x);
// e^x / sum of e^x over all of x, in place.
void softmax(Rows x);
// x += y.
void add(Rows x, std::span<const float> y);

}  // namespace s2m
