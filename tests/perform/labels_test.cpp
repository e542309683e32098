// Markers, cue points and captions stand where the music is that they name.
#include "story2midi/perform/labels.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

Section section_of(std::size_t start, std::size_t end, int bars) {
  Section section{"Words", start, end, std::vector<BarPlan>(static_cast<std::size_t>(bars))};
  return section;
}

CurvePoint point(std::string text, std::size_t start) {
  const auto end = start + text.size();
  return {{std::move(text), start, end}, {}};
}

constexpr std::int32_t kBar = 4 * kTicksPerQuarter;

TEST(Labels, CaptionsShareTheirSectionByTheirBytes) {
  Plan plan;
  plan.sections = {section_of(0, 30, 4), section_of(30, 50, 2)};
  const EmotionCurve curve{
      {point("Ten bytes.", 0), point("Thirty bytes of one  sentence.", 11), point("The second.", 32)}};
  Score score;
  score.tracks.emplace_back();
  add_captions(plan, curve, score);
  EXPECT_EQ(score.tracks[0].lyrics,
            (std::vector<Lyric>{
                {0, "Ten bytes."}, {kBar, "Thirty bytes of one sentence."}, {4 * kBar, "The second."}}));
}

TEST(Labels, CaptionsOfAPlanThatKeepsTimesStandAtTheirOwn) {
  Plan plan;
  plan.sections = {section_of(0, 50, 4)};
  plan.cues = {{}};
  EmotionCurve curve{{point("First.", 0), point("Second.", 10)}};
  curve.points[0].passage.start_seconds = 0.5;
  curve.points[1].passage.start_seconds = 6;
  Score score;
  score.tracks.emplace_back();
  score.tempos = {Tempo::from_bpm(0, 60)};
  add_captions(plan, curve, score);
  EXPECT_EQ(score.tracks[0].lyrics,
            (std::vector<Lyric>{{kTicksPerQuarter / 2, "First."}, {6 * kTicksPerQuarter, "Second."}}));
}

TEST(Labels, AScoreWithoutTracksHasNone) {
  Plan plan;
  plan.sections = {section_of(0, 10, 4)};
  Score silent;
  add_captions(plan, {{point("First.", 0)}}, silent);
  EXPECT_EQ(silent, Score());
}

TEST(Labels, SectionsWithoutBytesHaveNoCaptions) {
  Plan plan;
  plan.sections = {section_of(0, 0, 4)};
  Score score;
  score.tracks.emplace_back();
  add_captions(plan, {{point("First.", 0)}}, score);
  EXPECT_TRUE(score.tracks[0].lyrics.empty());
}

}  // namespace
}  // namespace s2m
