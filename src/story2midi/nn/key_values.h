// The keys and values that attention looks at, as the kernels read them (kernels/kernels.h).
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "story2midi/nn/matrix.h"
#include "story2midi/nn/workspace.h"

namespace s2m {

enum class CacheType : std::uint8_t { kF32, kBF16, kInt8 };
CacheType cache_beside(const Matrix& weights);  // as narrow as they are

// What attention works in.
struct AttentionScratch {
  Rows scores;                   // of a query of each head
  std::span<std::int8_t> steps;  // keys, queries or scores in int8
};

class KeyValues {
 public:
  KeyValues() = default;
  KeyValues(CacheType type, int heads, int slots, int head_width);
  int heads() const { return heads_; }
  int slots() const { return slots_; }
  int head_width() const { return head_width_; }

  AttentionScratch scratch(Workspace& work) const;
  // Of one head or of some from `first` on: head_width numbers each, one head's behind the other's.
  // `scratch`, here and below: of these or more slots and heads.
  void set(int first, int slot, std::span<const float> keys, std::span<const float> values,
           const AttentionScratch& scratch);
  // softmax(q k / sqrt(head_width)) v over the first `count` slots, for one query of each of these heads
  // (Vaswani et al. 2017).
  void attend(int first, int count, std::span<const float> queries, Rows out,
              const AttentionScratch& scratch) const;

  template <class Number>  // float, or 16 bits: bfloat16
  struct Plain {
    Lines<Number> keys;    // heads x panels: a row a slot
    Lines<Number> values;  // heads x panels: a column a slot
  };
  // A head's values stand behind its keys and the next head's keys behind them, at equal distances.
  struct Int8 {
    Lines<std::uint8_t> steps;  // heads x (panels: a row a slot; panels: a column a slot)
    Lines<float> key_scales;    // heads x slots, up to a multiple of kLanes
    Lines<float> value_scales;  // likewise
  };

 private:
  int heads_ = 0, slots_ = 0, head_width_ = 0;
  std::variant<Plain<float>, Plain<std::uint16_t>, Int8> store_;
};

}  // namespace s2m
