// The inner loops of both networks: one table of functions for each instruction set. The processor's table is
// chosen once. Every table does the same arithmetic in the same order, so all give the same bytes.
//
// Matrices are stored in panels of 64 rows, in the order in which a product reads them. The last panel is padded
// with zeros. A panel is stored column by column, with the rows of a column side by side. An int8 matrix groups
// four columns: the four bytes of one row are neighbours. Weights are unsigned with the zero point kZeroPoint,
// because processors multiply unsigned by signed bytes. A sum starts with the correction for the zero point.
#pragma once

namespace s2m {

inline constexpr int kLanes = 16;      // numbers that are computed side by side
inline constexpr int kPanelRows = 64;  // four times as many
inline constexpr int kInt8Columns = 4;
inline constexpr int kZeroPoint = 128;

// Each file's own: of an inline function the linker would keep one file's, under its instruction set.
static constexpr int round_up(int count, int multiple) {
  return (count + multiple - 1) / multiple * multiple;
}

using BFloat16 = unsigned short;  // the upper half of a float

// A single input is bound by memory: weights are prefetched this far ahead of those being read.
inline constexpr long kPrefetchBytes = 4096;

// outputs[i][r] = bias[r] + sum over k of weights[r][k] * inputs[i][k], fused multiply-adds in the order of
// k. Weight is float or BFloat16.
template <class Weight>
struct MatrixProduct {
  const Weight* weights;        // panels
  const float* bias = nullptr;  // rows, up to the next multiple of kLanes; or null for 0
  const float* inputs;          // count x columns
  float* outputs;               // count x rows
  int rows;
  int columns;
  int count;
  int first_panel = 0;  // half-open range of the panels to compute
  int end_panel;
  int column_capacity = 0;  // for columns, in a panel; 0: for no more than there are
  int input_stride = 0;     // numbers from an input to the next; 0: columns
  int output_stride = 0;    // numbers from an output to the next; 0: rows
  long prefetch_bytes = kPrefetchBytes;
  bool bypass_l2 = false;  // for a single input: non-temporal prefetches, which do not evict others from L2
};

// outputs[i][r] = bias[r] + (scales[r] * input_scales[i]) * sum over k of weights[r][k] * inputs[i][k]; the
// sum in whole numbers and so exact.
struct Int8Product {
  const unsigned char* weights;         // panels of four columns
  const float* scales = nullptr;        // rows, up to the next multiple of kLanes; or null for 1
  const float* bias = nullptr;          // likewise; or null for 0
  const signed char* inputs = nullptr;  // count x columns, up to the next multiple of four
  const float* input_scales = nullptr;  // count
  const float* input_sums = nullptr;    // count: whole numbers, each the sum of an input
  float* outputs = nullptr;             // count x rows
  int rows;
  int columns;
  int count;
  int first_panel = 0;
  int end_panel;
  int column_capacity = 0;
  int input_stride = 0;
  int output_stride = 0;
  long prefetch_bytes = kPrefetchBytes;
  bool bypass_l2 = false;
};

// outputs[i][r] = bias[r] + input_scales[i] * (starts[r] + the groups' products, in their order): of a group of 32
// columns scales * the sum over k of (quants[r][k] - zeros) * inputs[i][k]. That sum is in whole numbers and so exact.
// It is added by a fused multiply-add.
struct Int4Product {
  const unsigned char* weights;  // panels of four bytes, each of two quants; nn/int4_groups.h says which
  const BFloat16* scales;        // panels: a row a row, a column a group
  const unsigned char* zeros;    // likewise, a byte each
  const float* starts;  // rows, up to the next multiple of kPanelRows: what kZeroPoint adds, taken off
  const float* bias = nullptr;            // rows, up to the next multiple of kLanes; or null for 0
  const unsigned char* inputs = nullptr;  // count x columns, raised by kZeroPoint
  const float* input_scales = nullptr;    // count
  float* outputs = nullptr;               // count x rows
  int rows;
  int columns;  // a multiple of 32
  int count;
  int first_panel = 0;
  int end_panel;
};

// Vectors in int8: output[k] = input[k] / scale, rounded to nearest even; scale is a 127th of the largest,
// sum that of the output.
struct Quantisation {
  const float* input;   // count x width
  signed char* output;  // count x width, each with zeros up to the next multiple of four
  float* scales;        // count
  float* sums;          // count
  int width;
  int count;
};

// One head: out = sum over s of softmax(query . keys[s] / sqrt(width) + bias) * values[s], for each of the
// queries.
// Number is float or BFloat16.
template <class Number>
struct HeadAttention {
  const Number* keys;    // panels: a row a slot
  const Number* values;  // panels: a column a slot
  const float* queries;  // query_count x width
  float* scores;         // scratch: query_count x count, up to the next multiple of kLanes
  float* out;            // query_count x width
  int slots;             // capacity of the panels
  int count;             // slots attended to
  int width;
  int query_count;
  int query_stride = 0;         // numbers from a query to the next, and from an output to the next; 0: width
  const float* bias = nullptr;  // bias[s - i] of query i at slot s, from -(query_count - 1) on; or null for 0
};

// Likewise for one query of each head, with keys and values in int8, a scale for each: value s is
// value_scales[s] times its numbers. As far behind a head's keys as its values stand, the next head's keys
// stand behind the values.
struct Int8Attention {
  const unsigned char* keys;    // of the first head, in panels of four columns: a row a slot
  const unsigned char* values;  // likewise, in panels of four slots: a row a number of the values
  const float* key_scales;      // heads x slots, up to the next multiple of kLanes; likewise value_scales
  const float* value_scales;
  const float* queries;  // heads x width
  float* scores;         // scratch: heads x count, up to the next multiple of kLanes
  signed char* steps;    // scratch: heads x the larger of count and width, up to the next multiple of kLanes
  float* out;            // heads x width
  int slots;             // capacity of the panels
  int count;
  int width;
  int heads;
};

// output = (input - mean) / sqrt(variance + epsilon) * weight + bias, row by row.
struct Normalisation {
  const float* input;  // count x width
  const float* weight;
  const float* bias;
  float* output;  // count x width; may be input
  float epsilon;
  int width;
  int count;
};

struct Kernels {
  const char* name;
  void (*multiply)(const MatrixProduct<float>&);
  void (*multiply_bf16)(const MatrixProduct<BFloat16>&);
  void (*multiply_int8)(const Int8Product&);
  void (*multiply_int4)(const Int4Product&);
  void (*attend)(const HeadAttention<float>&);
  void (*attend_bf16)(const HeadAttention<BFloat16>&);
  void (*attend_int8)(const Int8Attention&);
  void (*quantise)(const Quantisation&);
  void (*normalise)(const Normalisation&);
  void (*gelu)(float* x, int count);     // x Phi(x), exact to a few units in the last place
  void (*softmax)(float* x, int count);  // e^x / sum of e^x
  // x += steps * scale
  void (*add_steps)(float* x, const signed char* steps, float scale, int count);
  // Each pair (i, i + half) of x is turned by the angle of which turns[i] is the cosine and turns[half + i]
  // the sine.
  void (*rotate)(float* x, const float* turns, int half);
  void (*add)(float* x, const float* y, int count);  // x += y
};

extern const Kernels kScalarKernels;
extern const Kernels kAvx2Kernels;     // null functions where the program was not built for x86-64
extern const Kernels kAvxVnniKernels;  // likewise; needs AVX-VNNI beside AVX2
extern const Kernels kAvx512Kernels;   // likewise; needs VNNI and byte instructions
extern const Kernels kNeonKernels;     // null functions where the program was not built for 64-bit ARM
extern const Kernels kNeonDotKernels;  // likewise; needs the dot products of ARMv8.2

bool runs_here(const Kernels& kernels);
// The set of that name: "scalar", "avx2", "avxvnni", "avx512", "neon" or "neondot". Throws Error for any other name and
// for a set that does not run here.
const Kernels& kernels_named(const char* name);
// The set that the environment's S2M_KERNELS names, else the fastest that runs here. Throws Error likewise.
const Kernels& kernels();

}  // namespace s2m
