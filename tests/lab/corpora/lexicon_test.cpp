#include "lab/corpora/lexicon.h"

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
