#include "story2midi/notation/note_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "story2midi/notation/beams.h"

namespace s2m {
namespace {

// Notes that end at `ends`, in grid positions from the bar line; those that `rests` names are rests.
std::vector<VoiceSpan> stretches_of(std::initializer_list<int> ends, std::vector<int> rests = {}) {
  std::vector<VoiceSpan> stretches;
  int start = 0;
  for (const int end : ends) {
    const int index = static_cast<int>(stretches.size());
    stretches.push_back({start, end, std::ranges::count(rests, index) > 0});
    start = end;
  }
  return stretches;
}

// "4. 8~4 r4": values, ties within a stretch, rests; triplets in brackets.
std::string drawn(Metre metre, const std::vector<VoiceSpan>& stretches) {
  constexpr std::array kNames{"0", "1", "2", "4", "8", "16", "32"};
  std::string text;
  const auto symbols = symbols_of(metre, stretches);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const Symbol& symbol = symbols[i];
    const bool is_rest = stretches[static_cast<std::size_t>(symbol.stretch)].is_rest;
    const bool is_tied = i > 0 && symbols[i - 1].stretch == symbol.stretch && !is_rest;
    if (i > 0) text += is_tied ? "~" : " ";
    if (symbol.edge == TupletEdge::kStart) text += "[";
    text += is_rest ? "r" : "";
    text += kNames[static_cast<std::size_t>(symbol.value)];
    text += symbol.is_dotted ? "." : "";
    if (symbol.edge == TupletEdge::kStop) text += "]";
  }
  return text;
}

TEST(NoteValues, OneSymbolWhereNoHeavierBeatIsHidden) {
  EXPECT_EQ(drawn({4, 4}, stretches_of({48})), "1");
  EXPECT_EQ(drawn({4, 4}, stretches_of({36, 48})), "2. 4");
  EXPECT_EQ(drawn({4, 4}, stretches_of({18, 24, 48})), "4. 8 2");
  EXPECT_EQ(drawn({4, 4}, stretches_of({12, 36, 48})), "4 2 4");
  EXPECT_EQ(drawn({4, 4}, stretches_of({6, 18, 24, 48})), "8 4 8 2");
  EXPECT_EQ(drawn({4, 4}, stretches_of({3, 9, 12, 24, 48})), "16 8 16 4 2");
  EXPECT_EQ(drawn({3, 4}, stretches_of({36})), "2.");
  EXPECT_EQ(drawn({2, 2}, stretches_of({48})), "1");
}

TEST(NoteValues, TiesShowTheMiddleOfTheBarAndTheBeats) {
  EXPECT_EQ(drawn({4, 4}, stretches_of({18, 36, 48})), "4. 8~4 4");
  EXPECT_EQ(drawn({4, 4}, stretches_of({6, 30, 48})), "8 4.~8 4.");
  EXPECT_EQ(drawn({4, 4}, stretches_of({9, 15, 48})), "8. 16~16 8.~2");
  EXPECT_EQ(drawn({4, 4}, stretches_of({30, 48})), "2~8 4.");
}

TEST(NoteValues, CompoundAndUnequalMetresShowTheirGroups) {
  EXPECT_EQ(drawn({6, 8}, stretches_of({36})), "2.");
  EXPECT_EQ(drawn({6, 8}, stretches_of({18, 36})), "4. 4.");
  EXPECT_EQ(drawn({6, 8}, stretches_of({12, 24, 36})), "4 8~8 4");
  EXPECT_EQ(drawn({6, 8}, stretches_of({24, 36})), "4.~8 4");
  EXPECT_EQ(drawn({12, 8}, stretches_of({72})), "1.");
  EXPECT_EQ(drawn({5, 4}, stretches_of({60})), "2.~2");
  EXPECT_EQ(drawn({5, 4}, stretches_of({24, 48, 60})), "2 4~4 4");
  EXPECT_EQ(drawn({7, 8}, stretches_of({42})), "2~4.");
}

TEST(NoteValues, RestsAreNeverSyncopated) {
  EXPECT_EQ(drawn({4, 4}, stretches_of({48}, {0})), "r1");
  EXPECT_EQ(drawn({4, 4}, stretches_of({6, 30, 48}, {1})), "8 r8 r4 r8 4.");
  EXPECT_EQ(drawn({4, 4}, stretches_of({12, 36, 48}, {1})), "4 r4 r4 4");
  EXPECT_EQ(drawn({4, 4}, stretches_of({24, 48}, {1})), "2 r2");
  EXPECT_EQ(drawn({6, 8}, stretches_of({18, 36}, {1})), "4. r4.");
  EXPECT_EQ(drawn({6, 8}, stretches_of({6, 36}, {1})), "8 r8 r8 r4.");
}

TEST(NoteValues, TripletsFillABeatOrTwo) {
  EXPECT_EQ(drawn({4, 4}, stretches_of({4, 8, 12, 48})), "[8 8 8] 2.");
  EXPECT_EQ(drawn({4, 4}, stretches_of({8, 12, 24, 48})), "[4 8] 4 2");
  EXPECT_EQ(drawn({4, 4}, stretches_of({8, 16, 24, 48})), "[4 4 4] 2");
  EXPECT_EQ(drawn({4, 4}, stretches_of({16, 32, 48})), "[2 2 2]");
  EXPECT_EQ(drawn({3, 4}, stretches_of({4, 8, 12, 36}, {1})), "[8 r8 8] 2");
  EXPECT_EQ(drawn({4, 4}, stretches_of({24, 28, 48})), "2 [8 4]~4");
  EXPECT_EQ(drawn({6, 8}, stretches_of({2, 4, 6, 36})), "[16 16 16] 4~4.");
}

TEST(NoteValues, WholeBarsOfAnyPlacesAddUp) {
  std::mt19937 random(7);
  for (const Metre metre : written_metres())
    for (int round = 0; round < 60; ++round) {
      const int length = bar_length(metre);
      std::vector<VoiceSpan> stretches;
      for (int start = 0; start < length;) {
        int end = start + 1 + static_cast<int>(random() % 24);
        while (end % 3 != 0 && end % 4 != 0) ++end;
        end = std::min(end, length);
        stretches.push_back({start, end, random() % 4 == 0});
        start = end;
      }
      int at = 0;
      for (const Symbol& symbol : symbols_of(metre, stretches)) {
        EXPECT_EQ(symbol.start, at) << name_of(metre);
        EXPECT_GT(symbol.length, 0);
        at += symbol.length;
        const auto& stretch = stretches[static_cast<std::size_t>(symbol.stretch)];
        EXPECT_LE(stretch.start, symbol.start);
        EXPECT_LE(at, stretch.end);
        if (stretches.size() == 1 && stretch.is_rest) continue;  // one whole rest in any metre
        // What is drawn sounds as long as it should.
        const int quarters48 = 48 * 8 >> static_cast<int>(symbol.value);
        const int dotted = symbol.is_dotted ? quarters48 * 3 / 2 : quarters48;
        EXPECT_EQ(symbol.is_triplet() ? dotted * 2 / 3 : dotted, 4 * symbol.length)
            << name_of(metre) << " at " << symbol.start << " for " << symbol.length;
      }
      EXPECT_EQ(at, length);
    }
}

std::string beamed(Metre metre, const std::vector<VoiceSpan>& stretches) {
  constexpr std::array kNames{"b", "c", "e", "f", "h"};
  std::string text;
  for (const auto& levels : beams_of(metre, symbols_of(metre, stretches), stretches)) {
    text += text.empty() ? "" : " ";
    for (const Beam beam : levels) text += kNames[static_cast<std::size_t>(beam)];
    if (levels.empty()) text += "-";
  }
  return text;
}

TEST(Beams, JoinTheNotesOfABeat) {
  EXPECT_EQ(beamed({4, 4}, stretches_of({6, 12, 15, 18, 24, 48})), "b e bb ce e -");
  EXPECT_EQ(beamed({4, 4}, stretches_of({9, 12, 15, 24, 48})), "b eh bf e -");
  EXPECT_EQ(beamed({6, 8}, stretches_of({6, 12, 18, 24, 30, 36})), "b c e b c e");
  EXPECT_EQ(beamed({7, 8}, stretches_of({6, 12, 18, 24, 30, 36, 42})), "b e b e b c e");
  EXPECT_EQ(beamed({4, 4}, stretches_of({6, 12, 24, 48}, {0})), "- - - -");
}

TEST(Beams, EighthsAloneAreJoinedOverTwoBeatsOfFourAndThreeOfThree) {
  EXPECT_EQ(beamed({4, 4}, stretches_of({6, 12, 18, 24, 30, 36, 42, 48})), "b c c e b c c e");
  EXPECT_EQ(beamed({3, 4}, stretches_of({6, 12, 18, 24, 30, 36})), "b c c c c e");
  EXPECT_EQ(beamed({3, 4}, stretches_of({6, 12, 15, 18, 24, 30, 36})), "b e bb ce e b e");
}

}  // namespace
}  // namespace s2m
