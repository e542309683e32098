// A part of a piece written anew: what stays is the same, note for note, in the written and in the performed score.
#include "story2midi/compose/rewrite.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "story2midi/base/error.h"
#include "story2midi/compose/composer.h"
#include "tests/base/scratch_folder.h"
#include "tests/compose/tiny_decoder.h"

namespace s2m {
namespace {

constexpr std::array kParts{Part::kMelody, Part::kBass, Part::kFigure};

Plan a_plan(const std::string& palette = {}, int bars = 16) {
  const EmotionCurve curve{{{{"They danced.", 0, 12}, {0.7, 0.5, {}}},
                            {{"The house burned.", 13, 30}, {-0.8, 0.6, {}}},
                            {{"She wept.", 31, 40}, {-0.6, -0.6, {}}}}};
  return make_plan(curve, {.bars = bars, .palette = palette});
}

struct Places {
  int first, end;
  bool hold(int place) const { return place >= first && place < end; }
};
Places places_of(const Piece& piece, const BarSpan& bars) {
  const auto& last = piece.written.bars[static_cast<std::size_t>(bars.end) - 1];
  return {piece.written.bars[static_cast<std::size_t>(bars.first)].start, last.start + last.positions};
}

// The notes that the scope does not write anew.
std::vector<PartNote> kept(const Piece& piece, const RewriteScope& scope, Part part) {
  auto notes = piece.written.part(part);
  const auto places = places_of(piece, scope.bars);
  std::erase_if(notes, [&](const PartNote& note) { return scope.writes(part) && places.hold(note.start); });
  return notes;
}

std::vector<Note> kept_outside(const Track& track, const Places& places) {
  auto notes = track.notes;
  std::erase_if(notes, [&](const Note& note) { return places.hold(note.start_ticks / kTicksPerPosition); });
  return notes;
}

const Track* find_track(const Score& score, const std::string& name) {
  const auto found = std::ranges::find(score.tracks, name, &Track::name);
  return found == score.tracks.end() ? nullptr : &*found;
}

class Rewriting : public testing::Test {
 protected:
  static void SetUpTestSuite() { file_ = new TinyDecoder(); }
  static void TearDownTestSuite() { delete file_; }
  static TinyDecoder* file_;
  Composer composer_{file_->path()};
};
TinyDecoder* Rewriting::file_ = nullptr;

std::vector<RewriteScope> scopes() {
  return {
      {.bars = {0, 4}},
      {.bars = {5, 7}},
      {.bars = {12, 16}},
      {.bars = {0, 16}, .parts = {true, false, false}},
      {.bars = {3, 9}, .parts = {false, true, false}},
      {.bars = {0, 16}, .parts = {false, false, true}},
      {.bars = {4, 12}, .keeps_harmony = true},
      {.bars = {4, 12}, .keeps_melody = true},
      {.bars = {4, 12}, .keeps_rhythm = true},
      {.bars = {0, 16}, .keeps_harmony = true, .keeps_melody = true, .keeps_rhythm = true},
  };
}

TEST_F(Rewriting, EveryOtherNoteIsTheSame) {
  for (std::uint64_t seed = 1; seed < 4; ++seed) {
    const auto before = composer_.compose_piece(a_plan(), {}, {.seed = seed, .drafts = 1});
    for (const auto& scope : scopes()) {
      const auto after = composer_.rewrite(before, scope, {}, {.seed = seed + 10, .drafts = 2});
      EXPECT_EQ(after.written.bars, before.written.bars);
      EXPECT_EQ(after.score.tempos, before.score.tempos);
      EXPECT_EQ(after.score.markers, before.score.markers);
      EXPECT_EQ(after.score.cues, before.score.cues);
      EXPECT_NE(after.written.parts, before.written.parts) << "nothing was written anew";
      for (const Part part : kParts) {
        EXPECT_EQ(kept(after, scope, part), kept(before, scope, part));
        const auto* was = find_track(before.score, std::string(to_string(part)));
        const auto* now = find_track(after.score, std::string(to_string(part)));
        ASSERT_TRUE(was && now);
        const auto places = places_of(before, scope.bars);
        EXPECT_EQ(kept_outside(*now, places), kept_outside(*was, places));
        if (!scope.writes(part)) EXPECT_EQ(now->notes, was->notes);
      }
    }
  }
}

TEST_F(Rewriting, AnotherSeedGivesOtherNotesAndTheSameSeedTheSame) {
  const auto before = composer_.compose_piece(a_plan(), {}, {.drafts = 1});
  const RewriteScope scope{.bars = {4, 8}};
  const auto one = composer_.rewrite(before, scope, {}, {.seed = 5});
  EXPECT_EQ(composer_.rewrite(before, scope, {}, {.seed = 5}), one);
  EXPECT_NE(composer_.rewrite(before, scope, {}, {.seed = 6}).written.parts, one.written.parts);
}

TEST_F(Rewriting, LockedHarmonyKeepsTheChordsAndFreeHarmonyChangesThem) {
  const auto before = composer_.compose_piece(a_plan(), {}, {.drafts = 1});
  int changed = 0;
  for (std::uint64_t seed = 1; seed < 6; ++seed) {
    const auto locked =
        composer_.rewrite(before, {.bars = {0, 16}, .keeps_harmony = true}, {}, {.seed = seed, .drafts = 1});
    EXPECT_EQ(locked.written.chords, before.written.chords);
    const auto free = composer_.rewrite(before, {.bars = {4, 12}}, {}, {.seed = seed, .drafts = 1});
    changed += free.written.chords != before.written.chords;
    const auto places = places_of(before, {4, 12});
    auto was = before.written.chords, now = free.written.chords;
    for (auto* chords : {&was, &now})
      std::erase_if(*chords, [&](const Chord& chord) { return places.hold(chord.start); });
    EXPECT_EQ(now, was);
  }
  EXPECT_GT(changed, 2);
}

TEST_F(Rewriting, LockedRhythmKeepsStartsAndLengths) {
  const auto before = composer_.compose_piece(a_plan(), {}, {.drafts = 1});
  const auto rhythm = [](const Piece& piece, Part part) {
    std::multiset<int> starts;
    for (const PartNote& note : piece.written.part(part)) starts.insert(note.start);
    return starts;
  };
  const auto after =
      composer_.rewrite(before, {.bars = {2, 14}, .keeps_rhythm = true}, {}, {.seed = 3, .drafts = 2});
  EXPECT_EQ(rhythm(after, Part::kMelody), rhythm(before, Part::kMelody));
  EXPECT_EQ(rhythm(after, Part::kBass), rhythm(before, Part::kBass));
  EXPECT_NE(after.written.part(Part::kMelody), before.written.part(Part::kMelody));
}

TEST_F(Rewriting, MelodyAndBassStayMonophonicAtTheJoints) {
  for (std::uint64_t seed = 1; seed < 8; ++seed) {
    const auto before = composer_.compose_piece(a_plan(), {}, {.seed = seed, .drafts = 1});
    const auto after = composer_.rewrite(before, {.bars = {5, 7}}, {}, {.seed = seed + 1, .drafts = 1});
    for (const Part part : {Part::kMelody, Part::kBass}) {
      const auto& notes = after.written.part(part);
      for (std::size_t i = 1; i < notes.size(); ++i)
        EXPECT_LE(notes[i - 1].start + notes[i - 1].length, notes[i].start) << seed;
    }
  }
}

TEST_F(Rewriting, WithInstrumentsWhatIsOutsideTheBarsIsTheSame) {
  const auto before = composer_.compose_piece(a_plan("orchestra"), {}, {.drafts = 1});
  const RewriteScope scope{.bars = {4, 8}};
  const auto after = composer_.rewrite(before, scope, {}, {.seed = 9, .drafts = 1});
  const auto places = places_of(before, scope.bars);
  for (const auto& track : before.score.tracks) {
    const auto* now = find_track(after.score, track.name);
    const auto outside = kept_outside(track, places);
    if (!now) EXPECT_TRUE(outside.empty()) << track.name;
    if (now) EXPECT_EQ(kept_outside(*now, places), outside) << track.name;
  }
  EXPECT_NE(after.score.tracks, before.score.tracks);
}

TEST_F(Rewriting, WhatCannotBeWrittenAnewIsRefused) {
  const auto piece = composer_.compose_piece(a_plan(), {}, {.drafts = 1});
  const auto fault = [&](const RewriteScope& scope) -> std::string {
    try {
      composer_.rewrite(piece, scope);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_NE(fault({.bars = {12, 17}}).find("1 to 16"), std::string::npos);
  EXPECT_NE(fault({.bars = {4, 4}}).find("outside"), std::string::npos);
  EXPECT_NE(fault({.bars = {0, 4}, .parts = {true, false, false}, .keeps_melody = true}).find("nothing"),
            std::string::npos);
  EXPECT_NE(fault({.bars = {0, 4}, .parts = {false, false, false}}).find("nothing"), std::string::npos);
}

}  // namespace
}  // namespace s2m
