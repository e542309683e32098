// Batches for emotion training: equal numbers of the four quadrants, plus the graded corpora unbalanced. A batch is a
// pure function of (seed, number).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lab/corpora/contrast_pairs.h"
#include "lab/corpora/text_emotions.h"
#include "story2midi/base/random.h"
#include "story2midi/tokenizers/tokenizer.h"

namespace s2m::train {

struct EmotionBatchOptions {
  int quadrant_rows = 8;     // of each quadrant, from all sets
  int emobank_rows = 24;     // as they come: small differences, graded by many readers
  int tales_rows = 8;        // sentences and stretches of them, by themselves
  int tales_windows = 4;     // stretches of a tale read as one, each sentence or two with its own emotion
  std::size_t window = 160;  // tokens of such a stretch
  int goemotions_rows = 24;  // as they come, for the labels
  int contrast_pairs = 0;    // pairs of texts of opposite valence
  std::size_t tokens_at_once = 1536;  // padding with them; rows of like length stand together
  std::size_t longest = 96;           // tokens
  double hidden_words = 0;            // share of the tokens that are masked
  std::uint64_t seed = 1;
};

// Tokens of one row that are a passage: `first` to `last`, half-open.
struct RowPart {
  std::int64_t row = 0, first = 0, last = 0;
};

// Rows padded to one length.
struct TokenGroup {
  std::int64_t length = 0;
  std::vector<std::int64_t> tokens;   // (rows, length)
  std::vector<std::int64_t> lengths;  // (rows)
  std::vector<RowPart> parts;         // in the order of rows; empty: each row is one passage
};

// Valence and arousal are compared within a part: one set's small differences are not drowned by another's.
// The order is that of ReadingScale: a graded part's own scale is its own pair of the heads. Contrast pairs have no
// points.
enum class EmotionPart : std::uint8_t { kCategories, kEmobank, kTales, kPairs };
inline constexpr int kEmotionParts = 3;  // that have points

struct EmotionBatch {
  std::vector<TokenGroup> groups;      // parts of all groups, in order, are the rows of what follows
  std::vector<ValenceArousal> points;  // on the common scale
  std::vector<ValenceArousal> own;     // on the part's own; of kCategories nothing
  std::vector<EmotionPart> parts;
  std::vector<std::int64_t> quadrants;    // index_of each, -1: none
  std::vector<const EmotionText*> texts;  // whose labels count when they are from GoEmotions
  // Rows of the contrast pairs, one index a pair.
  std::vector<std::int64_t> pleasant, unpleasant;
  std::int64_t tokens = 0;  // that are no padding
};

// Token lists in groups of like length, each of at most `most_tokens` with the padding or one row;
// `order[i]` is the list that became row i.
struct GroupedTokens {
  std::vector<TokenGroup> groups;
  std::vector<std::size_t> order;
};
GroupedTokens group_by_length(const std::vector<const std::vector<TokenId>*>& lists, std::size_t most_tokens);

class EmotionBatches {
 public:
  // Takes the texts of Split::kTrain that have a point, and the pairs of Split::kTrain.
  EmotionBatches(const std::vector<EmotionText>& texts, const std::vector<ContrastPair>& pairs,
                 const Tokenizer& tokenizer, const EmotionBatchOptions& options);
  EmotionBatch batch(std::int64_t number) const;

 private:
  // A passage and what it shall be read as.
  struct Target {
    std::int64_t first = 0, last = 0;  // tokens of its row
    ValenceArousal point = {};
    ValenceArousal own = {};  // on the set's own scale (own_point)
    EmotionPart part = EmotionPart::kCategories;
    std::optional<Quadrant> quadrant = {};
    const EmotionText* text = nullptr;
    int pair = -1;    // index within the batch; -1: none
    double sign = 0;  // of a pair's text: 1 pleasant, -1 unpleasant
  };
  struct Row {
    std::vector<TokenId> tokens;
    std::vector<Target> targets;
  };
  Row alone(std::size_t text, EmotionPart part) const;
  Row tale_window(Random& random) const;
  Row pair_row(std::size_t text, int pair) const;
  std::vector<Row> draw(std::int64_t number) const;
  void hide_words(std::vector<Row>& rows, std::int64_t number) const;

  EmotionBatchOptions options_;
  Tokenizer tokenizer_;
  std::vector<EmotionText> texts_;
  std::vector<std::vector<TokenId>> tokens_;
  std::vector<std::vector<TokenId>> inner_tokens_;  // as within a text: without ends, after a space
  std::vector<EmotionText> pair_texts_;             // pleasant and unpleasant in turn
  std::map<std::string, std::vector<std::size_t>> by_source_;
  PerQuadrant<std::map<std::string, std::vector<std::size_t>>> by_quadrant_;
};

// A tale's sentence, or a stretch of them.
bool is_tale(const EmotionText& text);

// What the readers of a graded set said, about zero and within [-1, 1] but not bent onto the common scale.
ValenceArousal own_point(const EmotionText& text);

// <s> text </s> with at most `longest` tokens: the text's end is cut.
std::vector<TokenId> clipped_tokens(const Tokenizer& encoder, const std::string& text, std::size_t longest);

}  // namespace s2m::train
