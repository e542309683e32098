#include "compose/sampling.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"

namespace s2m {
namespace {

struct Candidate {
  double weight;
  int value;
};

std::vector<Candidate> candidates(std::span<const float> logits, const std::function<bool(int)>& allowed) {
  std::vector<Candidate> all;
  for (int value = 0; value < static_cast<int>(logits.size()); ++value)
    if (allowed(value)) all.push_back({logits[static_cast<std::size_t>(value)], value});
  if (all.empty()) throw Error("compose", "the rules leave nothing to choose");
  std::stable_sort(all.begin(), all.end(),
                   [](const Candidate& a, const Candidate& b) { return a.weight > b.weight; });
  return all;
}

}  // namespace

int choose(std::span<const float> logits, const std::function<bool(int)>& allowed, const Sampling& sampling,
           double uniform) {
  auto all = candidates(logits, allowed);
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
