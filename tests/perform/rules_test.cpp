// Each rule of performance does what its name says.
#include "story2midi/perform/rules.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "story2midi/base/files.h"
#include "story2midi/perform/features.h"
#include "story2midi/perform/shape.h"
#include "tests/perform/performed.h"

namespace s2m {
namespace {

using test::bars_of;
using test::plan_of;

std::vector<NoteFeatures> features_of(const PartScore& piece) {
  return note_features(piece, phrases_of(plan_of(piece)));
}

// What one rule does to a note or a beat.
double loudness(const NoteFeatures& one, std::size_t rule) {
  return kVelocityRules[rule].weight * one.velocity[rule];
}
double held(const NoteFeatures& one, std::size_t rule) {
  return kArticulationRules[rule].weight * one.articulation[rule];
}
double slowness(const BeatFeatures& one, std::size_t rule) {
  return kTempoRules[rule].weight * one.tempo[rule];
}

std::vector<BeatFeatures> beats_of(const PartScore& piece) {
  return beat_features(piece, phrases_of(plan_of(piece)));
}

PartScore melody_of(std::vector<PartNote> notes, int bars = 1) {
  PartScore piece = bars_of(bars);
  piece.part(Part::kMelody) = std::move(notes);
  return piece;
}

TEST(VelocityRules, TheMelodyIsLouderThanItsAccompaniment) {
  PartScore piece = melody_of({{0, 12, 60}});
  piece.part(Part::kFigure) = {{12, 12, 60}};
  const auto notes = features_of(piece);
  EXPECT_GT(loudness(notes[0], kMelodyLoud), loudness(notes[1], kMelodyLoud) + 3);
}

TEST(VelocityRules, TheBassIsHardlyLouderThanTheFigure) {
  PartScore piece = bars_of(1);
  piece.part(Part::kBass) = {{0, 12, 40}};
  piece.part(Part::kFigure) = {{12, 12, 40}};
  const auto notes = features_of(piece);
  EXPECT_LT(std::abs(loudness(notes[0], kBassLoud) - loudness(notes[1], kBassLoud)), 2);
}

TEST(VelocityRules, HighNotesAreLouder) {
  const auto notes = features_of(melody_of({{0, 12, 60}, {12, 12, 72}, {24, 12, 84}}));
  EXPECT_GT(loudness(notes[1], kHighLoud), loudness(notes[0], kHighLoud));
  EXPECT_GT(loudness(notes[2], kHighLoud), loudness(notes[1], kHighLoud));
}

TEST(VelocityRules, DeepNotesAreLouderThanMiddleOnes) {
  const auto notes = features_of(melody_of({{0, 12, 60}, {12, 12, 36}}));
  EXPECT_GT(loudness(notes[1], kLowLoud), loudness(notes[0], kLowLoud));
}

TEST(VelocityRules, StrongPlacesAreAccented) {
  const auto notes = features_of(melody_of({{0, 6, 60}, {6, 6, 60}, {12, 6, 60}, {24, 6, 60}}));
  EXPECT_GT(loudness(notes[0], kMetreAccent), loudness(notes[3], kMetreAccent));
  EXPECT_GT(loudness(notes[3], kMetreAccent), loudness(notes[2], kMetreAccent));
  EXPECT_GT(loudness(notes[2], kMetreAccent), loudness(notes[1], kMetreAccent));
}

TEST(VelocityRules, LongMelodyNotesAreLouderThanShortOnes) {
  const auto notes = features_of(melody_of({{0, 6, 60}, {6, 24, 60}, {30, 18, 60}}));
  EXPECT_GT(loudness(notes[1], kLongLoud), loudness(notes[0], kLongLoud));
}

TEST(VelocityRules, MelodyNotesFarFromTheChordsRootAreLouder) {
  PartScore piece = melody_of({{0, 12, 60}, {12, 12, 66}});
  piece.chords = {{0, 0, ChordQuality::kMajor, 0}};
  const auto notes = features_of(piece);
  EXPECT_GT(loudness(notes[1], kMelodicCharge), loudness(notes[0], kMelodicCharge));
}

TEST(VelocityRules, ChordsFarFromTheKeyAreLouder) {
  PartScore piece = melody_of({{0, 24, 60}, {24, 24, 61}});
  piece.chords = {{0, 0, ChordQuality::kMajor, 0}, {24, 6, ChordQuality::kMajor, 6}};
  const auto notes = features_of(piece);
  EXPECT_EQ(notes[0].velocity[kHarmonicCharge], 0);
  EXPECT_GT(loudness(notes[1], kHarmonicCharge), loudness(notes[0], kHarmonicCharge));
}

TEST(VelocityRules, ThickChordsAreSofterNoteByNoteAndTheirTopStandsOut) {
  PartScore piece = bars_of(1);
  piece.part(Part::kFigure) = {{0, 12, 60}, {0, 12, 64}, {0, 12, 67}, {12, 12, 60}};
  const auto notes = features_of(piece);
  EXPECT_LT(loudness(notes[0], kThickChord), loudness(notes[3], kThickChord));
  EXPECT_GT(loudness(notes[2], kTopOfChord), loudness(notes[1], kTopOfChord));
  EXPECT_GT(loudness(notes[2], kTopOfChord) + loudness(notes[2], kThickChord),
            loudness(notes[3], kThickChord));
}

TEST(VelocityRules, ALeapUpIsAccentedAndAStepIsNot) {
  const auto notes = features_of(melody_of({{0, 12, 60}, {12, 12, 69}, {24, 12, 71}}));
  EXPECT_GT(loudness(notes[1], kLeapUp), 0);
  EXPECT_EQ(loudness(notes[2], kLeapUp), 0);
}

TEST(VelocityRules, APhraseGetsLouderToItsMiddle) {
  const PartScore piece = test::song(4);
  double first = 0, second = 0, last = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {  // over the noise
    const Score score = perform(piece, plan_of(piece), {.seed = seed});
    for (const Note& note : test::track_of(score, "Accompaniment").notes) {
      const int bar = (note.start_ticks + 60) / 1920;
      (bar == 0 ? first : bar == 3 ? last : second) += note.velocity / 20.0 / (bar == 0 || bar == 3 ? 8 : 16);
    }
  }
  EXPECT_GT(second, first + 2);
  EXPECT_GT(second, last + 2);
}

TEST(TempoRules, APhraseIsSlowerAtItsEnds) {
  const auto beats = beats_of(bars_of(4));
  EXPECT_GT(slowness(beats[0], kArchStart), slowness(beats[7], kArchStart));
  EXPECT_GT(slowness(beats[15], kArchEnd), slowness(beats[8], kArchEnd));
}

TEST(TempoRules, ThePhrasesLastBeatIsLengthened) {
  const auto beats = beats_of(bars_of(4));
  EXPECT_GT(slowness(beats[15], kPhraseEnd), 0);
  EXPECT_EQ(slowness(beats[14], kPhraseEnd), 0);
}

TEST(TempoRules, ThePieceSlowsDownToItsEndAndEarlierPhrasesDoNot) {
  const auto beats = beats_of(bars_of(8));
  EXPECT_EQ(slowness(beats[15], kFinalRitard), 0);
  EXPECT_GT(slowness(beats[31], kFinalRitard), slowness(beats[30], kFinalRitard));
  EXPECT_GT(slowness(beats[30], kFinalRitard), slowness(beats[28], kFinalRitard));
  EXPECT_GT(slowness(beats[28], kFinalRitard), 0);
}

TEST(TempoRules, StrongBeatsAndTheBeatBeforeTheBarLineAreLonger) {
  const auto beats = beats_of(bars_of(1));
  EXPECT_GT(slowness(beats[0], kStrongBeat), slowness(beats[1], kStrongBeat));
  EXPECT_GT(slowness(beats[3], kBeforeBar), slowness(beats[2], kBeforeBar));
}

TEST(TempoRules, ALongMelodyNoteIsWaitedFor) {
  PartScore to_long = bars_of(2), to_short = bars_of(2);
  to_long.part(Part::kMelody) = {{0, 12, 60}, {48, 48, 62}};
  to_short.part(Part::kMelody) = {{0, 12, 60}, {48, 12, 62}, {60, 12, 64}};
  EXPECT_GT(slowness(beats_of(to_long)[3], kArrival), slowness(beats_of(to_short)[3], kArrival));
}

TEST(TempoRules, ABeatWithOneOnsetIsLonger) {
  const auto beats = beats_of(melody_of({{0, 12, 60}, {12, 6, 60}, {18, 6, 60}}));
  EXPECT_GT(slowness(beats[0], kLoneNote), slowness(beats[1], kLoneNote));
}

// The mean onset of a part over many seeds, in ticks from the beat.
double mean_shift(const PartScore& piece, const char* part) {
  double sum = 0;
  int count = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Score score = perform(piece, plan_of(piece), {.seed = seed});
    for (const Note& note : test::track_of(score, part).notes)
      sum += (note.start_ticks + 240) % 480 - 240, ++count;
  }
  return sum / count;
}

TEST(OnsetRules, MelodyAndBassLeadTheFigure) {
  PartScore piece = bars_of(8);
  piece.part(Part::kMelody) = test::quarters(8, 79);
  piece.part(Part::kFigure) = test::quarters(8, 60);
  piece.part(Part::kBass) = test::quarters(8, 43);
  EXPECT_LT(mean_shift(piece, "Melody"), mean_shift(piece, "Accompaniment") - 2);
  EXPECT_LT(mean_shift(piece, "Bass"), mean_shift(piece, "Accompaniment"));
}

TEST(OnsetRules, TheLouderNoteOfAChordComesFirst) {
  PartScore piece = bars_of(8);
  piece.part(Part::kFigure) = test::quarters(8, 60);
  for (const PartNote& note : test::quarters(8, 64)) piece.part(Part::kFigure).push_back(note);
  std::ranges::sort(piece.part(Part::kFigure));
  double louder = 0, softer = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Score score = perform(piece, plan_of(piece), {.seed = seed});
    std::map<int, std::vector<Note>> chords;  // by beat
    for (const Note& note : score.tracks[0].notes) chords[(note.start_ticks + 240) / 480].push_back(note);
    for (auto& [beat, notes] : chords) {
      std::ranges::sort(notes, {}, &Note::velocity);
      softer += notes.front().start_ticks, louder += notes.back().start_ticks;
    }
  }
  EXPECT_LT(louder, softer);
}

