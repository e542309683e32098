#include "story2midi/music/metre.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

using Places = std::vector<int>;

// The weights of a bar's beats.
std::vector<double> stress(Metre metre) {
  std::vector<double> weights;
  for (const int place : beats(metre)) weights.push_back(metrical_weight(metre, place));
  return weights;
}

TEST(Metre, ABarIsAsLongAsItsUnits) {
  EXPECT_EQ(bar_length({4, 4}), 48);
  EXPECT_EQ(bar_length({6, 8}), 36);
  EXPECT_EQ(bar_length({7, 8}), 42);
  EXPECT_EQ(bar_length({3, 2}), 72);
  EXPECT_EQ(bar_length({3, 16}), 9);
}

TEST(Metre, CompoundMetresBeatInDottedNotes) {
  EXPECT_EQ(beats({6, 8}), (Places{0, 18}));
  EXPECT_EQ(beats({9, 8}), (Places{0, 18, 36}));
  EXPECT_EQ(beats({12, 8}), (Places{0, 18, 36, 54}));
  EXPECT_EQ(beats({3, 8}), (Places{0}));
}

TEST(Metre, UnevenMetresBeatInTwosAndThrees) {
  EXPECT_EQ(beats({5, 8}), (Places{0, 18}));
  EXPECT_EQ(beats({7, 8}), (Places{0, 12, 24}));
  EXPECT_EQ(beats({10, 8}), (Places{0, 12, 24, 36, 48}));
  EXPECT_EQ(beats({11, 8}), (Places{0, 18, 36, 54}));
}

TEST(Metre, EachMetreHasItsStress) {
  using Weights = std::vector<double>;
  EXPECT_EQ(stress({2, 4}), (Weights{1, .5}));
  EXPECT_EQ(stress({3, 4}), (Weights{1, .5, .5}));
  EXPECT_EQ(stress({4, 4}), (Weights{1, .5, .75, .5}));
  EXPECT_EQ(stress({5, 4}), (Weights{1, .5, .5, .75, .5}));
  EXPECT_EQ(stress({6, 4}), (Weights{1, .5, .5, .75, .5, .5}));
  EXPECT_EQ(stress({7, 4}), (Weights{1, .5, .75, .5, .75, .5, .5}));
  EXPECT_EQ(stress({8, 4}), (Weights{1, .5, .5, .5, .75, .5, .5, .5}));
  EXPECT_EQ(stress({6, 8}), (Weights{1, .5}));
  EXPECT_EQ(stress({9, 8}), (Weights{1, .5, .5}));
  EXPECT_EQ(stress({12, 8}), (Weights{1, .5, .75, .5}));
  EXPECT_EQ(stress({15, 8}), (Weights{1, .5, .5, .75, .5}));
  EXPECT_EQ(stress({7, 8}), (Weights{1, .5, .5}));
}

TEST(Metre, DivisionsWeighLessTheFinerTheyAre) {
  EXPECT_EQ(metrical_weight({4, 4}, 6), .25);
  EXPECT_EQ(metrical_weight({4, 4}, 3), .125);
  EXPECT_EQ(metrical_weight({4, 4}, 4), .0625);  // of a triplet
  EXPECT_EQ(metrical_weight({6, 8}, 6), .25);
  EXPECT_EQ(metrical_weight({6, 8}, 12), .25);
  EXPECT_EQ(metrical_weight({6, 8}, 9), .125);
  EXPECT_EQ(metrical_weight({7, 8}, 6), .25);
}

TEST(Metre, PlacesBeyondTheBarAreThoseOfTheNextOne) {
  EXPECT_EQ(metrical_weight({3, 4}, 36), 1);
  EXPECT_EQ(metrical_weight({3, 4}, -12), .5);
}

}  // namespace
}  // namespace s2m
