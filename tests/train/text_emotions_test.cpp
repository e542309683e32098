#include "lab/corpora/text_emotions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "lab/datasets/text_passages.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"
#include "tests/lab/corpora/small_emotion_sets.h"
#include "train/data/text_emotion_batches.h"

namespace s2m::train {
namespace {

namespace fs = std::filesystem;

TEST(EmotionTexts, WindowsStayInOneTale) {
  const auto windows =
      tale_windows(read_emotion_texts(small_emotion_sets(scratch_folder() / "text_emotions_test")), 2);
  ASSERT_EQ(windows.size(), 2u);
  EXPECT_EQ(windows[0].text, "They danced. There was a mill.");
}

// In a batch each part of a row stands within it, parts follow one another, and a tale's sentences all have
// their emotions.
TEST(EmotionBatches, ATalesWindowHasAnEmotionForEachPart) {
  std::string tale = "id\tstory\tauthor\tidx\tvalence\tarousal\tquadrant\ttext\n";
  for (int i = 0; i < 40; ++i) tale += "1\ts\tG\t0\t0.96\t0.73\tQ1\tThey danced.\n";
  const fs::path folder = small_emotion_sets(scratch_folder() / "emotion_batches_test");
  write_text(folder / "tales_va/train_strict.tsv", tale);
  write_text(folder / "emobank/corpus/emobank.csv",
             "id,split,V,A,D,text\na_1_2,train,2.0,3.8,3,No!\na_2_2,train,4.0,3.8,3,Yes!\n");
  int lines = 3;
  const auto vocabulary = train_bpe(
      [&](std::string& line) {
        line = "they danced and danced";
        return lines-- > 0;
      },
      270);
  EmotionBatchOptions options;
  options.tales_windows = 2;
  options.window = 24;
  const EmotionBatch batch = EmotionBatches(read_emotion_texts(folder), {}, vocabulary, options).batch(0);
  std::size_t parts = 0, shared_rows = 0;
  for (const TokenGroup& group : batch.groups) {
    std::vector<std::int64_t> ends(group.lengths.size(), 0), counts(group.lengths.size(), 0);
    for (const RowPart& part : group.parts) {
      const auto row = static_cast<std::size_t>(part.row);
      EXPECT_GE(part.first, ends[row]);
      EXPECT_GT(part.last, part.first);
      EXPECT_LE(part.last, group.lengths[row]);
      ends[row] = part.last;
      ++counts[row];
    }
    parts += group.parts.size();
    shared_rows +=
        static_cast<std::size_t>(std::ranges::count_if(counts, [](auto count) { return count > 1; }));
  }
  EXPECT_EQ(parts, batch.points.size());
  EXPECT_EQ(parts, batch.texts.size());
  EXPECT_EQ(shared_rows, 2u);
  for (std::size_t i = 0; i < parts; ++i)
    if (batch.parts[i] == EmotionPart::kTales) {
      EXPECT_GT(batch.points[i].valence, 0.9f);
      EXPECT_NEAR(batch.own[i].arousal, 0.46, 1e-3) << "as its readers gave it";
    }

  options.hidden_words = 1;
  const TokenId mask = vocabulary.id("<mask>");
  for (const TokenGroup& group :
       EmotionBatches(read_emotion_texts(folder), {}, vocabulary, options).batch(0).groups)
    for (std::size_t row = 0; row < group.lengths.size(); ++row)
      for (std::int64_t i = 0; i < group.lengths[row]; ++i) {
        const auto token =
            group.tokens[row * static_cast<std::size_t>(group.length) + static_cast<std::size_t>(i)];
        EXPECT_EQ(token == mask, i > 0 && i + 1 < group.lengths[row]) << "the ends alone stay";
      }
}

TEST(EmotionTexts, AreGroupedByLengthWithoutLoss) {
  const std::vector<std::vector<TokenId>> tokens = {{0, 9, 9, 2}, {0, 2}, {0, 8, 2}};
  const GroupedTokens grouped = group_by_length({&tokens[0], &tokens[1], &tokens[2]}, 8);
  ASSERT_EQ(grouped.groups.size(), 2u);
  EXPECT_EQ(grouped.order, (std::vector<std::size_t>{1, 2, 0}));
  EXPECT_EQ(grouped.groups[0].tokens, (std::vector<std::int64_t>{0, 2, 1, 0, 8, 2}));
  EXPECT_EQ(grouped.groups[0].lengths, (std::vector<std::int64_t>{2, 3}));
}

}  // namespace
}  // namespace s2m::train
