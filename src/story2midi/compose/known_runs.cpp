#include "story2midi/compose/known_runs.h"

#include <algorithm>
#include <unordered_map>

#include "story2midi/base/random.h"

namespace s2m {
namespace {

constexpr std::size_t kWidth = KnownRuns::kRunSteps;
constexpr std::size_t kBitsPerPart = 10;  // one in a hundred that is not known seems so
constexpr int kProbes = 4;

// f(hash) for every kRunSteps steps that follow one another.
template <class F>
void for_each_part(std::span<const std::uint32_t> steps, F&& f) {
  for (std::size_t i = 0; i + kWidth <= steps.size(); ++i) {
    std::uint64_t hash = 0;
    for (std::size_t k = 0; k < kWidth; ++k) hash = mix_bits(hash ^ steps[i + k]);
    f(hash);
  }
}

// f(bit) for each bit of a part among so many.
template <class F>
void for_each_bit(std::uint64_t hash, std::size_t bits, F&& f) {
  for (int probe = 0; probe < kProbes; ++probe, hash = mix_bits(hash)) f(hash % bits);
}

// Notes in the longest run of parts of which `is_known(hash)` holds.
template <class IsKnown>
int longest_of(std::span<const std::uint32_t> steps, IsKnown&& is_known) {
  int run = 0, longest = 0;
  for_each_part(steps, [&](std::uint64_t hash) {
    run = is_known(hash) ? run + 1 : 0;
    longest = std::max(longest, run);
  });
  return longest == 0 ? 0 : longest + KnownRuns::kRunSteps;
}

}  // namespace

KnownRuns::KnownRuns(std::span<const std::vector<std::uint32_t>> pieces, std::size_t most_bytes) {
  std::size_t parts = 0;
  for (const auto& steps : pieces) parts += steps.size() < kWidth ? 0 : steps.size() - kWidth + 1;
  bits_.resize(std::min(most_bytes, (parts * kBitsPerPart + 7) / 8));
  const std::size_t bits = 8 * bits_.size();
  if (bits == 0) return;
  for (const auto& steps : pieces)
    for_each_part(steps, [&](std::uint64_t hash) {
      for_each_bit(hash, bits, [&](std::size_t bit) {
        bits_[bit / 8] = static_cast<std::uint8_t>(bits_[bit / 8] | 1U << bit % 8);
      });
    });
}

int KnownRuns::longest_run(std::span<const std::uint32_t> steps) const {
  if (bits_.empty()) return 0;
  return longest_of(steps, [&](std::uint64_t hash) {
    bool known = true;
    for_each_bit(hash, 8 * bits_.size(),
                 [&](std::size_t bit) { known = known && (bits_[bit / 8] >> bit % 8 & 1U) != 0; });
    return known;
  });
}

std::vector<int> longest_shared_runs(std::span<const std::vector<std::uint32_t>> pieces) {
  constexpr std::size_t kSeveral = ~std::size_t{0};
  std::unordered_map<std::uint64_t, std::size_t> owners;  // of each part, the piece that holds it
  for (std::size_t piece = 0; piece < pieces.size(); ++piece)
    for_each_part(pieces[piece], [&](std::uint64_t hash) {
      const auto [owner, is_new] = owners.emplace(hash, piece);
      if (!is_new && owner->second != piece) owner->second = kSeveral;
    });
  std::vector<int> longest;
  for (const auto& steps : pieces)
    longest.push_back(longest_of(steps, [&](std::uint64_t hash) { return owners.at(hash) == kSeveral; }));
  return longest;
}

}  // namespace s2m
