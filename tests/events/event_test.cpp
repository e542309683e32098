#include "story2midi/events/event.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "tests/events/random_score.h"

namespace s2m {
namespace {

using testing::random_key;
using testing::random_score;
using testing::random_track;
using testing::random_walk;

// Four bars: a tune of quarters over a low octave and a third between.
Score small_piece() {
  Score score;
  Track track;
  for (int i = 0; i < 16; ++i) {
    const std::int32_t at = i * 480;
    track.notes.push_back({at, 480, static_cast<std::uint8_t>(72 + i % 5), 80});
    track.notes.push_back({at, 480, 64, 70});
    if (i % 4 == 0) track.notes.push_back({at, 1920, 48, 90});
  }
  std::sort(track.notes.begin(), track.notes.end());
  score.tracks = {track};
  score.time_signatures = {{0, 4, 4}};
  score.tempos = {Tempo::from_bpm(0, 90)};
  return score;
}

int bars_of(const EventPiece& piece) {
  return static_cast<int>(
      std::count_if(piece.events.begin(), piece.events.end(), [](const Event& e) { return e.is_bar(); }));
}

TEST(Events, WhatWasEncodedIsEncodedTheSameAgain) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    Random random(seed);
    Score score = random_score(random);
    score.tracks.push_back(random_track(random, score.ticks_per_quarter, 3));
    const EventPiece piece = encode(score, random_key(random));
    ASSERT_EQ(encode(decode(piece), piece.key), piece) << "seed " << seed;
  }
}

TEST(Events, LabelsReturnWhenGivenAgain) {
  const EncodeOptions sad{.valence = -0.6, .arousal = -0.4};
  const EventPiece piece = encode(small_piece(), {}, sad);
  EXPECT_EQ(piece.events[0].values[kValence], level_value(-0.6));
  EXPECT_EQ(piece.events[0].values[kArousal], level_value(-0.4));
  EXPECT_EQ(encode(decode(piece), piece.key, sad), piece);
}

TEST(Events, DecodedScoreSoundsLikeTheOriginal) {
  const Score score = small_piece();
  const Score again = decode(encode(score, {9, Mode::kMinor}));
  ASSERT_EQ(again.tracks.size(), 3u);
  std::vector<Note> notes;
  for (const Track& track : again.tracks)
    for (Note note : track.notes) notes.push_back(note);
  std::sort(notes.begin(), notes.end());
  ASSERT_EQ(notes.size(), score.tracks[0].notes.size());
  for (std::size_t i = 0; i < notes.size(); ++i) {
    EXPECT_EQ(notes[i].start_ticks, score.tracks[0].notes[i].start_ticks);
    EXPECT_EQ(notes[i].length_ticks, score.tracks[0].notes[i].length_ticks);
    EXPECT_EQ(notes[i].pitch, score.tracks[0].notes[i].pitch);
    EXPECT_NEAR(notes[i].velocity, score.tracks[0].notes[i].velocity, 2);
  }
  EXPECT_NEAR(again.tempos[0].bpm(), 90, 4);
}

TEST(Events, VoicesAreTheHighestTheLowestAndTheRest) {
  const Score again = decode(encode(small_piece(), {}));
  EXPECT_EQ(again.tracks[0].name, "Melody");
  EXPECT_EQ(again.tracks[0].notes.size(), 16u);
  EXPECT_EQ(again.tracks[1].name, "Inner");
  EXPECT_EQ(again.tracks[1].notes.size(), 16u);
  EXPECT_EQ(again.tracks[2].name, "Bass");
  EXPECT_EQ(again.tracks[2].notes.size(), 4u);
}

TEST(Events, NamedTracksKeepTheirVoice) {
  Score score = small_piece();
  score.tracks[0].name = "PIANO";
  score.tracks.emplace_back();
  score.tracks[1].name = "MELODY";
  score.tracks[1].notes = {{0, 480, 50, 64}};
  const Score again = decode(encode(score, {}));
  ASSERT_EQ(again.tracks[0].name, "Melody");
  EXPECT_EQ(again.tracks[0].notes.size(), 1u);
}

TEST(Events, TransposingScoreAndKeyChangesNothing) {
  const EventPiece in_c = encode(small_piece(), {0, Mode::kMajor});
  for (int steps = -5; steps <= 6; ++steps) {
    Score score = small_piece();
    for (Note& note : score.tracks[0].notes) note.pitch = static_cast<std::uint8_t>(note.pitch + steps);
    const EventPiece moved = encode(score, {(steps + 12) % 12, Mode::kMajor});
    EXPECT_EQ(moved.events, in_c.events) << steps;
  }
}

