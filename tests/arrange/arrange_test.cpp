#include "story2midi/arrange/arrange.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "story2midi/base/error.h"
#include "story2midi/perform/perform.h"
#include "tests/arrange/random_plan.h"
#include "tests/perform/performed.h"

namespace s2m {
namespace {

int end_of(const ArrangedNote& note) { return note.start + note.length; }

// A plan of one section over the piece.
Plan plan_for(const PartScore& piece, std::string palette, double dynamics = 64, double arousal = 0) {
  Plan plan;
  plan.sections.resize(1);
  plan.sections[0].palette = std::move(palette);
  for (const PartBar& bar : piece.bars) {
    BarPlan one;
    one.metre = bar.metre;
    one.dynamics = dynamics;
    one.arousal = arousal;
    plan.sections[0].bars.push_back(one);
  }
  return plan;
}

void expect_playable(const ArrangedPart& part, int end) {
  const Instrument& instrument = *part.instrument;
  std::map<int, int> key_free;
  for (const ArrangedNote& note : part.notes) {
    ASSERT_TRUE(instrument.hard.holds(note.pitch)) << int(note.pitch);
    ASSERT_GE(note.start, 0);
    ASSERT_GE(note.length, 1);
    ASSERT_LE(end_of(note), end);
    ASSERT_LE(key_free[note.pitch], note.start) << "a key is struck while it is down";
    key_free[note.pitch] = end_of(note);
    std::vector<int> sounding;
    for (const ArrangedNote& other : part.notes)
      if (other.start <= note.start && end_of(other) > note.start) sounding.push_back(other.pitch);
    ASSERT_LE(static_cast<int>(sounding.size()), instrument.most_at_once);
    std::ranges::sort(sounding);
    ASSERT_TRUE(is_playable(instrument, sounding));
  }
}

// No stretch without a rest is longer than a breath.
void expect_breath(const PartScore& piece, const ArrangedPart& part) {
  double since = 0;
  int end = -kBreathPositions;
  const auto seconds_at = [&](int position) {
    double seconds = 0;
    for (const PartBar& bar : piece.bars)
      seconds += std::clamp(position - bar.start, 0, bar.positions) * 60.0 / bar.tempo_bpm / kGridPerQuarter;
    return seconds;
  };
  for (const ArrangedNote& note : part.notes) {
    if (note.start - end >= kBreathPositions) since = seconds_at(note.start);
    end = end_of(note);
    // Tempo may change under the note; short notes at a slow tempo are not cut.
    const auto slow = *std::ranges::min_element(piece.bars, {}, &PartBar::tempo_bpm);
    const double one = 60 / slow.tempo_bpm * note.length / kGridPerQuarter;
    ASSERT_LE(seconds_at(note.start) - since, kLongestBreathSeconds + one) << part.name << " " << note.start;
  }
}

TEST(Arrange, EveryPartOfEveryPaletteIsPlayable) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    const PartScore piece = testing::random_parts(random);
    const Plan plan = testing::random_plan(piece, random);
    const int end = piece.bars.back().start + piece.bars.back().positions;
    for (const ArrangedPart& part : arrange(piece, plan).parts) {
      SCOPED_TRACE(::testing::Message() << "seed " << seed << " " << part.name);
      expect_playable(part, end);
    }
  }
}

TEST(Arrange, WindsBreathe) {
  const PartScore piece = test::song(32, 60);
  for (const ArrangedPart& part : arrange(piece, plan_for(piece, "chamber", 110)).parts)
    if (part.instrument->excitation == Excitation::kBlown) expect_breath(piece, part);
}

TEST(Arrange, IsAFunctionOfPieceAndPlan) {
  const PartScore piece = test::song(16);
  const Plan plan = plan_for(piece, "orchestra");
  const auto one = arrange(piece, plan), other = arrange(piece, plan);
  ASSERT_EQ(one.parts.size(), other.parts.size());
  for (std::size_t i = 0; i < one.parts.size(); ++i) EXPECT_EQ(one.parts[i].notes, other.parts[i].notes);
}

