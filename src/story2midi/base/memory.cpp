#include "story2midi/base/memory.h"

#include <cstdlib>  // says which C library this is
#ifdef __GLIBC__
#include <malloc.h>

#include <climits>
#endif

namespace s2m {

void keep_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
#endif
}

}  // namespace s2m
