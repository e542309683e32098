#include "nn/kernels/body.h"

namespace s2m {
namespace {

struct ScalarLanes {
  static constexpr int kRows = 2, kInputs = 1;
  float v[kLanes];

  static ScalarLanes zero() { return {}; }
  static ScalarLanes all(float value) {
    ScalarLanes lanes;
    for (float& lane : lanes.v) lane = value;
    return lanes;
  }
  template <class Number>
  static ScalarLanes load(const Number* from) {
    ScalarLanes lanes;
    for (int i = 0; i < kLanes; ++i) lanes.v[i] = from[i];
    return lanes;
  }
  void store(float* to) const {
    for (int i = 0; i < kLanes; ++i) to[i] = v[i];
  }
  void add_product(const ScalarLanes& a, const ScalarLanes& b) {
    for (int i = 0; i < kLanes; ++i) v[i] = __builtin_fmaf(a.v[i], b.v[i], v[i]);
  }
  // Halves onto each other: the order that the vector sets take.
  float sum() const {
    ScalarLanes rest = *this;
    for (int half = kLanes / 2; half > 0; half /= 2)
      for (int i = 0; i < half; ++i) rest.v[i] += rest.v[i + half];
    return rest.v[0];
  }
};

}  // namespace

const Kernels kScalarKernels{"scalar", multiply<ScalarLanes>, multiply<ScalarLanes>, sum_rows<ScalarLanes>};

}  // namespace s2m
