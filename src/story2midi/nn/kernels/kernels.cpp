#include "story2midi/nn/kernels/kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <cstdlib>
#include <string_view>

namespace s2m {
namespace {

#if defined(__x86_64__)
// By CPUID itself: not every compiler's builtin knows the name.
bool has_avx_vnni() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0 && (eax >> 4 & 1) != 0;
}
#endif

const Kernels& choose() {
  const char* asked = std::getenv("S2M_KERNELS");
  const Kernels* const from_fastest[] = {&kAvx512Kernels, &kAvxVnniKernels, &kAvx2Kernels, &kScalarKernels};
  for (const auto* kernels : from_fastest)
    if (asked != nullptr && std::string_view(asked) == kernels->name && runs_here(*kernels)) return *kernels;
  for (const auto* kernels : from_fastest)
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
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vnni");
#endif
  return true;
}

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace s2m
