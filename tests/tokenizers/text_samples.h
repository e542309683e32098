// Texts and a small vocabulary that several tests of this folder use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "story2midi/base/random.h"
#include "story2midi/base/unicode.h"
#include "story2midi/tokenizers/bpe.h"

namespace s2m {

inline BytePairEncoder train_on(const std::vector<std::string>& lines, int vocabulary_size) {
  std::size_t next = 0;
  return train_bpe(
      [&](std::string& line) {
        if (next == lines.size()) return false;
        line = lines[next++];
        return true;
      },
      vocabulary_size);
}

inline const BytePairEncoder& small_encoder() {
  static const BytePairEncoder encoder = train_on(
      {"The lamp in the tower was lit, and the keeper walked down the long stair to the sea.",
       "The sea was still; the stair was cold. \"Who walks there?\" said the keeper's daughter.",
       "Nobody walked there but the wind, and the wind wasn't cold: it sang in the tower, and the lamp sang "
       "too.",
       "In 1843 the lamp went out... the sea rose, the tower fell, and the keeper's song went down with it."},
      320);
  return encoder;
}

// Code points of every length and class, with white space, contractions and ASCII made likely.
inline std::string random_utf8(Random& random, int code_points) {
  static const std::vector<std::string> kLikely = {
      " ",  "  ", "\n", "\t", "'s", "'ll",    "the", " tower", "é",      "e\u0301",
      "日", "한", "42", "½",  "😂",  "\u200d", "…",   "”",      "\u00a0", "?!"};
  std::string text;
  for (int i = 0; i < code_points; ++i) {
    constexpr std::uint64_t kLimits[] = {0x80, 0x800, 0x10000, 0x110000};
    const auto value = static_cast<char32_t>(random.below(kLimits[random.below(4)]));
    const bool is_surrogate = value >= 0xd800 && value < 0xe000;
    if (is_surrogate || random.below(2) == 0) {
      text += kLikely[random.below(kLikely.size())];
    } else {
      append_utf8(text, value);
    }
  }
  return text;
}

inline std::string random_bytes(Random& random, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(random.below(256));
  return bytes;
}

}  // namespace s2m
