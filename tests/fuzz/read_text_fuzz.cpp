// libFuzzer target: plain text; its passages must be its own bytes, and its tokens must decode to it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "story2midi/base/error.h"
#include "story2midi/stories/passages.h"
#include "story2midi/stories/sentences.h"
#include "story2midi/tokenizers/bpe.h"

namespace {

const s2m::BytePairEncoder& encoder() {
  static const auto trained = s2m::train_bpe(
      [lines = 3](std::string& line) mutable {
        line = "the lamp in the tower, the keeper's lamp... in the sea";
        return lines-- > 0;
      },
      300);
  return trained;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view story(reinterpret_cast<const char*>(data), size);
  if (encoder().decode(encoder().encode(story)) != story) __builtin_trap();
  s2m::split_sentences(story);
  try {
    std::size_t end = 0;
    for (const auto& passage : s2m::split_passages(story, {5, 9})) {
      const bool is_exact =
          story.substr(passage.start_byte, passage.end_byte - passage.start_byte) == passage.text;
      if (!is_exact || passage.text.empty() || passage.start_byte < end) __builtin_trap();
      end = passage.end_byte;
    }
    if (end == 0) __builtin_trap();
  } catch (const s2m::Error&) {
  }
  return 0;
}
