// The streams of keyed noise, one number each.
#pragma once

#include <cstdint>

namespace s2m {

enum PerformanceStream : std::uint64_t {
  kTempoStream = 0x7065'7266'0000,  // "perf"
  kLoudnessStream,
  kVelocityStream,
  kOnsetStream
};

}  // namespace s2m
