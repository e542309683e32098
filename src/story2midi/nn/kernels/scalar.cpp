#include "story2midi/nn/kernels/body.h"

namespace s2m {
namespace {

struct ScalarLanes {
  static constexpr int kBlocks = 1, kInputs = 1;
  static constexpr bool kMasks = false;
  float v[kLanes];

  template <class F>
  static ScalarLanes each(F&& f) {
    ScalarLanes lanes;
    for (int i = 0; i < kLanes; ++i) lanes.v[i] = f(i);
    return lanes;
  }
  static ScalarLanes all(float value) {
    return each([&](int) { return value; });
  }
  static ScalarLanes load(const float* from) {
    return each([&](int i) { return from[i]; });
  }
  static ScalarLanes load(const BFloat16* from) {
    return each([&](int i) { return __builtin_bit_cast(float, static_cast<unsigned>(from[i]) << 16); });
  }
  static ScalarLanes load(const signed char* from) {
    return each([&](int i) { return static_cast<float>(from[i]); });
  }
  void store(float* to) const {
    for (int i = 0; i < kLanes; ++i) to[i] = v[i];
  }
  void store(signed char* to) const {
    for (int i = 0; i < kLanes; ++i) to[i] = static_cast<signed char>(v[i]);
  }
  // Halves onto each other: the order that the vector sets take.
  float sum() const {
    ScalarLanes rest = *this;
    for (int half = kLanes / 2; half > 0; half /= 2)
      for (int i = 0; i < half; ++i) rest.v[i] += rest.v[i + half];
    return rest.v[0];
  }
  float largest() const {
    float most = v[0];
    for (const float value : v) most = value > most ? value : most;
    return most;
  }
};

using Lanes = ScalarLanes;
Lanes operator+(const Lanes& a, const Lanes& b) {
  return Lanes::each([&](int i) { return a.v[i] + b.v[i]; });
}
Lanes operator-(const Lanes& a, const Lanes& b) {
  return Lanes::each([&](int i) { return a.v[i] - b.v[i]; });
}
Lanes operator*(const Lanes& a, const Lanes& b) {
  return Lanes::each([&](int i) { return a.v[i] * b.v[i]; });
}
Lanes operator/(const Lanes& a, const Lanes& b) {
  return Lanes::each([&](int i) { return a.v[i] / b.v[i]; });
}
Lanes fma(const Lanes& a, const Lanes& b, const Lanes& c) {
  return Lanes::each([&](int i) { return __builtin_fmaf(a.v[i], b.v[i], c.v[i]); });
}
Lanes max(const Lanes& a, const Lanes& b) {
  return Lanes::each([&](int i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; });
}
Lanes min(const Lanes& a, const Lanes& b) {
  return Lanes::each([&](int i) { return a.v[i] < b.v[i] ? a.v[i] : b.v[i]; });
}
Lanes power_of_two(const Lanes& n) {
  return Lanes::each(
      [&](int i) { return __builtin_bit_cast(float, (static_cast<int>(n.v[i]) + 127) << 23); });
}

struct ScalarDots {
  static constexpr int kColumns = kInt8Columns, kBlocks = 1, kInputs = 1;
  int v[kLanes];

  static ScalarDots all(int value) {
    ScalarDots all;
    for (int& sum : all.v) sum = value;
    return all;
  }
  static const unsigned char* weights(const unsigned char* from) { return from; }
  static const signed char* input(const signed char* from) { return from; }
  void add_product(const unsigned char* w, const signed char* x) {
    for (int i = 0; i < kLanes; ++i)
      for (int k = 0; k < kColumns; ++k) v[i] += w[i * kColumns + k] * x[k];
  }
  Lanes numbers() const {
    return Lanes::each([&](int i) { return static_cast<float>(v[i]); });
  }
};

struct ScalarInt4Dots {
  static constexpr int kBlocks = 1, kInputs = 1;
  struct Weights {
    signed char v[kLanes * kInt8Columns];
  };
  int v[kLanes];

  static ScalarInt4Dots all(int value) {
    ScalarInt4Dots all;
    for (int& sum : all.v) sum = value;
    return all;
  }
  static const unsigned char* zeros(const unsigned char* from) { return from; }
  static Weights shifted(const unsigned char* from, const unsigned char* zeros, int shift) {
    Weights w;
    for (int i = 0; i < kLanes * kInt8Columns; ++i)
      w.v[i] = static_cast<signed char>((from[i] >> shift & 15) - zeros[i / kInt8Columns]);
    return w;
  }
  static Weights lower(const unsigned char* from, const unsigned char* zeros) {
    return shifted(from, zeros, 0);
  }
  static Weights upper(const unsigned char* from, const unsigned char* zeros) {
    return shifted(from, zeros, 4);
  }
  static const unsigned char* input(const unsigned char* from) { return from; }
  void add_product(const Weights& w, const unsigned char* x) {
    for (int i = 0; i < kLanes; ++i)
      for (int k = 0; k < kInt8Columns; ++k) v[i] += w.v[i * kInt8Columns + k] * x[k];
  }
  Lanes numbers() const {
    return Lanes::each([&](int i) { return static_cast<float>(v[i]); });
  }
};

}  // namespace

const Kernels kScalarKernels = kernels_of<ScalarLanes, ScalarDots, ScalarInt4Dots>("scalar");

}  // namespace s2m
