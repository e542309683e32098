// What the machine can do at most: how fast threads read so many bytes over and over, and how many int8
// products one makes a second.
#pragma once

#include <cstddef>

namespace s2m::bench {

// Bytes a second: of one thread by its own processor time; of more, each with its part of the bytes, by the
// wall's.
double read_bandwidth(std::size_t bytes, int threads);
// Multiply-adds a second of one thread with VNNI, or with whatever the compiler makes of plain code where
// there is none.
double int8_peak();

}  // namespace s2m::bench
