#include "story2midi/perform/perform.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "story2midi/base/error.h"
#include "tests/perform/performed.h"

namespace s2m {
namespace {

using test::plan_of;
using test::song;
using test::track_of;

double mean_velocity(const Score& score, int first_bar, int bars) {
  double sum = 0;
  int count = 0;
  for (const Track& track : score.tracks)
    for (const Note& note : track.notes) {
      const int bar = (note.start_ticks + 120) / 1920;
      if (bar < first_bar || bar >= first_bar + bars) continue;
      sum += note.velocity, ++count;
    }
  return sum / count;
}

TEST(Perform, AtNoHumaniseItPlaysWhatIsWritten) {
  const PartScore piece = song(8);
  const Score score = perform(piece, plan_of(piece, {.loudness = 70, .articulation = .6}), {.humanise = 0});
  const Score written = to_score(piece, 70);
  ASSERT_EQ(score.tracks.size(), 3u);
  for (const Track& track : written.tracks) {
    EXPECT_EQ(track_of(score, track.name).notes, track.notes);
    EXPECT_TRUE(track_of(score, track.name).pedal.empty());
  }
  EXPECT_EQ(score.tempos, written.tempos);
  EXPECT_EQ(score.time_signatures, written.time_signatures);
}

TEST(Perform, TracksStandInTheOrderOfAPage) {
  const PartScore piece = song(4);
  const Score score = perform(piece, plan_of(piece));
  ASSERT_EQ(score.tracks.size(), 3u);
  EXPECT_EQ(score.tracks[0].name, "Melody");
  EXPECT_EQ(score.tracks[1].name, "Accompaniment");
  EXPECT_EQ(score.tracks[2].name, "Bass");
}

TEST(Perform, SameSeedSameBytesAndAnotherSeedOthers) {
  const PartScore piece = song(8);
  const auto plan = plan_of(piece);
  EXPECT_EQ(perform(piece, plan, {.seed = 7}), perform(piece, plan, {.seed = 7}));
  EXPECT_NE(perform(piece, plan, {.seed = 7}), perform(piece, plan, {.seed = 8}));
}

TEST(Perform, EveryPhraseLastsAsLongAsItsBarsAsk) {
  for (const double tempo : {44.0, 97.3, 184.0}) {
    const PartScore piece = song(24, tempo);
    const Score score = perform(piece, plan_of(piece));
    EXPECT_GT(score.tempos.size(), 48u);
    for (int bar = 4; bar <= 24; bar += 4)
      EXPECT_NEAR(seconds_at(score, bar * 1920), bar * 4 * 60 / tempo, 1e-5) << tempo;
    EXPECT_EQ(end_ticks(score), 24 * 1920);
  }
}

TEST(Perform, AHitKeepsItsTimeAndIsLouder) {
  const PartScore piece = song(8, 90);
  auto plan = plan_of(piece);
  plan.bars[2].hits = {24};
  const Score score = perform(piece, plan), plain = perform(piece, plan_of(piece));
  EXPECT_NEAR(seconds_at(score, 2 * 1920 + 960), 10 * 60 / 90.0, 1e-5);
  EXPECT_GT(std::abs(seconds_at(plain, 2 * 1920 + 960) - 10 * 60 / 90.0), 1e-3)
      << "a phrase moves its inner beats";
  EXPECT_NEAR(seconds_at(score, 8 * 1920), 32 * 60 / 90.0, 1e-5);
  const auto velocity_at = [](const Score& played, int tick) {
    int most = 0;
    for (const Track& track : played.tracks)
      for (const Note& note : track.notes)
        if (std::abs(note.start_ticks - tick) < 60) most = std::max(most, int(note.velocity));
    return most;
  };
  EXPECT_GT(velocity_at(score, 2 * 1920 + 960), velocity_at(plain, 2 * 1920 + 960) + 10);
}

TEST(Perform, APhraseIsAsLoudAsAsked) {
  const PartScore piece = song(16);
  for (const double loudness : {40.0, 64.0, 96.0}) {
    const Score score = perform(piece, plan_of(piece, {.loudness = loudness}));
    for (int bar = 0; bar < 16; bar += 4) EXPECT_NEAR(mean_velocity(score, bar, 4), loudness, 1);
  }
}

TEST(Perform, NoKeyIsStruckWhileItIsDown) {
  PartScore piece = song(8);
  for (int bar = 0; bar < 8; ++bar)
    piece.part(Part::kFigure).push_back({48 * bar, 48, 72});  // the melody's key
  piece.part(Part::kFigure).push_back({0, 12, 72});
  for (auto& notes : piece.parts) std::ranges::sort(notes);
  for (const double humanise : {0.0, 0.5, 1.0}) {
    const Score score = perform(piece, plan_of(piece), {.humanise = humanise});
    std::map<int, std::vector<Note>> by_key;
    for (const Track& track : score.tracks)
      for (const Note& note : track.notes) by_key[note.pitch].push_back(note);
    for (auto& [pitch, notes] : by_key) {
      std::ranges::sort(notes);
      for (std::size_t i = 0; i + 1 < notes.size(); ++i) {
        EXPECT_GT(notes[i].length_ticks, 0);
        EXPECT_LE(notes[i].start_ticks + notes[i].length_ticks, notes[i + 1].start_ticks) << pitch;
      }
    }
  }
}

TEST(Perform, MelodyAndBassSoundOneNoteAtATime) {
  const PartScore piece = song(16);
  const Score score = perform(piece, plan_of(piece, {.articulation = 1}));
  for (const char* name : {"Melody", "Bass"}) {
    const auto& notes = track_of(score, name).notes;
    for (std::size_t i = 0; i + 1 < notes.size(); ++i)
      EXPECT_LE(notes[i].start_ticks + notes[i].length_ticks, notes[i + 1].start_ticks);
  }
}

TEST(Perform, OnsetsStayNearTheirPlaces) {
  const PartScore piece = song(16);
  const Score score = perform(piece, plan_of(piece));
  int moved = 0, notes = 0;
  for (const Track& track : score.tracks)
    for (const Note& note : track.notes) {
      const int off = std::abs((note.start_ticks + 120) % 240 - 120);  // from the nearest eighth
      EXPECT_LE(off, 60);
      moved += off > 0, ++notes;
    }
  EXPECT_GT(moved, notes / 2);
}

TEST(Perform, EveryMetreIsPlayedOnItsOwnBeats) {
  for (const Metre metre : {Metre{3, 4}, {6, 8}, {12, 8}, {5, 4}, {7, 8}, {11, 8}, {3, 16}, {2, 2}}) {
    PartScore piece = test::bars_of(8, metre);
    for (int bar = 0; bar < 8; ++bar)
      for (const int beat : beats(metre))
        piece.part(Part::kMelody).push_back({bar * bar_length(metre) + beat, 3, 72});
    const Score score = perform(piece, plan_of(piece));
    for (const Tempo& tempo : score.tempos) {
      const int place = tempo.start_ticks / 40 % bar_length(metre);
      EXPECT_TRUE(std::ranges::count(beats(metre), place)) << name_of(metre) << ' ' << place;
    }
    const double seconds = 8 * bar_length(metre) / 24.0;
    EXPECT_NEAR(seconds_at(score, 8 * bar_length(metre) * 40), seconds, 1e-5) << name_of(metre);
  }
}

TEST(Perform, AKeyThatABarStatesIsWrittenWhereItChanges) {
  PartScore piece = song(8);
  for (std::size_t bar = 4; bar < 6; ++bar) piece.bars[bar].key = Key{4, Mode::kMinor};
  piece.bars[2].key = Key{9, Mode::kMinor};  // of the signature of C major
  const Score score = perform(piece, plan_of(piece));
  ASSERT_EQ(score.key_signatures.size(), 3u);
  EXPECT_EQ(score.key_signatures[1].start_ticks, 4 * 1920);
  EXPECT_EQ(score.key_signatures[1].key, (Key{4, Mode::kMinor}));
  EXPECT_EQ(score.key_signatures[2].start_ticks, 6 * 1920);
}

TEST(Perform, LastNotesRingToTheEnd) {
  PartScore piece = song(4);
  piece.part(Part::kMelody).resize(13);  // the last bar has one quarter
  const Score score = perform(piece, plan_of(piece));
  const Note last = track_of(score, "Melody").notes.back();
  EXPECT_EQ(last.start_ticks + last.length_ticks, 4 * 1920);
}

TEST(Perform, ABadPlanIsNamed) {
  const PartScore piece = song(4);
  EXPECT_THROW(perform(piece, plan_of(song(3))), Error);
  EXPECT_THROW(perform(piece, plan_of(piece), {.humanise = 1.5}), Error);
  PartScore beyond = piece;
  beyond.part(Part::kMelody).push_back({48 * 4, 12, 60});
  EXPECT_THROW(perform(beyond, plan_of(piece)), Error);
}

TEST(Perform, AnEmptyPieceIsAnEmptyScore) { EXPECT_EQ(perform(PartScore{}, {}), Score{}); }

}  // namespace
}  // namespace s2m
