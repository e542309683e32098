// One callback for progress and cancelling.
#pragma once

#include <cstdint>
#include <functional>

#include "story2midi/base/error.h"

namespace s2m {

// Called with the work done so far and the whole (0 if unknown); returning false cancels the work.
using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

// Calls `progress`, if there is one. Throws Cancelled when it returns false.
inline void report_progress(const Progress& progress, std::uint64_t done, std::uint64_t total) {
  if (progress && !progress(done, total)) throw Cancelled();
}

}  // namespace s2m
