#include "lab/analysis/to_parts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "lab/analysis/track_role.h"
#include "story2midi/base/error.h"
#include "story2midi/base/random.h"

namespace s2m {
namespace {

// A piano score of one track; starts and lengths in grid positions.
Score piano(std::vector<PartNote> notes) {
  Score score;
  score.tracks.emplace_back().name = "Piano";
  for (const PartNote& note : notes)
    score.tracks[0].notes.push_back(
        {note.start * kTicksPerPosition, note.length * kTicksPerPosition, note.pitch, 70});
  std::ranges::sort(score.tracks[0].notes);
  return score;
}

std::vector<int> pitches(const std::vector<PartNote>& notes) {
  std::vector<int> result;
  for (const PartNote& note : notes) result.push_back(note.pitch);
  return result;
}

const Key kCMajor{0, Mode::kMajor};
using Pitches = std::vector<int>;

// A tune in quarters and halves over two bars.
const std::vector<PartNote> kTune{{0, 12, 76},  {12, 12, 79}, {24, 24, 72},
                                  {48, 12, 77}, {60, 12, 74}, {72, 24, 71}};

std::vector<PartNote> with_tune(std::vector<PartNote> accompaniment) {
  accompaniment.insert(accompaniment.end(), kTune.begin(), kTune.end());
  return accompaniment;
}

TEST(ToParts, AlbertiBassHoldsItsLowestNotes) {
  std::vector<PartNote> notes;
  for (int half = 0; half < 4; ++half) {
    const std::vector<int> chord = half < 2 ? std::vector{48, 55, 52, 55} : std::vector{47, 55, 50, 55};
    for (int i = 0; i < 4; ++i)
      notes.push_back({half * 24 + i * 6, 6, static_cast<std::uint8_t>(chord[static_cast<std::size_t>(i)])});
  }
  const PartScore piece = to_parts(piano(with_tune(notes)), kCMajor);
  EXPECT_EQ(piece.part(Part::kMelody), kTune);
  EXPECT_EQ(pitches(piece.part(Part::kBass)), (Pitches{48, 48, 47, 47}));
  EXPECT_EQ(piece.part(Part::kFigure).size(), 12u);
}

TEST(ToParts, OomPahHasItsBassOnTheBeatAndChordsInTheFigure) {
  std::vector<PartNote> notes;
  for (int half = 0; half < 4; ++half) {
    const int root = half % 2 ? 43 : 48;
    notes.push_back({half * 24, 12, static_cast<std::uint8_t>(root)});
    for (const int pitch : {55, 60, 64})
      notes.push_back({half * 24 + 12, 12, static_cast<std::uint8_t>(pitch)});
  }
  const PartScore piece = to_parts(piano(with_tune(notes)), kCMajor);
  EXPECT_EQ(piece.part(Part::kMelody), kTune);
  EXPECT_EQ(pitches(piece.part(Part::kBass)), (Pitches{48, 43, 48, 43}));
  EXPECT_EQ(piece.part(Part::kFigure).size(), 12u);
}

TEST(ToParts, BlockChordsGiveTheirLowestNotesToTheBass) {
  const PartScore piece = to_parts(piano(with_tune({{0, 24, 48},
                                                    {0, 24, 55},
                                                    {0, 24, 64},
                                                    {24, 24, 53},
                                                    {24, 24, 57},
                                                    {24, 24, 60},
                                                    {48, 24, 50},
                                                    {48, 24, 57},
                                                    {48, 24, 65},
                                                    {72, 24, 43},
                                                    {72, 24, 50},
                                                    {72, 24, 59}})),
                                   kCMajor);
  EXPECT_EQ(pitches(piece.part(Part::kBass)), (Pitches{48, 53, 50, 43}));
  EXPECT_EQ(piece.part(Part::kMelody), kTune);
}

TEST(ToParts, ABassLineKeepsItsRests) {
  const std::vector<PartNote> bass{{0, 12, 48}, {12, 12, 50}, {48, 12, 52}, {60, 12, 53}};
  const PartScore piece = to_parts(piano(with_tune(bass)), kCMajor);
  EXPECT_EQ(piece.part(Part::kBass), bass);
  EXPECT_TRUE(piece.part(Part::kFigure).empty());
}

TEST(ToParts, ANamedMelodyIsTakenAndRestsWithoutASubstitute) {
  Score score = piano({{0, 12, 84}, {12, 12, 88}, {48, 12, 91}, {60, 36, 86}});
  score.tracks.emplace_back().name = "Singstimme";
  score.tracks[1].notes = {{48 * kTicksPerPosition, 24 * kTicksPerPosition, 67, 70}};
  const PartScore piece = to_parts(score, kCMajor);
  EXPECT_EQ(piece.part(Part::kMelody), (std::vector<PartNote>{{48, 24, 67}}));
  EXPECT_EQ(piece.part(Part::kFigure).size(), 4u);
}

TEST(ToParts, ASungTrackIsTheMelodyAndThemesNamedInWordsAreNot) {
  Score score = piano({{0, 48, 84}, {0, 48, 48}});
  score.tracks.emplace_back().name = "Flute 1";
  for (int i = 0; i < 8; ++i)
    score.tracks[1].notes.push_back({i * 6 * kTicksPerPosition, 6 * kTicksPerPosition, 67, 70});
  score.tracks[1].lyrics = {{0, "a"}};
  EXPECT_EQ(roles_of(score)[1], TrackRole::kUnknown);
  score.tracks[1].lyrics.push_back({24 * kTicksPerPosition, "la"});
  EXPECT_EQ(roles_of(score)[1], TrackRole::kMelody);
  EXPECT_EQ(to_parts(score, kCMajor).part(Part::kMelody).size(), 8u);
}

TEST(ToParts, UnisonsAreWrittenOnceAndFullChordsLoseTheirOctavesFirst) {
  Score score = piano({{0, 48, 36},
                       {0, 48, 48},
                       {0, 48, 52},
                       {0, 48, 55},
                       {0, 48, 60},
                       {0, 48, 64},
                       {0, 48, 67},
                       {0, 48, 84}});
  score.tracks.push_back(score.tracks[0]);
  PartsReport report;
  const PartScore piece = to_parts(score, kCMajor, {}, &report);
  EXPECT_EQ(report.notes, 16);
  EXPECT_EQ(report.kept, 7);
  std::set<int> pitch_classes;
  for (const PartNote& note : piece.part(Part::kFigure)) pitch_classes.insert(note.pitch % 12);
  EXPECT_EQ(pitch_classes, (std::set<int>{0, 4, 7}));
}

// Random music of a plausible texture, its times moved by up to `jitter` ticks.
Score random_piano(std::uint64_t seed, int jitter) {
  Random random(seed);
  Score score = piano({});
  const auto add = [&](int start, int length, int pitch) {
    const int moved =
        std::max(0, start * kTicksPerPosition + static_cast<int>((random.uniform() * 2 - 1) * jitter));
    score.tracks[0].notes.push_back(
        {moved, std::max(1, length * kTicksPerPosition - jitter), static_cast<std::uint8_t>(pitch), 70});
  };
  for (int at = 0; at < 48 * 12; at += 3) {
    if (random.uniform() < 0.5)
      add(at, 3 + static_cast<int>(random.uniform() * 12), 60 + static_cast<int>(random.uniform() * 30));
    if (random.uniform() < 0.4)
      add(at, 6 + static_cast<int>(random.uniform() * 48), 30 + static_cast<int>(random.uniform() * 40));
    if (random.uniform() < 0.3)
      add(at, 6 + static_cast<int>(random.uniform() * 48), 45 + static_cast<int>(random.uniform() * 25));
  }
  std::ranges::sort(score.tracks[0].notes);
  return score;
}

void expect_well_formed(const PartScore& piece) {
  ASSERT_FALSE(piece.bars.empty());
  int at = 0;
  for (const PartBar& bar : piece.bars) {
    EXPECT_EQ(bar.start, at);
    at += bar.positions;
  }
  std::set<std::pair<int, int>> seen;
  for (const auto& part : piece.parts) {
    EXPECT_TRUE(std::ranges::is_sorted(part));
    for (const PartNote& note : part) {
      EXPECT_GE(note.length, 1);
      EXPECT_GE(note.start, 0);
      EXPECT_LT(note.start, at);
      EXPECT_TRUE(seen.emplace(note.start, note.pitch).second) << "twice at " << note.start;
    }
  }
  for (const Part part : {Part::kMelody, Part::kBass})
    for (std::size_t i = 0; i + 1 < piece.part(part).size(); ++i)
      EXPECT_LE(piece.part(part)[i].start + piece.part(part)[i].length, piece.part(part)[i + 1].start);
  std::set<int> chord_starts;
  for (const Chord& chord : piece.chords) chord_starts.insert(chord.start);
  EXPECT_EQ(chord_starts.size(), piece.chords.size());
  for (const PartBar& bar : piece.bars) EXPECT_TRUE(chord_starts.contains(bar.start));
}

TEST(ToParts, PartsAreWellFormedAndComeBackFromTheirScore) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const PartScore piece = to_parts(random_piano(seed, seed % 2 ? 0 : 17), kCMajor);
    expect_well_formed(piece);
    const PartScore again = to_parts(to_score(piece), kCMajor);
    EXPECT_EQ(again.bars, piece.bars) << seed;
    EXPECT_TRUE(again.parts == piece.parts) << seed;
    EXPECT_TRUE(again.chords == piece.chords) << seed;
    EXPECT_TRUE(again == piece) << seed;
  }
}

