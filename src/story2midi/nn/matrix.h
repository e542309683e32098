// A matrix of weights as the kernels read it: in panels (kernels/kernels.h), float, bfloat16, int8 with a
// scale a row, or 4 bits with a scale and a zero for each 32 columns.
#pragma once

#include <cstdint>
#include <new>
#include <span>
#include <variant>
#include <vector>

#include "story2midi/nn/kernels/kernels.h"  // round_up too
#include "story2midi/nn/model_file.h"

namespace s2m {

// Begins on a cache line, so that sixteen floats lie in one.
template <class T>
struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};
  CacheLineAllocator() = default;
  template <class U>  // rebinding is implicit
  // NOLINTNEXTLINE(google-explicit-constructor)
  CacheLineAllocator(const CacheLineAllocator<U>&) {}
  T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLine)); }
  void deallocate(T* at, std::size_t) { ::operator delete(at, kLine); }
  bool operator==(const CacheLineAllocator&) const = default;
};
template <class T>
using Lines = std::vector<T, CacheLineAllocator<T>>;

struct Int8Panels {
  Lines<std::uint8_t> weights;  // with the zero point kZeroPoint
  Lines<float> scales;          // a row, up to a multiple of kLanes; weight[r][k] is weights' times scales[r]
};

struct Int4Panels {
  Lines<std::uint8_t> weights;  // two a byte
  Lines<std::uint16_t> scales;  // bfloat16
  Lines<std::uint8_t> zeros;
  Lines<float> starts;  // a row, up to a multiple of kPanelRows: Int4Product says what for
};

struct Matrix {
  int rows = 0;
  int columns = 0;
  std::variant<Lines<float>, Lines<std::uint16_t>, Int8Panels, Int4Panels> panels;  // 16 bits: bfloat16
  bool bypass_l2 = false;  // products prefetch past L2, so that these weights do not evict others
  int panel_count() const;
};

// Each from rows x columns, rows first.
Matrix float_matrix(int rows, int columns, std::span<const float> weights);
Matrix bf16_matrix(int rows, int columns, std::span<const std::uint16_t> weights);
Matrix int8_matrix(int rows, int columns, std::span<const std::int8_t> weights,
                   std::span<const float> scales);
// Packed as in nn/int4_groups.h, with a scale and a zero a group; columns are a multiple of 32.
Matrix int4_matrix(int rows, int columns, const Int4Rows& weights);

// Where in panels row `row` has its first number; its columns follow at distances of kPanelRows. For matrices
// of floats and bfloat16.
std::size_t panel_offset(int row, int columns);
// Where in int8 panels the number of that row and column stands.
std::size_t int8_panel_offset(int row, int column, int columns);

}  // namespace s2m
