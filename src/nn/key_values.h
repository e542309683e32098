// The keys and values that attention looks at, as the kernels read them (kernels/kernels.h).
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "nn/matrix.h"
#include "nn/workspace.h"

namespace s2m {

enum class CacheType : std::uint8_t { kF32, kBF16, kInt8 };
CacheType cache_beside(const Matrix& weights);  // as narrow as they are

// What attention works in, head by head.
struct AttentionScratch {
  Rows scores;                   // of all queries
  std::span<std::int8_t> steps;  // a key, a query or the scores in int8
};

class KeyValues {
 public:
  KeyValues() = default;
  KeyValues(CacheType type, int heads, int slots, int head_width);
  int heads() const { return heads_; }
  int slots() const { return slots_; }
  int head_width() const { return head_width_; }

  AttentionScratch scratch(Workspace& work, int queries = 1) const;
  // Of one head: head_width numbers each. `scratch`, here and below: of these or more slots.
  void set(int head, int slot, std::span<const float> key, std::span<const float> value,
           const AttentionScratch& scratch);
  // softmax(q k / sqrt(head_width)) v over the first `count` slots, for each row of `queries` (Vaswani et al.
  // 2017).
  void attend(int head, int count, std::span<const float> queries, Rows out,
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
