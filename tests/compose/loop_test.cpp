// Loops: a body that leads into its beginning, in plan, notes, tempo and markers.
#include "story2midi/compose/loop.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "story2midi/base/error.h"
#include "story2midi/compose/composer.h"
#include "story2midi/midi/midi.h"
#include "tests/compose/tiny_decoder.h"

namespace s2m {
namespace {

Plan plan_of(int bars, const std::string& palette = "") {
  EmotionCurve curve;
  curve.points = {{{"Joy", 0, 9}, {.7, .5, {}}}, {{"Grief", 10, 20}, {-.8, -.4, {}}}};
  PlanOptions options;
  options.bars = bars;
  options.palette = palette;
  return make_plan(curve, options);
}

std::vector<BarPlan> bars_of(const Plan& plan) {
  std::vector<BarPlan> bars;
  for (const auto& section : plan.sections) bars.insert(bars.end(), section.bars.begin(), section.bars.end());
  return bars;
}

TEST(LoopPlan, ItsEndLeadsIntoTheBodysBeginning) {
  const auto bars = bars_of(loop_plan(plan_of(16)));
  ASSERT_EQ(bars.size(), 20u) << "and the body's first phrase again";
  const auto& target = bars[4].chords.front();
  const auto& dominant = bars[15].chords.back();
  EXPECT_EQ(dominant.root, (target.root + 7) % 12);
  EXPECT_EQ(dominant.quality, ChordQuality::kDominant7);
  EXPECT_EQ(bars[14].chords.back().root, (target.root + 5) % 12);
  EXPECT_EQ(bars[15].tempo_bpm, bars[13].tempo_bpm) << "nothing slows down";
  EXPECT_EQ(bars[15].dynamics, bars[13].dynamics);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(bars[16 + i], bars[4 + i]);
}

TEST(LoopPlan, RefusesPlansWithoutRoomForABody) {
  EXPECT_THROW(loop_plan(plan_of(7)), Error);
  EXPECT_NO_THROW(loop_plan(plan_of(8)));
}

class LoopPiece : public testing::TestWithParam<const char*> {};

TEST_P(LoopPiece, IsCutAtItsBodysEnd) {
  const TinyDecoder file;
  const Composer composer(file.path());
  const auto piece = loop_piece(composer.compose_piece(loop_plan(plan_of(12, GetParam())), {}, {.seed = 3}));
  EXPECT_EQ(bar_count(piece.plan), 12);
  ASSERT_EQ(piece.written.bars.size(), 12u);
  const auto tick = [&](int position) { return position * kTicksPerPosition; };
  const auto start = tick(piece.written.bars[4].start);
  const auto end = tick(piece.written.bars[11].start + piece.written.bars[11].positions);
  const auto marker = [&](const char* text) {
    return std::ranges::find(piece.score.markers, text, &Marker::text)->start_ticks;
  };
  EXPECT_EQ(marker("loopStart"), start);
  EXPECT_EQ(marker("loopEnd"), end);
  int starts = 0;
  for (const Track& track : piece.score.tracks) {
    for (const Note& note : track.notes) {
      EXPECT_LE(note.start_ticks + note.length_ticks, end);
      EXPECT_FALSE(note.start_ticks < start && note.start_ticks >= start - 20)
          << "struck before the jump's target";
    }
    for (const PedalSpan& span : track.pedal) EXPECT_LE(span.end_ticks, end);
    for (const ControlChange& change : track.controls) {
      EXPECT_LT(change.start_ticks, end);
      EXPECT_NE(change.controller, 110) << "it makes 111 the end";
      if (change.controller != 111) continue;
      ++starts;
      EXPECT_EQ(change.start_ticks, start);
    }
  }
  EXPECT_EQ(starts, 1);
  for (const Tempo& tempo : piece.score.tempos) {
    const auto bar = std::ranges::find(piece.written.bars, tempo.start_ticks,
                                       [&](const PartBar& one) { return tick(one.start); });
    ASSERT_NE(bar, piece.written.bars.end()) << "tempo changes at bar lines alone";
    EXPECT_NEAR(tempo.bpm(), bar->tempo_bpm, .01);
  }
  EXPECT_EQ(read_midi(write_midi(piece.score)).markers, piece.score.markers);
}

INSTANTIATE_TEST_SUITE_P(Palettes, LoopPiece, testing::Values("", "string-quartet", "orchestra"));

}  // namespace
}  // namespace s2m
