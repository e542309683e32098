// How the allocator deals with the system.
#pragma once

namespace s2m {

// To be called first of all, by programs whose steps ask for the same large blocks again and again. The
// allocator would give them back to the system each time, and the system would clear their pages each time.
void keep_memory();

}  // namespace s2m
