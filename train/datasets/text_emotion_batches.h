// Batches for emotion training: four quadrants in equal parts, and beside them the graded sets as they come.
// A batch is a pure function of (seed, number).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "text/bpe.h"
#include "train/datasets/text_emotions.h"

namespace s2m::train {

struct EmotionBatchOptions {
  int quadrant_rows = 8;     // of each quadrant, from all sets
  int emobank_rows = 16;     // as they come: small differences, graded by many readers
  int tales_rows = 16;       // sentences and stretches of them
  int goemotions_rows = 24;  // as they come, for the labels
  int groups = 3;            // of rows of like length, so that little is padding
  std::size_t longest = 96;  // tokens
  std::uint64_t seed = 1;
};

// Rows padded to one length.
struct TokenGroup {
  std::int64_t length = 0;
  std::vector<std::int64_t> tokens;   // (rows, length)
  std::vector<std::int64_t> lengths;  // (rows)
};

// Valence and arousal are compared within a part: one set's small differences are not drowned by another's.
enum class EmotionPart : std::uint8_t { kCategories, kEmobank, kTales };
inline constexpr int kEmotionParts = 3;

struct EmotionBatch {
  std::vector<TokenGroup> groups;  // rows of all groups, in order, are the rows of what follows
  std::vector<EmotionPoint> points;
  std::vector<EmotionPart> parts;
  std::vector<std::int64_t> quadrants;    // kNoQuadrant: none
  std::vector<const EmotionText*> texts;  // whose labels count when they are from GoEmotions
  std::int64_t tokens = 0;                // that are no padding
};

// Token lists in groups of like length; `order[i]` is the list that became row i.
struct GroupedTokens {
  std::vector<TokenGroup> groups;
  std::vector<std::size_t> order;
};
GroupedTokens group_by_length(const std::vector<const std::vector<TokenId>*>& lists,
                              std::size_t rows_a_group);

class EmotionBatches {
 public:
  // Takes the texts of Split::kTrain that have a point.
  EmotionBatches(const std::vector<EmotionText>& texts, const BytePairEncoder& encoder,
                 const EmotionBatchOptions& options);
  EmotionBatch batch(std::int64_t number) const;

 private:
  struct Row {
    std::size_t text;
    EmotionPart part;
  };
  std::vector<Row> draw(std::int64_t number) const;

  EmotionBatchOptions options_;
  std::vector<EmotionText> texts_;
  std::vector<std::vector<TokenId>> tokens_;
  std::map<std::string, std::vector<std::size_t>> by_source_;
  std::array<std::map<std::string, std::vector<std::size_t>>, 4> by_quadrant_;
};

// <s> text </s> with at most `longest` tokens: the text's end is cut.
std::vector<TokenId> clipped_tokens(const BytePairEncoder& encoder, const std::string& text,
                                    std::size_t longest);

}  // namespace s2m::train
