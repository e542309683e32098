// One executor for every loop that runs on several threads.
#pragma once

#include <cstddef>
#include <functional>

#include "story2midi/base/progress.h"

namespace s2m {

struct Parallel {
  int threads = 0;         // 0: one for each core
  Progress progress = {};  // items done, items in all; called by one thread at a time, before the next item
};

// The number of threads that `asked` stands for: 0 asks for one for each core.
std::size_t thread_count(int asked);

// Calls work(i, thread) once for each i in [0, count), in order of i as threads get free; `thread` is below
// min(count, thread_count(how.threads)). After an exception no further item begins; once every thread has ended,
// the exception of the lowest i is thrown again, which is the same one at any number of threads.
// Throws Cancelled when the progress returns false.
void in_parallel(std::size_t count, const Parallel& how,
                 const std::function<void(std::size_t i, std::size_t thread)>& work);

}  // namespace s2m
