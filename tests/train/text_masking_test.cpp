#include "train/data/text_masking.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "story2midi/base/error.h"
#include "tests/base/scratch_folder.h"
#include "train/data/text_shard.h"

namespace s2m::train {
namespace {

const char* const kLines[] = {"the gentle rain was falling on the old roof",
                              "and the children were sleeping under it",
                              "in the morning the road was white and still"};

BytePairEncoder small_vocabulary() {
  int line = 0;
  return train_bpe(
      [&](std::string& out) {
        if (line >= 300) return false;
        out = kLines[line++ % 3];
        return true;
      },
      300);
}

std::filesystem::path written_shards(const BytePairEncoder& vocabulary) {
  const std::filesystem::path folder = scratch_folder() / "text_masking_test";
  std::filesystem::create_directories(folder);
  std::ofstream out(folder / "text.txt");
  for (int i = 0; i < 300; ++i) out << kLines[i % 3] << '\n';
  out.close();
  build_text_shards(folder / "text.txt", vocabulary, folder);
  return folder;
}

TEST(TextShard, HoldsEveryParagraphWithItsEnd) {
  const BytePairEncoder vocabulary = small_vocabulary();
  const TextShard shard(written_shards(vocabulary) / "train.text");
  const auto first = vocabulary.encode(kLines[0]);
  ASSERT_GT(shard.ids().size(), first.size());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(shard.ids()[i], first[i]);
  EXPECT_EQ(shard.ids()[first.size()], kTextEnd);
  EXPECT_EQ(std::ranges::count(shard.ids(), kTextEnd), 300);
}

TEST(TextShard, NoTextBesideIsHeldOut) {
  const BytePairEncoder vocabulary = small_vocabulary();
  const auto folder = written_shards(vocabulary);
  const std::vector<std::string> beside(700, "the rain");
  build_text_shards(folder / "text.txt", vocabulary, folder, beside);
  EXPECT_EQ(std::ranges::count(TextShard(folder / "train.text").ids(), kTextEnd), 1000);
}

TEST(TextShard, RefusesForeignAndCutFiles) {
  const auto path = scratch_folder() / "cut.text";
  write_text(path, "S2MTEXT1 and no more");
  EXPECT_THROW(TextShard{path}, Error);
  write_text(path, "something else entirely");
  EXPECT_THROW(TextShard{path}, Error);
}

TEST(MaskedText, IsAFunctionOfSeedAndNumber) {
  const BytePairEncoder vocabulary = small_vocabulary();
  const TextShard shard(written_shards(vocabulary) / "train.text");
  const MaskedText a(shard.ids(), vocabulary, {4, 16, 0.3, 9}), b(shard.ids(), vocabulary, {4, 16, 0.3, 9});
  (void)b.batch(5);
  EXPECT_EQ(a.batch(7).tokens, b.batch(7).tokens);
  EXPECT_EQ(a.batch(7).places, b.batch(7).places);
  EXPECT_NE(a.batch(7).tokens, a.batch(8).tokens);
}

TEST(MaskedText, HidesWholeWordsAtAboutTheRate) {
  const BytePairEncoder vocabulary = small_vocabulary();
  const TextShard shard(written_shards(vocabulary) / "train.text");
  const MaskedText text(shard.ids(), vocabulary, {8, 32, 0.25, 3});
  double hidden = 0, all = 0;
  for (int number = 0; number < 40; ++number) {
    const MaskedBatch batch = text.batch(number);
    hidden += static_cast<double>(batch.places.size());
    all += static_cast<double>(batch.tokens.size());
    std::vector<std::int64_t> whole = batch.tokens;
    for (std::size_t i = 0; i < batch.places.size(); ++i)
      whole[static_cast<std::size_t>(batch.places[i])] = batch.targets[i];
    const std::set<std::int64_t> places(batch.places.begin(), batch.places.end());
    for (const std::int64_t place : batch.places) {
      const std::int64_t next = place + 1;
      if (next % 32 == 31 || next % 32 == 0 || whole[static_cast<std::size_t>(next)] == kTextEnd) continue;
      const auto id = static_cast<TokenId>(whole[static_cast<std::size_t>(next)]);
      EXPECT_TRUE(vocabulary.starts_word(id) || places.contains(next)) << "a word is hidden in part";
    }
  }
  EXPECT_NEAR(hidden / all, 0.25 * 0.9, 0.06);  // ends of paragraphs and rows are never hidden
}

}  // namespace
}  // namespace s2m::train
