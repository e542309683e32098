// The values of emotion: quadrants, means, JSON.
#include "story2midi/emotion/emotion.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

EmotionCurve example() {
  return {{{{"So \"glad\"!", 0, 10}, {0.75, 0.5, {0.25, 1}}}, {{"Größe\n", 11, 19}, {-0.5, -1, {0.5, 0}}}}};
}

TEST(Emotion, QuadrantsGoRoundFromPleasantAndExcited) {
  EXPECT_EQ(quadrant_of({0.5, 0.5}), Quadrant::kQ1);
  EXPECT_EQ(quadrant_of({-0.5, 0.5}), Quadrant::kQ2);
  EXPECT_EQ(quadrant_of({-0.5, -0.5}), Quadrant::kQ3);
  EXPECT_EQ(quadrant_of({0.5, -0.5}), Quadrant::kQ4);
  EXPECT_EQ(quadrant_of({0, 0}), Quadrant::kQ1);
}

TEST(EmotionCurve, TheMeanCountsLongPassagesMore) {
  EmotionCurve curve{{{{"abc", 0, 3}, {1, -1, {1}}}, {{"a", 3, 4}, {-1, 1, {0}}}}};
  const auto mean = curve.mean();
  EXPECT_DOUBLE_EQ(mean.valence, 0.5);
  EXPECT_DOUBLE_EQ(mean.arousal, -0.5);
  EXPECT_EQ(mean.labels, std::vector<double>{0.75});
  EXPECT_EQ(EmotionCurve{}.mean(), Emotion{});
}

TEST(EmotionCurve, JsonRoundTrip) {
  EXPECT_EQ(curve_from_json(to_json(example())), example());
  EXPECT_EQ(curve_from_json(to_json(EmotionCurve{})), EmotionCurve{});
}

TEST(EmotionCurve, JsonKeepsTimesHeadingsAndSpeakers) {
  auto curve = example();
  curve.points[0].passage.start_seconds = 4;
  curve.points[0].passage.end_seconds = 7.5;
  curve.points[1].passage.heading = "Chapter 1";
  curve.points[1].passage.speaker = "ANN, TOM";
  EXPECT_EQ(curve_from_json(to_json(curve)), curve);
}

TEST(EmotionCurve, BrokenJsonIsAnErrorThatNamesTheMember) {
  const auto fault_of = [](const std::string& json) -> std::string {
    try {
      curve_from_json(json);
    } catch (const Error& error) {
      return error.where;
    }
    return "no error";
  };
  EXPECT_EQ(
      fault_of(
          "{\"passages\":[{\"text\":\"a\",\"start_byte\":0,\"end_byte\":1,\"valence\":2,\"arousal\":0}]}"),
      "curve.passages[0].valence");
  EXPECT_EQ(fault_of("{\"passages\":[{\"text\":\"a\",\"start_byte\":2,\"end_byte\":1}]}"),
            "curve.passages[0].end_byte");
  EXPECT_EQ(fault_of("{\"passages\":7}"), "curve.passages");
  EXPECT_EQ(fault_of("nonsense"), "curve: byte 2");
  const auto json = to_json(example());
  for (std::size_t cut = 0; cut < json.size(); ++cut)
    EXPECT_THROW(curve_from_json(json.substr(0, cut)), Error);
}

}  // namespace
}  // namespace s2m
