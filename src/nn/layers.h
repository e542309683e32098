// What both networks are built of: linear maps, layer norms, embedding tables, attention. Rows of floats in,
// rows out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace s2m {

using Floats = std::vector<float>;  // rows x width, rows first; comments say what the rows are

struct Linear {
  int rows = 0;                    // outputs
  int columns = 0;                 // inputs
  Floats weight;                   // rows x columns; or, of a model in int8,
  std::vector<std::int8_t> steps;  // rows x columns: weight[r][k] is steps[r][k] * scale[r]
  Floats scale;                    // rows
  Floats bias;                     // rows, or empty
};

struct Norm {
  Floats weight;
  Floats bias;
  float epsilon = 1e-5f;
};

struct Table {
  int width = 0;
  Floats weight;  // entries x width
  std::span<const float> row(int index) const {
    return {weight.data() + static_cast<std::size_t>(index) * static_cast<std::size_t>(width),
            static_cast<std::size_t>(width)};
  }
};

// y = W x + b of every row of x.
Floats linear(const Linear& layer, std::span<const float> x);
// Layer normalisation (Ba, Kiros, Hinton 2016) of every row of x: epsilon is added to the variance.
Floats normalise(const Norm& norm, std::span<const float> x);
// x Phi(x) with the exact error function (Hendrycks, Gimpel 2016), not its tanh approximation.
Floats gelu(Floats x);
// e^x / sum of e^x over all of x.
void softmax(std::span<float> x);
// x += y.
void add(std::span<float> x, std::span<const float> y);

// The keys and values that attention looks at, a contiguous block of slots a head.
struct KeyValues {
  int heads = 0;
  int slots = 0;
  int head_width = 0;
  Floats keys;  // heads x slots x head_width
  Floats values;

  KeyValues() = default;
  KeyValues(int heads, int slots, int head_width);
  // `key` and `value` hold all heads side by side.
  void set(int slot, std::span<const float> key, std::span<const float> value);
};

// softmax(q k / sqrt(head_width)) v over the first `count` slots, head by head (Vaswani et al. 2017).
// `query` and `out`: heads x head_width.
void attend(const KeyValues& past, int count, std::span<const float> query, std::span<float> out);

}  // namespace s2m
