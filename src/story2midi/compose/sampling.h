// Choosing a value from a network's logits.
#pragma once

#include <functional>
#include <span>

namespace s2m {

struct Sampling {
  double temperature = 1;  // 0 takes the likeliest
  double top_p =
      1;  // nucleus (Holtzman et al. 2020): the likeliest values that together have this probability
};

// One of the values that `allowed` admits (at least one must be), decided by `uniform` in [0, 1).
int choose(std::span<const float> logits, const std::function<bool(int)>& allowed, const Sampling& sampling,
           double uniform);

}  // namespace s2m