TEST(OnsetRules, AShortNoteAfterALongOneComesEarly) {
  const auto notes = features_of(melody_of({{0, 18, 60}, {18, 6, 62}, {24, 12, 64}, {36, 12, 65}}));
  EXPECT_LT(kOnsetRules[kShortAfterLong].weight * notes[1].onset[kShortAfterLong], 0);
  EXPECT_EQ(notes[3].onset[kShortAfterLong], 0);
}

TEST(ArticulationRules, LinesAreMoreLegatoThanTheFigure) {
  PartScore piece = melody_of({{0, 12, 72}});
  piece.part(Part::kBass) = {{0, 12, 40}};
  piece.part(Part::kFigure) = {{0, 12, 60}};
  const auto notes = features_of(piece);
  EXPECT_GT(held(notes[0], kMelodyLegato), held(notes[1], kBassLegato));
  EXPECT_GT(held(notes[1], kBassLegato), held(notes[2], kBassLegato));
}

TEST(ArticulationRules, LongNotesAreHeldForLessOfTheirLength) {
  const auto notes = features_of(melody_of({{0, 6, 60}, {6, 24, 62}}));
  EXPECT_LT(held(notes[1], kLongHeld), held(notes[0], kLongHeld));
}

TEST(ArticulationRules, ANoteIsShortenedBeforeItsRepetitionAndAPhrasesEnd) {
  const auto notes = features_of(melody_of({{0, 12, 60}, {12, 12, 60}, {24, 12, 69}, {36, 12, 71}}));
  EXPECT_LT(held(notes[0], kRepetition), 0);
  EXPECT_EQ(held(notes[1], kRepetition), 0);
  PartScore phrases = bars_of(8);
  phrases.part(Part::kMelody) = {{0, 48, 60}, {3 * 48, 48, 62}, {4 * 48, 48, 64}};
  const auto ends = features_of(phrases);
  EXPECT_EQ(held(ends[0], kPunctuation), 0);
  EXPECT_LT(held(ends[1], kPunctuation), 0);
}

