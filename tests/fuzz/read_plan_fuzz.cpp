// libFuzzer target: plans and emotion curves as JSON; what is read is written and read again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "story2midi/base/error.h"
#include "story2midi/plan/plan.h"

namespace {

template <class Read>
void there_and_back(std::string_view text, const Read& read) {
  try {
    const auto value = read(text);
    if (!(read(s2m::to_json(value)) == value)) __builtin_trap();
  } catch (const s2m::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  there_and_back(text, [](std::string_view json) { return s2m::plan_from_json(json); });
  there_and_back(text, [](std::string_view json) { return s2m::curve_from_json(json); });
  return 0;
}