TEST(Events, TonicStandsAtC) {
  for (int tonic = 0; tonic < 12; ++tonic) {
    const int steps = transposition_to_c({tonic, Mode::kMajor});
    EXPECT_EQ((tonic + steps + 12) % 12, 0);
    EXPECT_GE(steps, -6);
    EXPECT_LE(steps, 5);
  }
}

TEST(Events, TripletsAndSixteenthsLieOnTheGrid) {
  Score score;
  score.tracks.resize(1);
  score.tracks[0].notes = {
      {0, 160, 72, 64}, {160, 160, 74, 64}, {320, 160, 76, 64}, {480, 120, 77, 64}, {600, 120, 79, 64}};
  const EventPiece piece = encode(score, {});
  ASSERT_EQ(piece.events.size(), 7u);
  const int expected[] = {0, 4, 8, 12, 15};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(piece.events[i + 1].kind_or_position, expected[i]);
  EXPECT_EQ(kDurations[piece.events[1].values[kDuration]], 4);
  EXPECT_EQ(kDurations[piece.events[5].values[kDuration]], 3);
}

TEST(Events, PickupBarKeepsItsLength) {
  Score score = small_piece();
  score.time_signatures = {{0, 1, 4}, {480, 3, 4}};
  const EventPiece piece = encode(score, {});
  EXPECT_EQ(bars_of(piece), 6);
  EXPECT_EQ(piece.events[0].values[kMetre], metre_value({1, 4}));
  EXPECT_EQ(decode(piece).time_signatures, score.time_signatures);
}

TEST(Events, BarsThatTheTableLacksBecomeBarsOfTheirLength) {
  Score score = small_piece();
  score.time_signatures = {{0, 6, 16}};
  EXPECT_EQ(encode(score, {}).events[0].values[kMetre], metre_value({3, 8}));
  score.time_signatures = {{0, 13, 4}};
  const EventPiece piece = encode(score, {});
  EXPECT_EQ(piece.events[0].values[kMetre], metre_value({8, 4}));
}

TEST(Events, EmptyBarsAreTrimmedAtTheStartAndCutInside) {
  Score score = small_piece();
  score.tracks[0].notes = {{10 * 1920, 480, 72, 64}, {14 * 1920, 480, 72, 64}, {30 * 1920, 480, 72, 64}};
  const EventPiece piece = encode(score, {});
  EXPECT_EQ(bars_of(piece), 1 + 3 + 1 + 4 + 1);
  EXPECT_EQ(piece.events[2].values[kDensity], 1);
  EXPECT_EQ(piece.events[2].values[kDynamics], 0);
  EXPECT_EQ(piece.events[2].values[kRegister], 0);
}

TEST(Events, DoublesAreDroppedAndCounted) {
  Score score = small_piece();
  score.tracks[0].notes = {{0, 480, 72, 64}, {1, 240, 72, 100}, {480, 480, 72, 64}};
  EncodeReport report;
  const EventPiece piece = encode(score, {}, {}, &report);
  EXPECT_EQ(report.notes, 3);
  EXPECT_EQ(report.notes_kept, 2);
  EXPECT_EQ(piece.events[1].values[kVelocity], velocity_value(100));
}

