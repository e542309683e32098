#include "story2midi/nn/kernels/kernels.h"

#if defined(__aarch64__) && defined(__ARM_FEATURE_DOTPROD)

#include "story2midi/nn/kernels/neon_lanes.h"

namespace s2m {
namespace {

// Processors that add four products of bytes at once.
struct DottedBytes {
  static int32x4_t add(int32x4_t sums, int8x16_t w, int8x16_t x) { return vdotq_s32(sums, w, x); }
};

}  // namespace

const Kernels kNeonDotKernels =
    kernels_of<NeonLanes, NeonDots<DottedBytes>, NeonInt4Dots<DottedBytes>>("neondot");

}  // namespace s2m

#else

const s2m::Kernels s2m::kNeonDotKernels{.name = "neondot"};

#endif
