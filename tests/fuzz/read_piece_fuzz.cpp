// libFuzzer target: pieces as JSON; what is read is written and read again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "story2midi/base/error.h"
#include "story2midi/formats/save.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto piece = s2m::piece_from_json({reinterpret_cast<const char*>(data), size});
    const auto json = s2m::to_json(
        piece.score, {.plan = piece.plan, .written = piece.written, .performance = piece.performance});
    if (!(s2m::piece_from_json(json) == piece)) __builtin_trap();
  } catch (const s2m::Error&) {
  }
  return 0;
}
