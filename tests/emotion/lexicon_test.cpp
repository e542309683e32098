#include "story2midi/emotion/lexicon.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

std::filesystem::path word_list(const char* text) {
  const auto file = scratch_folder() / "lexicon_test.txt";
  write_text(file, text);
  return file;
}

TEST(Lexicon, SumsItsWordsOverTheRootOfTheLength) {
  const Lexicon lexicon(word_list("joy\t2.0\t0.5\t[2, 2]\ngrave\t-1.5\t0.4\t[-1, -2]\n"));
  const auto both = lexicon.read("Joy, by the GRAVE.");
  EXPECT_DOUBLE_EQ(both.valence, (2.0 - 1.5) / std::sqrt(4.0));
  EXPECT_DOUBLE_EQ(both.arousal, (2.0 + 1.5) / std::sqrt(4.0));
  EXPECT_EQ(lexicon.read("joyful").valence, 0) << "whole words only";
  EXPECT_EQ(lexicon.read("").valence, 0);
}

TEST(Lexicon, ANegationTurnsAndWeakensWhatFollowsWithinThreeWords) {
  const Lexicon lexicon(word_list("joy\t2.0\n"));
  const double negated = -0.74 * 2 / std::sqrt(4.0);
  EXPECT_DOUBLE_EQ(lexicon.read("not a great joy").valence, negated);
  EXPECT_DOUBLE_EQ(lexicon.read("It wasn\u2019t quite joy").valence, negated);
  EXPECT_GT(lexicon.read("not for very much joy").valence, 0) << "too far before";
  EXPECT_GT(lexicon.read("joy not").valence, 0) << "behind it";
  EXPECT_GT(lexicon.read("not a great joy").arousal, 0);
}

TEST(Lexicon, FeaturesTellWhatWasSaidAndHow) {
  const Lexicon lexicon("joy\t2\ngrave\t-1.5\n", "list");
  const auto both = lexicon.features("Joy! No, not by the GRAVE?");  // six words; the grave is turned
  const double length = std::sqrt(6.0), turned = 0.74 * 1.5;
  const double expected[] = {
      (2 + turned) / length, 3.5 / length, (2 + turned) / length, 0, 1 / length, 1 / length, 2, 0,
      std::log(6.0 / 12)};
  for (std::size_t i = 0; i < kLexiconFeatures; ++i) EXPECT_NEAR(both[i], expected[i], 1e-6) << i;
  for (const float feature : lexicon.features("")) EXPECT_TRUE(std::isfinite(feature));
}

TEST(Lexicon, AFormOfAListedWordCounts) {
  const Lexicon lexicon("calm\t1\nworry\t-2\nhope\t2\n", "list");
  for (const char* form : {"calm", "calms", "calmed", "calming", "calmly", "calmer", "calmest"})
    EXPECT_EQ(lexicon.valence_of_form(form), 1) << form;
  EXPECT_EQ(lexicon.valence_of_form("worries"), -2);
  EXPECT_EQ(lexicon.valence_of_form("hoping"), 2);
  EXPECT_FALSE(lexicon.valence_of_form("calmness"));
  EXPECT_FALSE(lexicon.valence_of_form("s"));
  EXPECT_FALSE(Lexicon().valence_of_form("calm"));
}

TEST(Lexicon, FewerFeaturesStandBesideAnotherList) {
  const Lexicon lexicon("joy\t2\ngrave\t-1.5\n", "list");
  const auto found = lexicon.listed_features("Joys, and not a grave.");  // five words; the grave is turned
  const double valence = 2 + 0.74 * 1.5;
  EXPECT_NEAR(found[0], valence / 5, 1e-6);
  EXPECT_NEAR(found[1], valence / std::sqrt(5.0), 1e-6);
  EXPECT_NEAR(found[2], 3.5 / 5, 1e-6);
  EXPECT_EQ(lexicon.listed_features(""), ListedFeatures{});
}

TEST(Lexicon, LinesMakeTheSameLexicon) {
  const Lexicon lexicon("joy\t2.1\t0.5\ngrave\t-1.5\n", "list");
  EXPECT_EQ(lexicon.lines(), "grave\t-1.5\njoy\t2.1\n");
  EXPECT_EQ(Lexicon(lexicon.lines(), "again").lines(), lexicon.lines());
}

TEST(Lexicon, BrokenListsAreAnErrorThatNamesTheLine) {
  for (const char* text : {"joy\t2\ngrave -1.5\n", "joy\t2\ngrave\tmuch\n", "joy\t2\ngrave\t\n"}) {
    try {
      const Lexicon lexicon(word_list(text));
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_NE(error.where.find("line 2"), std::string::npos) << error.what();
    }
  }
  EXPECT_THROW(Lexicon("/nowhere/list.txt"), Error);
}

}  // namespace
}  // namespace s2m
