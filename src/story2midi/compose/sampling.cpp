#include "story2midi/compose/sampling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr std::size_t kMostValues = 256;  // an event's values are bytes

struct Candidate {
  double weight;
  int value;
};

// The likeliest first, of equals the lower one; of `room`, which holds as many.
std::span<Candidate> candidates(std::span<const float> logits, const std::function<bool(int)>& allowed,
                                std::span<Candidate, kMostValues> room) {
  if (logits.size() > room.size())
    throw Error("compose", "too many values to choose from", std::to_string(room.size()),
                std::to_string(logits.size()));
  std::size_t count = 0;
  for (int value = 0; value < static_cast<int>(logits.size()); ++value)
    if (allowed(value)) room[count++] = {logits[static_cast<std::size_t>(value)], value};
  if (count == 0) throw Error("compose", "the rules leave nothing to choose");
  const auto all = room.first(count);
  std::sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.value < b.value;
  });
  return all;
}

}  // namespace

int choose(std::span<const float> logits, const std::function<bool(int)>& allowed, const Sampling& sampling,
           double uniform) {
  std::array<Candidate, kMostValues> room;
  const auto all = candidates(logits, allowed, room);
  if (sampling.temperature <= 0) return all.front().value;
  const double highest = all.front().weight;
  double total = 0;
  for (auto& candidate : all) {
    candidate.weight = std::exp((candidate.weight - highest) / sampling.temperature);
    total += candidate.weight;
  }
  double kept = 0;
  std::size_t count = 0;
  while (count < all.size() && (count == 0 || kept < sampling.top_p * total)) kept += all[count++].weight;
  double left = uniform * kept;
  for (std::size_t i = 0; i < count; ++i)
    if ((left -= all[i].weight) < 0) return all[i].value;
  return all[count - 1].value;
}

}  // namespace s2m