TEST(Arrange, MelodyKeepsItsToneNamesInEveryPalette) {
  const PartScore piece = test::song(8);
  for (const auto name : palette_names()) {
    SCOPED_TRACE(name);
    std::set<std::pair<int, int>> melody;
    for (const ArrangedPart& part : arrange(piece, plan_for(piece, std::string(name))).parts)
      for (const ArrangedNote& note : part.notes)
        if (note.source == Part::kMelody) melody.insert({note.start, note.pitch % 12});
    for (const PartNote& note : piece.part(Part::kMelody))
      EXPECT_TRUE(melody.contains({note.start, note.pitch % 12})) << note.start;
  }
}

TEST(Arrange, LouderIsMorePlayers) {
  const PartScore piece = test::song(16);
  const auto sounding = [&](double dynamics) {
    const auto parts = arrange(piece, plan_for(piece, "orchestra", dynamics)).parts;
    double bars = 0;
    for (const ArrangedPart& part : parts) {
      std::set<int> own;
      for (const ArrangedNote& note : part.notes) own.insert(note.start / 48);
      bars += static_cast<double>(own.size());
    }
    return bars / 16 / static_cast<double>(parts.size());
  };
  EXPECT_NEAR(sounding(33), share_sounding(33), .12);
  EXPECT_NEAR(sounding(80), share_sounding(80), .12);
  EXPECT_NEAR(sounding(112), share_sounding(112), .12);
}

TEST(Arrange, AQuartetIsFourAtEveryLevel) {
  for (const double dynamics : {33, 64, 112})
    for (const auto& bar : orchestrate(plan_for(test::song(16), "string-quartet", dynamics))) {
      std::set<int> players;
      for (const PlayerRole& role : bar.roles) players.insert(role.player);
      EXPECT_EQ(players.size(), 4u) << dynamics;
    }
}

TEST(Arrange, MelodyChangesItsInstrumentAtPhrases) {
  const PartScore piece = test::song(32);
  const auto bars = orchestrate(plan_for(piece, "orchestra"));
  int changes = 0;
  for (std::size_t bar = 4; bar < bars.size(); bar += 4)
    changes += bars[bar].roles.front().player != bars[bar - 1].roles.front().player;
  EXPECT_GE(changes, 4);
}

TEST(Arrange, AThemeIsLedByItsInstrument) {
  auto plan = plan_for(test::song(32), "orchestra");
  plan.themes = {{.name = "Anna", .instrument = "flute"}};
  for (std::size_t bar = 8; bar < 12; ++bar) plan.sections[0].bars[bar].theme.theme = 1;
  const auto bars = orchestrate(plan);
  for (std::size_t bar = 8; bar < 12; ++bar) {
    const auto& leader = bars[bar].palette->players[bars[bar].roles.front().player];
    EXPECT_EQ(leader.instrument, "Flute") << bar;
  }
}

TEST(Arrange, EveryPlayerRestsAndPlays) {
  const PartScore piece = test::song(64);
  for (const auto name : {"chamber", "orchestra", "string-orchestra"}) {
    Plan plan = plan_for(piece, name);
    for (std::size_t bar = 0; bar < 64; ++bar) plan.sections[0].bars[bar].dynamics = bar / 8 % 2 ? 100 : 60;
    for (const ArrangedPart& part : arrange(piece, plan).parts) {
      std::set<int> own;
      for (const ArrangedNote& note : part.notes) own.insert(note.start / 48);
      EXPECT_GT(own.size(), 4U) << name << " " << part.name;
      EXPECT_LT(own.size(), 64U) << name << " " << part.name;
    }
  }
}

TEST(Arrange, DrumsFillAtTheEndOfPhrases) {
  ASSERT_GE(drum_patterns().size(), 6U);
  for (const DrumPattern& pattern : drum_patterns())
    for (const Metre metre : {Metre{4, 4}, Metre{3, 4}, Metre{6, 8}, Metre{7, 8}}) {
      SCOPED_TRACE(::testing::Message() << pattern.name << " " << name_of(metre));
      const auto usual = drum_bar(pattern, metre, DrumPlace::kWithin);
      const auto fill = drum_bar(pattern, metre, DrumPlace::kPhraseEnd);
      EXPECT_FALSE(usual.empty());
      const auto alike = [](const DrumStroke& one, const DrumStroke& other) {
        return one.start == other.start && one.key == other.key;
      };
      EXPECT_FALSE(std::ranges::equal(usual, fill, alike));
      for (const DrumStroke& stroke : fill) EXPECT_LT(stroke.start, bar_length(metre));
    }
}

TEST(Arrange, PalettesHaveFiguresOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Palette& palette : palettes()) {
    EXPECT_GE(palette.layouts.size(), 3U) << palette.name;
    for (const Layout& layout : palette.layouts) EXPECT_TRUE(names.insert(layout.name).second) << layout.name;
    for (const auto leader : palette.leaders)
      EXPECT_TRUE(palette.players[leader].duties & kLead) << palette.name;
  }
  ASSERT_EQ(palettes().size(), palette_names().size());
  for (std::size_t i = 0; i < palettes().size(); ++i) EXPECT_EQ(palettes()[i].name, palette_names()[i]);
}

TEST(Arrange, TheLastBarHoldsItsChord) {
  const PartScore piece = test::song(8);
  const auto parts = arrange(piece, plan_for(piece, "rock-band", 90, .8)).parts;
  for (const ArrangedPart& part : parts)
    for (const ArrangedNote& note : part.notes)
      if (note.source == Part::kFigure && note.start >= 7 * 48) EXPECT_EQ(note.start, 7 * 48) << part.name;
}

TEST(Arrange, OtherNumbersOfBarsAreAnError) {
  const PartScore piece = test::song(4);
  EXPECT_THROW(arrange(piece, plan_for(test::song(5), "orchestra")), Error);
  EXPECT_THROW(arrange(piece, plan_for(piece, "kazoos")), Error);
}

TEST(PerformArrangement, TracksAreParts) {
  const PartScore piece = test::song(8);
  const Plan plan = plan_for(piece, "rock-band", 90, .6);
  const Score score = perform(arrange(piece, plan), performance_plan(plan));
  const Track& drums = test::track_of(score, "Drums");
  EXPECT_TRUE(drums.is_drums);
  EXPECT_EQ(test::track_of(score, "Bass").program, 33);
  for (const Track& track : score.tracks) {
    std::map<int, int> key_free;
    for (const Note& note : track.notes) {
      EXPECT_GE(note.start_ticks, key_free[note.pitch]) << track.name;
      key_free[note.pitch] = note.start_ticks + note.length_ticks;
    }
    EXPECT_TRUE(std::ranges::count(track.controls, 7, &ControlChange::controller) == 1) << track.name;
    EXPECT_TRUE(std::ranges::count(track.controls, 10, &ControlChange::controller) == 1) << track.name;
  }
}

TEST(PerformArrangement, NotHumanisedIsTheGrid) {
  const PartScore piece = test::song(8);
  const Plan plan = plan_for(piece, "string-quartet");
  const auto arrangement = arrange(piece, plan);
  const Score score = perform(arrangement, performance_plan(plan), {.humanise = 0});
  for (const ArrangedPart& part : arrangement.parts) {
    const Track& track = test::track_of(score, part.name);
    ASSERT_EQ(track.notes.size(), part.notes.size());
    for (std::size_t i = 0; i < part.notes.size(); ++i) {
      EXPECT_EQ(track.notes[i].start_ticks, part.notes[i].start * kTicksPerPosition);
      EXPECT_EQ(track.notes[i].length_ticks, part.notes[i].length * kTicksPerPosition);
    }
  }
}

TEST(PerformArrangement, SustainedPartsSwellWithThePlan) {
  const PartScore piece = test::song(4);
  Plan plan = plan_for(piece, "string-orchestra");
  for (int bar = 0; bar < 4; ++bar)
    plan.sections[0].bars[static_cast<std::size_t>(bar)].dynamics = 50 + 10 * bar;
  const Score score = perform(arrange(piece, plan), performance_plan(plan));
  std::vector<int> values;
  for (const ControlChange& change : score.tracks.front().controls)
    if (change.controller == 11 && change.start_ticks > 0) values.push_back(change.value);
  ASSERT_GT(values.size(), 4U);
  EXPECT_LT(values.front(), values.back() - 10);
}

TEST(Palettes, AutoFollowsEmotion) {
  EXPECT_EQ(palette_of_emotion({-.6, .8}), "rock-band");
  EXPECT_EQ(palette_of_emotion({.6, -.8}), "music-box");
  EXPECT_EQ(palette_of_emotion({0, 0}), "piano");
  for (double valence = -1; valence <= 1; valence += .25)
    for (double arousal = -1; arousal <= 1; arousal += .25)
      EXPECT_TRUE(is_palette_name(palette_of_emotion({valence, arousal})));
}

}  // namespace
}  // namespace s2m
