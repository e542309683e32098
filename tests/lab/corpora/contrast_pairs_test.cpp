#include "lab/corpora/contrast_pairs.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace s2m {
namespace {

TEST(ContrastPairs, OurOwnAreFourHundredHalfToLearnFromAndNoneStandsTwice) {
  const auto pairs = read_contrast_pairs("lab/texts/contrast_pairs.tsv");
  ASSERT_EQ(pairs.size(), 400u);
  std::map<std::pair<std::string, Split>, int> count;
  std::set<std::string> texts;
  for (const auto& pair : pairs) {
    ++count[{pair.kind, pair.split}];
    EXPECT_TRUE(texts.insert(pair.pleasant).second) << pair.pleasant;
    EXPECT_TRUE(texts.insert(pair.unpleasant).second) << pair.unpleasant;
  }
  for (const char* kind : {"negation", "irony", "tense", "context"}) {
    EXPECT_EQ((count[{kind, Split::kTrain}]), 50) << kind;
    EXPECT_EQ((count[{kind, Split::kTest}]), 50) << kind;
  }
}

}  // namespace
}  // namespace s2m
