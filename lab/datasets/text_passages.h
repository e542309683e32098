// The sources of the passage pool: labelled corpora, and stories whose emotion the encoder predicts.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lab/corpora/emotion_texts.h"
#include "lab/datasets/passage_pool.h"
#include "story2midi/reading/emotion_reader.h"

namespace s2m {

// Of labelled sets, what clearly has a quadrant: GoEmotions' rows of one quadrant, EmoBank, XED and ISEAR,
// and stretches of three sentences of tales.
std::vector<EmotionText> labelled_passages(const std::vector<EmotionText>& texts);

// Paragraphs of stories for a judge to read: `count` of 120 to 600 bytes, evenly over the file, which holds a
// paragraph a line and an empty line after each book. A book stays on one side of the split; every twentieth
// is held out. Throws Error.
std::vector<EmotionText> narrative_candidates(const std::filesystem::path& text, std::size_t count);

// The candidates with what the reader feels in them: of each quadrant at most a twelfth of them, those that
// lie farthest out on their lesser axis.
std::vector<EmotionText> most_certain(std::vector<EmotionText> candidates, const EmotionReader& reader,
                                      const Progress& progress = {});

// Rows of the pool, numbered by their source: "goemotions-17".
std::vector<PoolPassage> pool_passages(const std::vector<EmotionText>& texts);

}  // namespace s2m
