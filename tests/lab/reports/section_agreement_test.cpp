#include "lab/reports/section_agreement.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace s2m {
namespace {

Plan plan_of(int sections) {
  Plan plan;
  for (int i = 0; i < sections; ++i) {
    Section section{"Section", static_cast<std::size_t>(10 * i), static_cast<std::size_t>(10 * i + 10), {}};
    section.bars.assign(4, {.tempo_bpm = 60.0 + 10 * i});
    plan.sections.push_back(section);
  }
  return plan;
}

// A section of repeated notes, the faster and louder the later; the judge hears their velocity.
Piece piece_of(int sections) {
  Piece piece{plan_of(sections), {}, {}};
  Track track{"Melody", 0, false, {}, {}};
  for (int beat = 0; beat < 16 * sections; ++beat)
    track.notes.push_back({beat * 480, 400, 60, static_cast<std::uint8_t>(40 + 10 * (beat / 16))});
  piece.score.tracks.push_back(track);
  return piece;
}

Judge judge_of_velocity() {
  Judge judge;
  judge.inputs = {{"velocity", InputScale::kLinear, 64, 20, 0.5, 1}};
  return judge;
}

TEST(SectionAgreementTest, SectionsAreJudgedByTheirOwnBars) {
  EmotionCurve curve;
  for (std::size_t i = 0; i < 4; ++i)
    curve.points.push_back({{"Ten bytes.", 10 * i, 10 * i + 9}, {0.1 * static_cast<double>(i), 0.2, {}}});
  curve.points[3].emotion.valence = -0.5;
  const auto sections = judged_sections(curve, piece_of(4), judge_of_velocity());
  ASSERT_EQ(sections.size(), 4u);
  EXPECT_NEAR(sections[1].story.valence, 0.1, 1e-9);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_GT(sections[i].music.arousal, sections[i - 1].music.arousal);
  const auto agreement = section_agreement(sections);
  EXPECT_NEAR(agreement.valence, -0.2, 1e-9);  // ranks 2 3 4 1 beside 1 2 3 4
  EXPECT_EQ(agreement.arousal, 0);             // the story's is flat
}

TEST(SectionAgreementTest, SectionsWithoutPassagesOrNotesAreLeftOut) {
  EmotionCurve curve{{{{"Ten bytes.", 0, 9}, {}}, {{"Ten bytes.", 10, 19}, {}}}};
  Piece piece = piece_of(3);
  std::erase_if(piece.score.tracks[0].notes, [](const Note& note) { return note.start_ticks < 16 * 480; });
  EXPECT_EQ(judged_sections(curve, piece, judge_of_velocity()).size(), 1u);
}

TEST(SectionAgreementTest, AJudgedPlanHasTheJudgesReading) {
  Piece piece = piece_of(3);
  std::erase_if(piece.score.tracks[0].notes,
                [](const Note& note) { return note.start_ticks >= 16 * 480 && note.start_ticks < 32 * 480; });
  const Plan plan = judged_plan(piece, judge_of_velocity());
  const auto arousal = [&](std::size_t section) { return plan.sections[section].bars.back().arousal; };
  EXPECT_EQ(arousal(1), arousal(0)) << "silence is as the section before";
  EXPECT_GT(arousal(2), arousal(1));
}

TEST(SectionAgreementTest, AShuffledPlanHasTheSameBarsInOtherSections) {
  const Plan plan = plan_of(8), shuffled = with_shuffled_sections(plan, 1);
  EXPECT_NE(shuffled, plan);
  EXPECT_EQ(with_shuffled_sections(plan, 1), shuffled);
  std::vector<double> before, after;
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(shuffled.sections[i].start_byte, plan.sections[i].start_byte);
    before.push_back(plan.sections[i].bars[0].tempo_bpm);
    after.push_back(shuffled.sections[i].bars[0].tempo_bpm);
  }
  std::sort(after.begin(), after.end());
  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace s2m
