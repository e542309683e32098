// libFuzzer target: files of themes, and the names that a text mentions; a theme fits into its bars in every metre.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "story2midi/base/error.h"
#include "story2midi/plan/named_themes.h"
#include "story2midi/stories/names.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector passages(4, s2m::Passage{.text = std::string(text)});
  for (const auto& found : s2m::recurring_names(passages))
    if (s2m::mentions(text, found.name) == 0) __builtin_trap();
  try {
    for (const auto& theme : s2m::parse_themes(text))
      for (const s2m::Metre metre :
           {s2m::Metre{4, 4}, s2m::Metre{6, 8}, s2m::Metre{7, 8}, s2m::Metre{5, 4}}) {
        const auto motif = s2m::motif_of(theme, metre);
        int end = 0;
        for (const auto& note : motif.notes) {
          if (note.start < end || note.length < 1) __builtin_trap();
          end = note.start + note.length;
        }
        if (end > motif.bars * s2m::bar_length(metre)) __builtin_trap();
      }
  } catch (const s2m::Error&) {
  }
  return 0;
}
