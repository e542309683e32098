#include "story2midi/nn/kernels/kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

#include <cstdlib>
#include <cstring>
#include <string>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

// Linux says it; other systems of ARM make do with the set that runs everywhere.
bool has_neon_dot() {
#if defined(__aarch64__) && defined(__linux__)
  return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#else
  return false;
#endif
}

#if defined(__x86_64__)
// By CPUID itself: not every compiler's builtin knows the name.
bool has_avx_vnni() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0 && (eax >> 4 & 1) != 0;
}
#endif

constexpr const Kernels* kFromFastest[] = {&kAvx512Kernels,  &kAvxVnniKernels, &kAvx2Kernels,
                                           &kNeonDotKernels, &kNeonKernels,    &kScalarKernels};

const Kernels& choose() {
  if (const char* asked = std::getenv("S2M_KERNELS"); asked != nullptr) return kernels_named(asked);
  for (const auto* kernels : kFromFastest)
    if (runs_here(*kernels)) return *kernels;
  return kScalarKernels;
}

}  // namespace

bool runs_here(const Kernels& kernels) {
  if (kernels.multiply == nullptr) return false;
#if defined(__x86_64__)
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (&kernels == &kAvx2Kernels) return avx2;
  if (&kernels == &kAvxVnniKernels) return avx2 && has_avx_vnni();
  if (&kernels == &kAvx512Kernels)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vnni");
#endif
  if (&kernels == &kNeonDotKernels) return has_neon_dot();
  return true;
}

const Kernels& kernels_named(const char* name) {
  for (const auto* kernels : kFromFastest) {
    if (std::strcmp(name, kernels->name) != 0) continue;
    if (runs_here(*kernels)) return *kernels;
    throw Error(ErrorKind::kUnsupported, "S2M_KERNELS",
                "this processor lacks the instructions of that kernel set",
                "a set that runs here, such as scalar", name);
  }
  throw Error("S2M_KERNELS", "unknown kernel set", "scalar, avx2, avxvnni, avx512, neon or neondot",
              "'" + std::string(name) + "'");
}

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace s2m
