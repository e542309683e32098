// Places found by hash: what shares a hash is told apart, and nothing is added twice.
#include "story2midi/tokenizers/hash_index.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "story2midi/base/random.h"

namespace s2m {
namespace {

TEST(HashIndex, FindsNothingWhereNothingWasAdded) {
  const auto never = [](std::int32_t) { return true; };
  EXPECT_EQ(HashIndex().find(0, never), HashIndex::kNone);
  EXPECT_EQ(HashIndex(7).find(~std::uint64_t{0}, never), HashIndex::kNone);
}

TEST(HashIndex, FindsWhatAMapFinds) {
  for (const std::uint64_t hashes : {1u, 3u, 1000u}) {  // few: most share theirs with others
    constexpr std::int32_t kMost = 300;
    HashIndex index(kMost);
    std::map<std::uint64_t, std::int32_t> map;
    std::vector<std::uint64_t> keys;
    Random random(hashes);
    const auto hash_of = [&](std::uint64_t key) { return mix_bits(key % hashes); };
    const auto is = [&](std::uint64_t key) {
      return [&keys, key](std::int32_t place) { return keys[static_cast<std::size_t>(place)] == key; };
    };
    for (std::int32_t place = 0; place < kMost; ++place) {
      keys.push_back(random.below(2 * kMost));
      EXPECT_EQ(index.add(hash_of(keys.back()), place, is(keys.back())),
                map.emplace(keys.back(), place).second);
    }
    for (std::uint64_t key = 0; key < 2 * kMost; ++key)
      EXPECT_EQ(index.find(hash_of(key), is(key)), map.contains(key) ? map[key] : HashIndex::kNone);
  }
}

}  // namespace
}  // namespace s2m
