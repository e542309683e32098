#include "lab/analysis/chords.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace s2m {
namespace {

std::vector<PartBar> bars(int count, Metre metre = {4, 4}) {
  std::vector<PartBar> result;
  for (int i = 0; i < count; ++i)
    result.push_back({.start = i * bar_length(metre), .positions = bar_length(metre), .metre = metre});
  return result;
}

void strike(std::vector<PartNote>& notes, int start, int length, std::vector<int> pitches) {
  for (const int pitch : pitches) notes.push_back({start, length, static_cast<std::uint8_t>(pitch)});
}

// "0:C 24:Am7/G": as lead sheets write chords.
std::string text(const std::vector<Chord>& chords) {
  const char* const kNames[] = {"C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"};
  std::string result;
  for (const Chord& chord : chords) {
    if (!result.empty()) result += ' ';
    result +=
        std::to_string(chord.start) + ':' + kNames[chord.root] + std::string(chord_suffix(chord.quality));
    if (chord.bass != chord.root) result += std::string("/") + kNames[chord.bass];
  }
  return result;
}

TEST(Chords, ACadenceIsReadWithItsInversionAndItsSeventh) {
  std::vector<PartNote> notes;
  strike(notes, 0, 24, {52, 60, 67});
  strike(notes, 24, 24, {53, 60, 69});
  strike(notes, 48, 24, {55, 59, 62, 65});
  strike(notes, 72, 24, {48, 60, 64, 67});
  EXPECT_EQ(text(measure_chords(notes, bars(2))), "0:C/E 24:F 48:G7 72:C");
}

TEST(Chords, PassingNotesDoNotChangeTheChord) {
  std::vector<PartNote> notes;
  strike(notes, 0, 48, {48, 55, 64});
  for (int i = 0; i < 8; ++i) notes.push_back({i * 6, 6, static_cast<std::uint8_t>(72 + (i % 2 ? 2 : 0))});
  std::ranges::sort(notes);
  EXPECT_EQ(text(measure_chords(notes, bars(1))), "0:C");
}

TEST(Chords, EveryBarStatesItsChord) {
  std::vector<PartNote> notes;
  strike(notes, 0, 36, {45, 57, 60, 64});
  strike(notes, 36, 36, {45, 57, 60, 64});
  strike(notes, 72, 36, {52, 56, 59, 64});
  EXPECT_EQ(text(measure_chords(notes, bars(4, {3, 4}))), "0:Am 36:Am 72:E 108:E");
}

TEST(Chords, ADiminishedSeventhIsNamedByWhereItLeads) {
  std::vector<PartNote> notes;
  strike(notes, 0, 48, {53, 56, 59, 62});
  strike(notes, 48, 48, {48, 60, 63, 67});
  EXPECT_EQ(text(measure_chords(notes, bars(2))), "0:Bdim7/F 48:Cm");
}

TEST(Chords, WithoutNotesThereAreNone) { EXPECT_TRUE(measure_chords({}, bars(2)).empty()); }

}  // namespace
}  // namespace s2m
