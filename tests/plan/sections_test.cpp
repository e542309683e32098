// Where a piece turns: sections of a story.
#include "story2midi/plan/sections.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "story2midi/base/random.h"
#include "story2midi/plan/turns.h"

namespace s2m {
namespace {

struct Sentence {
  int words;
  double valence, arousal;
  PassageStart starts = PassageStart::kSentence;
};

EmotionCurve curve_of(const std::vector<Sentence>& sentences) {
  EmotionCurve curve;
  std::size_t start = 0;
  for (const auto& sentence : sentences) {
    CurvePoint point;
    for (int i = 0; i < sentence.words; ++i) point.passage.text += "stone ";
    point.passage.start_byte = start;
    point.passage.end_byte = start += point.passage.text.size();
    point.passage.starts = sentence.starts;
    point.emotion.valence = sentence.valence;
    point.emotion.arousal = sentence.arousal;
    point.emotion.uncertainty = ValenceArousal{0.3, 0.3};
    curve.points.push_back(point);
  }
  return curve;
}

std::vector<int> section_bars(const std::vector<Sentence>& sentences, int bars) {
  std::vector<int> all;
  for (const auto& stretch : divide(course_in_bytes(curve_of(sentences)), bars)) all.push_back(stretch.bars);
  return all;
}

TEST(Sections, ThreeSentencesFromLossToJoyAreNoFlatBlock) {
  EXPECT_GE(section_bars({{15, -0.6, -0.4}, {15, -0.1, 0.1}, {15, 0.7, 0.6}}, 16).size(), 2u);
}

TEST(Sections, TwoSentencesMayHaveAnArc) {
  EXPECT_EQ(section_bars({{12, -0.6, -0.3}, {12, 0.6, 0.4}}, 16), (std::vector<int>{8, 8}));
}

TEST(Sections, ATaleOfFourParagraphsTurnsWithEach) {
  std::vector<Sentence> tale;
  const double valences[] = {0.5, -0.3, -0.7, 0.6};
  for (const double valence : valences)
    for (int i = 0; i < 16; ++i)
      tale.push_back({16, valence + 0.1 * (i % 3 - 1), 0.2 * valence,
                      i == 0 ? PassageStart::kParagraph : PassageStart::kSentence});
  const auto stretches = divide(course_in_bytes(curve_of(tale)), 128);
  for (const std::size_t border : {16u, 32u, 48u})
    EXPECT_TRUE(std::ranges::any_of(stretches, [&](const Stretch& stretch) {
      return stretch.first == border;
    })) << border;
}

TEST(Sections, MusicDoesNotTwitch) {
  std::vector<Sentence> story;
  Random random(3);
  for (int i = 0; i < 60; ++i)
    story.push_back({12, 0.3 * random.uniform() - 0.15, 0.3 * random.uniform() - 0.15});
  EXPECT_LE(section_bars(story, 120).size(), 10u);
  std::vector<Sentence> striking(20, {15, -0.3, -0.2});
  striking[9] = {15, 0.4, 0.5};
  for (const auto& stretch : divide(course_in_bytes(curve_of(striking)), 48))
    EXPECT_NE(stretch.first, 9u) << "an accent is no section";
}

TEST(Sections, BeginWithChaptersAndScenes) {
  std::vector<Sentence> story(40, {15, 0.1, 0});
  story[13].starts = story[29].starts = PassageStart::kPart;
  const auto stretches = divide(course_in_bytes(curve_of(story)), 100);
  for (const std::size_t border : {13u, 29u})
    EXPECT_TRUE(std::ranges::any_of(stretches, [&](const Stretch& stretch) {
      return stretch.first == border;
    })) << border;
}

TEST(Sections, CoverTheStoryInWholePhrases) {
  Random random(5);
  for (int round = 0; round < 100; ++round) {
    std::vector<Sentence> story;
    for (int i = random.between(1, 120); i > 0; --i)
      story.push_back({random.between(1, 40), 2 * random.uniform() - 1, 2 * random.uniform() - 1,
                       static_cast<PassageStart>(random.below(3))});
    const int bars = random.between(1, 160);
    const auto stretches = divide(course_in_bytes(curve_of(story)), bars);
    int sum = 0;
    std::size_t next = 0;
    for (const auto& stretch : stretches) {
      EXPECT_EQ(stretch.first, next);
      EXPECT_TRUE(stretch.bars % kPhraseBars == 0 || &stretch == &stretches.back());
      EXPECT_GT(stretch.bars, 0);
      next = stretch.last;
      sum += stretch.bars;
    }
    EXPECT_EQ(next, story.size());
    EXPECT_EQ(sum, bars);
  }
}

CurvePoint told(std::string text, std::string speaker = {}) {
  CurvePoint point;
  point.passage.text = std::move(text);
  point.passage.speaker = std::move(speaker);
  return point;
}

TEST(Turns, OpeningsOfAnotherTime) {
  const std::vector<CurvePoint> points{told("The ship lay still."), told("The sailors slept."),
                                       told("\"The next morning the storm had gone.\""), told("They sang.")};
  const auto turns = turns_of(points);
  EXPECT_GE(turns[2], 0.5);
  EXPECT_LT(turns[1], 0.5);
  EXPECT_EQ(turns[0], 0);
}

TEST(Turns, AnotherSpeaker) {
  const std::vector<CurvePoint> points{told("Stay.", "ANN"), told("Please.", "ANN"), told("Never.", "TOM")};
  EXPECT_GT(turns_of(points)[2], turns_of(points)[1]);
}

TEST(Turns, AnotherVocabulary) {
  std::vector<CurvePoint> points;
  for (int i = 0; i < 12; ++i)
    points.push_back(told("The harbour ships sailed over stormy water with sailors and anchors."));
  for (int i = 0; i < 12; ++i)
    points.push_back(told("The kitchen smelled of bread, butter, apples, cinnamon and sugar."));
  const auto turns = turns_of(points);
  EXPECT_EQ(std::ranges::max_element(turns) - turns.begin(), 12);
}

}  // namespace
}  // namespace s2m