TEST(Colouring, ExcitementAccentsTheMetreAndStraightensThePhrase) {
  const ValenceArousal excited{0, 1}, calm{0, -1};
  EXPECT_GT(coloured_weight(kVelocityRules[kMetreAccent], excited),
            coloured_weight(kVelocityRules[kMetreAccent], calm));
  EXPECT_LT(coloured_weight(kTempoRules[kArchEnd], excited), coloured_weight(kTempoRules[kArchEnd], calm));
  EXPECT_LT(coloured_weight(kTempoRules[kFinalRitard], {-1, 1}),
            coloured_weight(kTempoRules[kFinalRitard], {1, -1}));
}

TEST(Colouring, AWeightKeepsItsSign) {
  for (const double valence : {-1.0, 0.0, 1.0})
    for (const double arousal : {-1.0, 0.0, 1.0})
      for (const auto& rule : kVelocityRules)
        EXPECT_GE(coloured_weight(rule, {valence, arousal}) * rule.weight, 0) << rule.name;
}

TEST(Rules, EachHasANameOfItsOwnAndASource) {
  std::set<std::string_view> names;
  const auto check = [&](const auto& table) {
    for (const PerformanceRule& rule : table) {
      EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
      EXPECT_FALSE(rule.source.empty());
    }
  };
  check(kVelocityRules), check(kTempoRules), check(kOnsetRules), check(kArticulationRules);
}

TEST(Rules, StandWithTheirWeightsOnTheirPage) {
  const auto page = read_text("docs/research/performance-rules.md");
  const auto check = [&](const auto& table) {
    for (const PerformanceRule& rule : table) {
      const auto row = page.find("\n| " + std::string(rule.name) + " ");
      ASSERT_NE(row, std::string::npos) << rule.name;
      const auto line = page.substr(row + 1, page.find('\n', row + 1) - row);
      const auto weight = fmt::format("| {}{} |", rule.weight, rule.source == kFit ? "" : " (set)");
      EXPECT_NE(line.find(weight), std::string::npos) << weight << " in " << line;
    }
  };
  check(kVelocityRules), check(kTempoRules), check(kOnsetRules), check(kArticulationRules);
}

}  // namespace
}  // namespace s2m
