#include "story2midi/emotion/ngrams.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace s2m {
namespace {

constexpr std::uint32_t kBuckets = 1u << 20;

double total(const std::vector<NgramValue>& values) {
  double sum = 0;
  for (const auto& ngram : values) sum += ngram.value;
  return sum;
}

double shared(const std::vector<NgramValue>& a, const std::vector<NgramValue>& b) {
  return static_cast<double>(std::ranges::count_if(a, [&](const NgramValue& ngram) {
    return std::ranges::find(b, ngram.bucket, &NgramValue::bucket) != b.end();
  }));
}

TEST(Ngrams, AreWordsPairsAndLettersInARow) {
  const auto counts = count_ngrams("she ran", kBuckets);
  EXPECT_EQ(counts.words.size(), 3u) << "two words, one pair";
  // " she " and " ran " have three, two and one stretches of three, four and five.
  EXPECT_EQ(counts.letters.size(), 12u);
  EXPECT_EQ(total(counts.letters), 12);
}

TEST(Ngrams, AMarkIsAWordAndCaseCountsForLettersAlone) {
  EXPECT_EQ(count_ngrams("No!", kBuckets).words.size(), 3u);
  EXPECT_EQ(count_ngrams("NO", kBuckets).words, count_ngrams("no", kBuckets).words);
  EXPECT_NE(count_ngrams("NO", kBuckets).letters, count_ngrams("no", kBuckets).letters);
}

TEST(Ngrams, CurlyMarksAreStraightOnes) {
  const auto curly = count_ngrams("\u201cDon\u2019t \u2014 go\u201d", kBuckets);
  const auto straight = count_ngrams("\"Don't - go\"", kBuckets);
  EXPECT_EQ(curly.words, straight.words);
  EXPECT_EQ(curly.letters, straight.letters);
}

TEST(Ngrams, WhatComesOftenCountsByItsLogarithm) {
  const auto counts = count_ngrams("ha ha ha", kBuckets);
  EXPECT_FLOAT_EQ(std::ranges::max(counts.words, {}, &NgramValue::value).value, 1 + std::log(3.f));
}

TEST(Ngrams, WordsThatShareAStemShareLetters) {
  const auto glad = count_ngrams("gladness", kBuckets).letters,
             gladly = count_ngrams("gladly", kBuckets).letters;
  EXPECT_GE(shared(glad, gladly), 6);
  EXPECT_EQ(shared(glad, count_ngrams("worm", kBuckets).letters), 0);
}

TEST(Ngrams, HostileBytesAreCountedLikeOthers) {
  const std::string bytes("\xe2\x80\0\xff\xe2\x80", 6);
  for (const auto& family : {count_ngrams(bytes, 7).words, count_ngrams(bytes, 7).letters})
    for (const auto& ngram : family) EXPECT_LT(ngram.bucket, 7u);
  EXPECT_TRUE(count_ngrams("", kBuckets).letters.empty());
}

TEST(Ngrams, EachFamilyIsBroughtToLengthOneAndWhatIsNotRareIsLeftOut) {
  const auto counts = count_ngrams("the storm was calm", kBuckets);
  std::vector<float> rarity(kBuckets, 2);
  const auto squares = [&] {
    double sum = 0;
    for (const auto& ngram : weigh_ngrams(counts, rarity)) sum += double{ngram.value} * ngram.value;
    return sum;
  };
  EXPECT_NEAR(squares(), 2, 1e-5);
  for (const auto& ngram : counts.words) rarity[ngram.bucket] = 0;
  EXPECT_NEAR(squares(), 1, 1e-5);
}

}  // namespace
}  // namespace s2m
