// Two hands play every written piece.
#include "story2midi/compose/playable.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "story2midi/base/random.h"
#include "story2midi/music/two_hands.h"

namespace s2m {
namespace {

constexpr int kBars = 4, kBar = 48;

// Too much for two hands: wide chords over long notes.
PartScore random_piece(std::uint64_t seed) {
  Random random(seed);
  PartScore piece;
  for (int bar = 0; bar < kBars; ++bar) piece.bars.push_back({.start = bar * kBar, .metre = {4, 4}});
  const auto key = [&](int low, int high) { return static_cast<std::uint8_t>(random.between(low, high)); };
  for (int at = 0; at < kBars * kBar; at += 6 * random.between(1, 4)) {
    piece.part(Part::kMelody).push_back({at, 6, key(60, 100)});
    if (random.below(2)) piece.part(Part::kBass).push_back({at, 6, key(21, 50)});
    std::vector<PartNote> struck;
    for (int i = random.between(0, 6); i > 0; --i) struck.push_back({at, random.between(1, 60), key(30, 90)});
    std::ranges::sort(struck, {}, &PartNote::pitch);
    const auto same = std::ranges::unique(struck, {}, &PartNote::pitch);
    struck.erase(same.begin(), same.end());
    auto& figure = piece.part(Part::kFigure);
    figure.insert(figure.end(), struck.begin(), struck.end());
  }
  return piece;
}

std::vector<PartNote> all_notes(const PartScore& piece) {
  std::vector<PartNote> notes;
  for (const auto& part : piece.parts) notes.insert(notes.end(), part.begin(), part.end());
  return notes;
}

void expect_two_hands(const PartScore& piece) {
  const auto notes = all_notes(piece);
  for (const PartNote& struck : notes) {
    std::vector<int> down;
    for (const PartNote& other : notes)
      if (other.start <= struck.start && struck.start < other.start + other.length)
        down.push_back(other.pitch);
    std::ranges::sort(down);
    down.erase(std::unique(down.begin(), down.end()), down.end());
    EXPECT_LE(down.size(), 10u) << struck.start;
    EXPECT_TRUE(fit_two_hands(down)) << struck.start << ": " << testing::PrintToString(down);
  }
}

// By start and pitch: lengths may have been cut.
bool holds(const std::vector<PartNote>& part, const PartNote& note) {
  return std::ranges::any_of(part, [&](const PartNote& other) {
    return other.start == note.start && other.pitch == note.pitch && other.length <= note.length &&
           other.length >= 1;
  });
}

TEST(Playable, NoMomentNeedsMoreThanTwoHands) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) expect_two_hands(made_playable(random_piece(seed)));
}

TEST(Playable, MelodyAndBassAreAllStruckAndNothingIsAdded) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto before = random_piece(seed), after = made_playable(before);
    for (const Part part : {Part::kMelody, Part::kBass}) {
      ASSERT_EQ(after.part(part).size(), before.part(part).size());
      for (const PartNote& note : before.part(part)) EXPECT_TRUE(holds(after.part(part), note));
    }
    for (const PartNote& note : after.part(Part::kFigure))
      EXPECT_TRUE(std::ranges::any_of(before.part(Part::kFigure),
                                      [&](const PartNote& other) { return holds({note}, other); }));
    EXPECT_EQ(after.bars, before.bars);
  }
}

TEST(Playable, WhatTwoHandsCanPlayStays) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto playable = made_playable(random_piece(seed));
    EXPECT_EQ(made_playable(playable), playable);
  }
}

TEST(Playable, TheOldestHeldNoteIsReleasedFirst) {
  PartScore piece;
  piece.bars = {{.start = 0, .metre = {4, 4}}};
  piece.part(Part::kBass) = {{0, 48, 36}};
  piece.part(Part::kFigure) = {{12, 36, 55}, {24, 12, 60}, {24, 12, 64}};
  piece.part(Part::kMelody) = {{24, 12, 79}};  // 36 | 55 60 64 79 are beyond two tenths
  const auto after = made_playable(piece);
  EXPECT_EQ(after.part(Part::kBass), (std::vector<PartNote>{{0, 24, 36}}));
  piece.part(Part::kBass).clear();
  piece.part(Part::kFigure) = after.part(Part::kFigure);
  EXPECT_EQ(made_playable(piece), piece) << "the rest is as it was";
}

}  // namespace
}  // namespace s2m
