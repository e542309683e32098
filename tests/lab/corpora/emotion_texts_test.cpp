#include "lab/corpora/emotion_texts.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"
#include "tests/lab/corpora/small_emotion_sets.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

fs::path place(const char* name) { return scratch_folder() / name; }

TEST(EmotionTexts, StandOnOneScale) {
  const auto texts = read_emotion_texts(small_emotion_sets(place("emotion_texts")));
  ASSERT_EQ(texts.size(), 12u + 2u + 3u);
  EXPECT_EQ(texts[0].quadrant, Quadrant::kQ3) << "grief is sad";
  EXPECT_EQ(texts[1].quadrant, Quadrant::kQ4);
  EXPECT_EQ(texts[2].quadrant, std::nullopt) << "neutral is its own";
  EXPECT_EQ(texts[3].quadrant, std::nullopt) << "anger and joy";
  EXPECT_EQ(texts[12].text, "She said \"yes\", and laughed.");
  EXPECT_EQ(texts[12].quadrant, Quadrant::kQ1);
  EXPECT_FLOAT_EQ(texts[12].point->valence, 1.f);
  EXPECT_EQ(texts[13].split, Split::kValidation);
  EXPECT_EQ(texts[13].quadrant, Quadrant::kQ3);
}

TEST(EmotionTexts, NeutralTalesAreNotTheCalmest) {
  const ValenceArousal neutral = tales_point({0.469f, 0.184f}), sad = tales_point({0.052f, 0.288f});
  EXPECT_NEAR(neutral.valence, 0, 1e-3);
  EXPECT_GT(neutral.arousal, sad.arousal);
  EXPECT_LT(sad.valence, -0.8f);
}

TEST(EmotionTexts, BlankRowsAreLeftOut) {
  const auto folder = fresh_emotion_folder(place("emotion_blank"));
  write_text(folder / "emobank/corpus/emobank.csv",
             "id,split,V,A,D,text\na,train,3,3,3,\nb,train,3,3,3,\" \"\nc,train,3,3,3,x\n");
  std::vector<EmotionText> texts;
  EXPECT_TRUE(read_emotion_set(folder, "emobank", texts));
  ASSERT_EQ(texts.size(), 1u);
  EXPECT_EQ(texts[0].text, "x");
}

TEST(EmotionTexts, KnowTheirDomain) {
  const auto folder = small_emotion_sets(place("emotion_domains"));
  EXPECT_EQ(read_emotion_texts(folder)[12].domain, "") << "EmoBank without its meta.tsv";
  write_text(folder / "emobank/corpus/meta.tsv",
             "id\tdocument\tcategory\tsubcategory\na_1_2\ta\tnewspaper\tnyt\nb_1_2\tb\tfiction\t\n");
  const auto texts = read_emotion_texts(folder);
  EXPECT_EQ(texts[0].domain, "comments");
  EXPECT_EQ(texts[12].domain, "news");
  EXPECT_EQ(texts[13].domain, "fiction");
  EXPECT_EQ(texts.back().domain, "fairy tales");
}

TEST(EmotionTexts, ASetAloneIsReadOrSaidToBeAbsent) {
  const auto folder = small_emotion_sets(place("emotion_set"));
  std::vector<EmotionText> texts;
  EXPECT_TRUE(read_emotion_set(folder, "emobank", texts));
  EXPECT_EQ(texts.size(), 2u);
  EXPECT_FALSE(read_emotion_set(folder, "xed", texts));
  EXPECT_EQ(texts.size(), 2u);
  EXPECT_THROW(read_emotion_set(folder, "no_such_set", texts), Error);
}

// What is wrong is said with its file and line.
void expect_error(const fs::path& folder, const char* set, const std::string& where) {
  std::vector<EmotionText> texts;
  try {
    read_emotion_set(folder, set, texts);
    ADD_FAILURE() << "no error for " << where;
  } catch (const Error& error) {
    EXPECT_NE(error.where.find(where), std::string::npos) << error.what();
  }
}

TEST(EmotionTexts, BrokenTablesAreAnErrorThatNamesTheLine) {
  const auto folder = fresh_emotion_folder(place("emotion_broken"));
  const auto emobank = folder / "emobank/corpus/emobank.csv";
  for (const char* row :
       {"a,train,high,3,3,x\n", "a,train,3,nan,3,x\n", "a,somewhere,3,3,3,x\n", "a,train,3\n"}) {
    write_text(emobank, std::string("id,split,V,A,D,text\nb,train,3,3,3,fine\n") + row);
    expect_error(folder, "emobank", "emobank.csv: line 3");
  }
  for (const char* labels : {"28", "-1", "joy", "", "3;4"}) {
    for (const char* part : {"train.tsv", "dev.tsv", "test.tsv"})
      write_text(folder / "goemotions/data/original" / part, std::string("hm\t") + labels + "\tx\n");
    expect_error(folder, "goemotions", "train.tsv: line 1");
  }
  EXPECT_THROW(read_emotion_texts(folder / "nowhere"), Error);
}

}  // namespace
}  // namespace s2m
