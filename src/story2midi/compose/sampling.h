// Sampling a value from a network's logits.
#pragma once

#include <functional>
#include <span>

namespace s2m {

struct Sampling {
  double temperature = 1;  // 0: the most probable value
  // Nucleus sampling (Holtzman et al. 2020): from the most probable values that together have this probability.
  double top_p = 1;
};

// One of the values that `allowed` admits (at least one must be), decided by `uniform` in [0, 1).
int choose(std::span<const float> logits, const std::function<bool(int)>& allowed, const Sampling& sampling,
           double uniform);

}  // namespace s2m
