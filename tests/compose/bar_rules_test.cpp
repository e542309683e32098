#include "story2midi/compose/bar_rules.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

Event note(std::uint8_t position, Voice voice, std::uint8_t pitch) {
  return {.kind_or_position = position, .values = {voice, pitch, 3, 16}};
}

// The voices that come before the bass cannot take every tonic that it could end on.
TEST(BarRules, TheLastBassAlwaysHasATonic) {
  Grammar grammar;
  const Event bar{.kind_or_position = kBarEvent,
                  .values = {static_cast<std::uint8_t>(metre_value({3, 4})), 18, 2}};
  grammar.push(bar);
  BarRules rules(grammar, {.metre = metre_of(bar.values[kMetre]),
                           .mode = Mode::kMinor,
                           .density = 2.4,
                           .bars_left = 1,
                           .positions_left = 36});
  for (const Event& struck : {note(0, kMelody, 60), note(0, kInner, 55)}) {
    ASSERT_TRUE(rules.allows(struck, kPitch, struck.values[kPitch]));
    rules.push(struck);
    grammar.push(struck);
  }
  EXPECT_FALSE(rules.allows(note(0, kInner, 48), kPitch, 48));
  EXPECT_FALSE(rules.allows(note(0, kInner, 36), kPitch, 36));
  EXPECT_TRUE(rules.allows(note(0, kBass, 48), kPitch, 48));
  EXPECT_TRUE(rules.allows(note(0, kBass, 36), kPitch, 36));
  EXPECT_FALSE(rules.allows(note(0, kBass, 43), kPitch, 43));
}

// Two hands of a ninth each take what is struck together.
TEST(BarRules, WhatNoTwoHandsReachIsNotStruck) {
  Grammar grammar;
  const Event bar{.kind_or_position = kBarEvent,
                  .values = {static_cast<std::uint8_t>(metre_value({4, 4})), 18, 1}};
  grammar.push(bar);
  BarRules rules(
      grammar,
      {.metre = metre_of(bar.values[kMetre]), .density = 6, .bars_left = 8, .positions_left = 48 * 8});
  const auto strike = [&](const Event& struck) {
    ASSERT_TRUE(rules.allows(struck, kPitch, struck.values[kPitch]));
    rules.push(struck);
    grammar.push(struck);
  };
  strike(note(0, kMelody, 84));
  strike(note(0, kInner, 72));
  EXPECT_TRUE(rules.allows(note(0, kBass, 48), kPitch, 48));
  strike(note(0, kInner, 60));  // 84 72 | 60
  EXPECT_TRUE(rules.allows(note(0, kBass, 46), kPitch, 46));
  EXPECT_FALSE(rules.allows(note(0, kBass, 36), kPitch, 36));
}

}  // namespace
}  // namespace s2m
