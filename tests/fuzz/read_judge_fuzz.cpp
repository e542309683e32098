// libFuzzer target: judge.json; what is read is written and read again.
#include <cstddef>
#include <cstdint>

#include "lab/judge/judge.h"
#include "story2midi/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto judge = s2m::judge_from_json({reinterpret_cast<const char*>(data), size});
    const auto once = s2m::to_json(judge);
    if (s2m::to_json(s2m::judge_from_json(once)) != once) __builtin_trap();
  } catch (const s2m::Error&) {
  }
  return 0;
}
