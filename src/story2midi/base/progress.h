// One callback for progress and cancelling.
#pragma once

#include <cstdint>
#include <functional>

namespace s2m {

// Called with the work done so far and the whole (0 if unknown); returning false asks the work to stop.
using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

}  // namespace s2m
