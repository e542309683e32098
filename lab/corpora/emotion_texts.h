// Texts labelled with emotions, read from the publishers' folders and brought to one scale
// (emotion_scales.h).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/corpora/emotion_scales.h"
#include "lab/corpora/split.h"

namespace s2m {

struct EmotionText {
  std::string text;
  std::string source;  // "emobank", "tales", ...
  std::string domain;  // "fiction", "comments", ...; empty where the set does not say
  std::string group;   // what must stay on one side of a split: a tale, a document; may be empty
  Split split = Split::kTrain;
  std::optional<ValenceArousal> point;  // on the common scale
  ValenceArousal raw;                   // the set's own numbers, where it gives numbers
  std::optional<Quadrant> quadrant;
  std::vector<int> labels;  // GoEmotions' only
};

// All sets that are found under `folder` (goemotions/, emobank/, tales_va/, xed/, isear/, fb_va/,
// semeval2018/), each in its order; what has no split of its own gets one by a hash of its text (4 % valid).
// Throws Error for a set that is there but broken, and when none is there.
std::vector<EmotionText> read_emotion_texts(const std::filesystem::path& folder);

// In [0, 1), evenly spread over texts: what lies below a share is a sample of that share, the same one each time.
double place_by_hash(std::string_view text);

// Adds one of these sets, by its folder's name, without rows whose text is blank; false, and nothing added,
// when it is not there. Throws Error for a broken set and an unknown name.
bool read_emotion_set(const std::filesystem::path& folder, std::string_view set,
                      std::vector<EmotionText>& texts);

}  // namespace s2m