TEST(ToParts, APerformanceIsWrittenWithoutLonelyTripletMembers) {
  // Sixteenths with a place in the beat that leans to the triplet, and one full triplet.
  Score score = piano({});
  const auto add = [&](double at) {
    score.tracks[0].notes.push_back({static_cast<int>(at * kTicksPerPosition), 100, 72, 70});
  };
  for (const double at : {0.3, 3.4, 6.1, 9.2, 12.2, 15.5, 18.2, 24.1, 27.9, 32.2, 36.1, 42.3}) add(at);
  const PartScore piece = to_parts(score, kCMajor, {.source = ScoreSource::kPerformance});
  std::vector<int> starts;
  for (const auto& part : piece.parts)
    for (const PartNote& note : part) starts.push_back(note.start);
  std::ranges::sort(starts);
  EXPECT_EQ(starts, (std::vector{0, 3, 6, 9, 12, 15, 18, 24, 28, 32, 36, 42}));
}

TEST(ToParts, LegatoIsWrittenWithoutGapsAndPedalledNotesEndWithTheirHarmony) {
  // Detached quarters, and a C major chord that the pedal holds into D minor.
  Score score = piano({{0, 10, 72},
                       {12, 10, 74},
                       {24, 10, 76},
                       {36, 10, 77},
                       {48, 40, 79},
                       {0, 90, 48},
                       {12, 90, 55},
                       {12, 90, 64},
                       {48, 40, 50},
                       {60, 36, 57},
                       {60, 36, 65}});
  for (Note& note : score.tracks[0].notes) ++note.start_ticks;
  const PartScore piece = to_parts(score, kCMajor, {.source = ScoreSource::kPerformance});
  ASSERT_EQ(piece.part(Part::kMelody).size(), 5u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(piece.part(Part::kMelody)[i].length, 12);
  for (const PartNote& note : piece.part(Part::kFigure))
    if (note.start < 48) {
      EXPECT_LE(note.start + note.length, 48);
    }
}

TEST(ToParts, GraceNotesAreLeftOut) {
  PartsReport report;
  const PartScore piece =
      to_parts(piano(with_tune({{11, 1, 78}, {24, 1, 73}, {0, 48, 48}})), kCMajor, {}, &report);
  EXPECT_EQ(piece.part(Part::kMelody), kTune);
  EXPECT_EQ(report.notes - report.kept, 2);
}

TEST(ToParts, ATuneAloneIsAllMelody) {
  std::vector<PartNote> tune{{0, 12, 55}, {12, 12, 79}, {24, 12, 60}, {36, 6, 84}, {42, 6, 67}};
  EXPECT_EQ(to_parts(piano(tune), kCMajor).part(Part::kMelody), tune);
}

TEST(ToParts, AnnotatedChordsStandInEveryBar) {
  const std::vector<Chord> chords{{0, 0, ChordQuality::kMajor, 4}, {36, 7, ChordQuality::kDominant7, 7}};
  const PartScore piece = to_parts(piano(with_tune({})), kCMajor, {.chords = chords});
  EXPECT_EQ(piece.chords, (std::vector<Chord>{chords[0], chords[1], {48, 7, ChordQuality::kDominant7, 7}}));
}

TEST(ToParts, APickupAndAnOddMetreKeepTheirBars) {
  Score score = piano({{0, 12, 67}, {12, 36, 72}, {48, 36, 74}, {84, 90, 76}});
  score.time_signatures = {{0, {1, 4}}, {12 * kTicksPerPosition, {3, 4}}, {84 * kTicksPerPosition, {15, 8}}};
  const PartScore piece = to_parts(score, kCMajor);
  ASSERT_EQ(piece.bars.size(), 4u);
  EXPECT_EQ(piece.bars[0].metre, (Metre{1, 4}));
  EXPECT_EQ(piece.bars[3].metre, (Metre{15, 8}));
  EXPECT_EQ(piece.bars[3].start, 84);
}

TEST(ToParts, ABadScoreIsRefused) { EXPECT_THROW(to_parts(Score{}, kCMajor), Error); }

}  // namespace
}  // namespace s2m
