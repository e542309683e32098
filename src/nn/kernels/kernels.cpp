#include "nn/kernels/kernels.h"

#include <cstdlib>
#include <string_view>

namespace s2m {
namespace {

const Kernels& choose() {
  const char* asked = std::getenv("S2M_KERNELS");
  const Kernels* const from_fastest[] = {&kAvx512Kernels, &kAvx2Kernels, &kScalarKernels};
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
  if (&kernels == &kAvx2Kernels) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
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
