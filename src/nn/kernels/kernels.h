// The inner loops of both networks: one table of functions an instruction set, chosen once by what the
// processor has. Every table adds in the same order with fused multiply-adds, so all of them give the same
// bytes.
#pragma once

namespace s2m {

// outputs[i][r] = bias[r] + scales[r] * sum over k of weights[r][k] * inputs[i][k]; everything dense, rows
// first. Weight is float or signed char (int8).
template <class Weight>
struct MatrixProduct {
  const Weight* weights;  // rows x columns
  const float* scales;    // rows, or null for 1
  const float* bias;      // rows, or null for 0
  const float* inputs;    // count x columns
  float* outputs;         // count x rows
  int rows;
  int columns;
  int count;
};

// output[k] = sum over r of weights[r] * inputs[r][k].
struct WeightedSum {
  const float* weights;  // rows
  const float* inputs;   // rows x columns
  float* output;         // columns
  int rows;
  int columns;
};

struct Kernels {
  const char* name;
  void (*multiply)(const MatrixProduct<float>&);
  void (*multiply_int8)(const MatrixProduct<signed char>&);
  void (*sum_rows)(const WeightedSum&);
};

extern const Kernels kScalarKernels;
extern const Kernels kAvx2Kernels;    // null functions where the program was not built for x86-64
extern const Kernels kAvx512Kernels;  // likewise

bool runs_here(const Kernels& kernels);
// The fastest that runs here, or the one that the environment's S2M_KERNELS names ("scalar", "avx2",
// "avx512"). A name that is unknown or does not run here is passed over.
const Kernels& kernels();

}  // namespace s2m