TEST(Events, HostileOrEmptyScoresEndInAnError) {
  EXPECT_THROW(encode(Score{}, {}), Error);
  Score score = small_piece();
  score.tracks[0].notes.push_back({2'000'000'000, 1, 60, 64});
  score.ticks_per_quarter = 1;
  EXPECT_THROW(encode(score, {}), Error);
  score = small_piece();
  score.ticks_per_quarter = 0;
  EXPECT_THROW(encode(score, {}), Error);
  score = small_piece();
  score.time_signatures = {{-5000, 4, 4}};
  EXPECT_THROW(encode(score, {}), Error);
  score.time_signatures = {{0, 1, 256}};
  EXPECT_THROW(encode(score, {}), Error);
}

TEST(Bins, RiseAndMeetTheirMiddles) {
  for (int value = 1; value < kBarFields[kTempo].size; ++value)
    EXPECT_EQ(tempo_value(tempo_of(value)), value);
  for (int value = 1; value < kBarFields[kValence].size; ++value)
    EXPECT_EQ(level_value(level_of(value)), value);
  for (int value = 1; value < kBarFields[kDensity].size; ++value)
    EXPECT_EQ(density_value(density_of(value)), value);
  for (int value = 1; value < kBarFields[kDynamics].size; ++value)
    EXPECT_EQ(dynamics_value(dynamics_of(value)), value);
  for (int value = 1; value < kBarFields[kRegister].size; ++value)
    EXPECT_EQ(register_value(register_of(value)), value);
  for (int value = 0; value < kNoteFields[kVelocity].size; ++value)
    EXPECT_EQ(velocity_value(velocity_of(value)), value);
  for (int value = 0; value < kNoteFields[kDuration].size; ++value)
    EXPECT_EQ(duration_value(kDurations[static_cast<std::size_t>(value)]), value);
  for (int value = 1; value < kBarFields[kMetre].size; ++value) {
    EXPECT_EQ(metre_value(metre_of(value)), value);
    EXPECT_LE(bar_positions(metre_of(value)), kMaxBarPositions);
    EXPECT_EQ(bar_positions(metre_of(value)) % 3, 0);
  }
}

template <class Bin>
void expect_rising(Bin bin, double low, double high, int values) {
  int last = bin(low);
  EXPECT_GE(last, 0);
  for (double x = low; x <= high; x += (high - low) / 1000) {
    EXPECT_GE(bin(x), last);
    last = bin(x);
  }
  EXPECT_LT(last, values);
}

TEST(Bins, NeverFall) {
  expect_rising(tempo_value, -10, 1e3, kBarFields[kTempo].size);
  expect_rising(level_value, -2, 2, kBarFields[kValence].size);
  expect_rising(density_value, -1, 100, kBarFields[kDensity].size);
  expect_rising(dynamics_value, -1, 200, kBarFields[kDynamics].size);
  expect_rising(register_value, -10, 200, kBarFields[kRegister].size);
  expect_rising(duration_value, -1, 500, kNoteFields[kDuration].size);
  expect_rising(velocity_value, -1, 200, kNoteFields[kVelocity].size);
  expect_rising(bars_left_value, -1, 100, kBarFields[kBarsLeft].size);
}

TEST(Grammar, EveryWalkDecodes) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed, 1);
    const EventPiece piece = random_walk(random, random.between(1, 300));
    const auto notes =
        std::count_if(piece.events.begin(), piece.events.end(), [](const Event& e) { return e.is_note(); });
    std::ptrdiff_t sounding = 0;
    for (const Track& track : decode(piece).tracks)
      sounding += static_cast<std::ptrdiff_t>(track.notes.size());
    ASSERT_EQ(sounding, notes) << "seed " << seed;
  }
}

TEST(Grammar, NeverEndsInADeadEnd) {
  Grammar grammar;
  Event bar{.kind_or_position = kBarEvent};
  bar.values[kMetre] = 1;
  grammar.push(bar);
  Event last{.kind_or_position = 47};
  last.values = {kDrums, 0, 0, 0};
  grammar.push(last);
  EXPECT_FALSE(grammar.allows(47));
  EXPECT_FALSE(grammar.allows(46));
  EXPECT_TRUE(grammar.allows(kBarEvent));
  EXPECT_TRUE(grammar.allows(kEndEvent));
}

TEST(Grammar, BarsNeedAMetreAndHoldNoMoreThanItSays) {
  Grammar grammar;
  EXPECT_FALSE(grammar.allows(0));
  EXPECT_FALSE(grammar.allows(kEndEvent));
  EXPECT_FALSE(grammar.allows(kStartEvent));
  EXPECT_THROW(grammar.push({.kind_or_position = kBarEvent}), Error);
  Event bar{.kind_or_position = kBarEvent};
  bar.values[kMetre] = static_cast<std::uint8_t>(metre_value({3, 4}));
  grammar.push(bar);
  EXPECT_TRUE(grammar.allows(35));
  EXPECT_FALSE(grammar.allows(36));
}

TEST(Grammar, BrokenEventsEndInAnError) {
  int broken = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed, 2);
    EventPiece piece = random_walk(random, 60);
    for (int i = 0; i < 3; ++i) {
      Event& event = piece.events[random.below(piece.events.size())];
      const auto byte = static_cast<std::uint8_t>(random.below(256));
      if (const auto at = random.below(10))
        event.values[at - 1] = byte;
      else
        event.kind_or_position = byte;
    }
    if (random.below(3) == 0) piece.events.pop_back();
    try {
      decode(piece);
    } catch (const Error&) {
      ++broken;
    }
  }
  EXPECT_GT(broken, 150);
  EXPECT_THROW(decode({}), Error);
}

}  // namespace
}  // namespace s2m
