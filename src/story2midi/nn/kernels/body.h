// The kernels' loops, written once over a set's three types: `Lanes`, sixteen floats, `Dots`, sixteen sums of products
// of int8, and `Int4Dots`, of products of 4 bits and int8. For the files of this folder only. No standard library here,
// nor in what is included here: what one of these files instantiates under its instruction set must not be what the
// linker keeps for all others.
#pragma once

#include "story2midi/nn/kernels/attention.h"
#include "story2midi/nn/kernels/int4_products.h"

namespace s2m {
namespace {

template <class Lanes, class Dots, class Int4Dots>
constexpr Kernels kernels_of(const char* name) {
  return {name,
          multiply<Lanes, FloatSums<Lanes, float>>,
          multiply<Lanes, FloatSums<Lanes, BFloat16>>,
          multiply<Lanes, Dots>,
          multiply_int4<Lanes, Int4Dots>,
          attend<Lanes, float>,
          attend<Lanes, BFloat16>,
          attend_int8<Lanes, Dots>,
          quantise<Lanes>,
          normalise<Lanes>,
          gelu<Lanes>,
          softmax<Lanes>,
          add_steps<Lanes>,
          rotate<Lanes>,
          add<Lanes>};
}

}  // namespace
}  // namespace s2m
