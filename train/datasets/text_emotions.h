// Texts with emotions, read from the folders that their publishers ship and brought to one scale
// (text_scales.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "train/datasets/text_scales.h"

namespace s2m::train {

enum class Split : std::uint8_t { kTrain, kValid, kTest };

struct EmotionText {
  std::string text;
  std::string source;  // "emobank", "tales", ...
  std::string group;   // what must stay on one side of a split: a tale, a document; may be empty
  Split split = Split::kTrain;
  std::optional<EmotionPoint> point;  // on the common scale
  EmotionPoint raw;                   // the set's own numbers, where it gives numbers
  int quadrant = kNoQuadrant;
  std::vector<int> labels;  // GoEmotions' only
};

// All sets that are found under `folder` (goemotions/, emobank/, tales_va/, xed/, isear/, fb_va/,
// semeval2018/), each in its order; what has no split of its own gets one by a hash of its text (4 % valid).
// Throws Error for a set that is there but broken, and when none is there.
std::vector<EmotionText> read_emotion_texts(const std::filesystem::path& folder);

// Stretches of 2 to 4 sentences of a tale in place of single ones, with their mean emotion: what a passage
// is.
std::vector<EmotionText> tale_windows(const std::vector<EmotionText>& texts, int sentences);

// Passages of running text (a paragraph a line) in which at least two words of one quadrant's short list
// stand and none of the others': a weak label, but in the language of stories. At most `most` a quadrant,
// evenly over the file.
std::vector<EmotionText> narrative_seeds(const std::filesystem::path& text, std::size_t most);

// One row of a table, cut at `delimiter`; with quotes as in CSV (RFC 4180, a row a line).
std::vector<std::string> table_cells(const std::string& line, char delimiter);

}  // namespace s2m::train
