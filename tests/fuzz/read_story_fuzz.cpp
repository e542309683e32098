// libFuzzer target: a story of any format, which the first byte chooses; passages and parts must lie in its source.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "story2midi/base/error.h"
#include "story2midi/stories/story.h"

namespace {

constexpr int kFormats = static_cast<int>(s2m::StoryFormat::kEpub) + 1;

// Passages stand in their order, and passages and parts in the source.
void check(const s2m::Story& story) {
  std::size_t end = 0;
  for (const auto& passage : story.passages) {
    if (passage.start_byte < end || passage.end_byte < passage.start_byte) __builtin_trap();
    end = passage.end_byte;
  }
  if (end > story.source.size()) __builtin_trap();
  for (const auto& part : story.parts)
    if (part.start_byte > story.source.size()) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  try {
    check(s2m::story_of(std::string(bytes), static_cast<s2m::StoryFormat>(data[0] % kFormats)));
  } catch (const s2m::Error&) {
  }
  return 0;
}
