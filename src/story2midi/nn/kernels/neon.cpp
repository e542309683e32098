#include "story2midi/nn/kernels/kernels.h"

#if defined(__aarch64__)

#include "story2midi/nn/kernels/neon_lanes.h"

namespace s2m {
namespace {

// Every processor of 64-bit ARM. Two products fit sixteen bits, as long as one factor is never -128.
struct WidenedBytes {
  static int32x4_t add(int32x4_t sums, int8x16_t w, int8x16_t x) {
    const int16x8_t low = vmull_s8(vget_low_s8(w), vget_low_s8(x)), high = vmull_high_s8(w, x);
    return vpadalq_s16(sums, vpaddq_s16(low, high));
  }
};

}  // namespace

const Kernels kNeonKernels =
    kernels_of<NeonLanes, NeonDots<WidenedBytes>, NeonInt4Dots<WidenedBytes>>("neon");

}  // namespace s2m

#else

const s2m::Kernels s2m::kNeonKernels{.name = "neon"};

#endif
