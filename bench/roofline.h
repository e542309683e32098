// What the machine can do at most: how fast one thread reads so many bytes over and over, and how many int8
// products it makes a second.
#pragma once

#include <cstddef>

namespace s2m::bench {

// Bytes a second of the thread's own processor time.
double read_bandwidth(std::size_t bytes);
// Multiply-adds a second with VNNI, or with whatever the compiler makes of plain code where there is none.
double int8_peak();

// Seconds of processor time that this thread has had.
double thread_seconds();

}  // namespace s2m::bench
