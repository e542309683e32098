// Where in a list something stands, by its hash: open addressing with linear probing (Knuth, volume 3, 6.4)
// in one block of memory. The list itself stays with the caller.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace s2m {

class HashIndex {
 public:
  static constexpr std::int32_t kNone = -1;

  // Room for `most` places, which are at most half of the slots.
  explicit HashIndex(std::size_t most = 0) : slots_(std::bit_ceil(2 * std::max<std::size_t>(most, 1))) {}

  // The place that was added with this hash and for which same(place) holds, or kNone.
  template <class Same>
  std::int32_t find(std::uint64_t hash, Same same) const {
    return slots_[slot(hash, same)].place;
  }

  // Adds a place; false where there is one already that is the same.
  template <class Same>
  bool add(std::uint64_t hash, std::int32_t place, Same same) {
    auto& free = slots_[slot(hash, same)];
    if (free.place != kNone) return false;
    free = {tag(hash), place};
    return true;
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;  // of the hash: most that differ are told apart by it
    std::int32_t place = kNone;
  };

  static std::uint32_t tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

  // Of what is the same, or the free one where it would be added.
  template <class Same>
  std::size_t slot(std::uint64_t hash, Same same) const {
    const std::size_t last = slots_.size() - 1;
    std::size_t at = hash & last;
    while (slots_[at].place != kNone && (slots_[at].tag != tag(hash) || !same(slots_[at].place)))
      at = (at + 1) & last;
    return at;
  }

  std::vector<Slot> slots_;
};

}  // namespace s2m
