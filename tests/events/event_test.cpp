#include "story2midi/events/event.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "tests/events/random_parts.h"

namespace s2m {
namespace {

using testing::random_parts;
using testing::random_walk;

// Four bars of 4/4 in A minor: a tune of quarters over a low octave per bar and off-beat thirds.
PartScore small_piece() {
  PartScore piece;
  piece.key = {9, Mode::kMinor};
  for (int bar = 0; bar < 4; ++bar) {
    const int start = 48 * bar;
    piece.bars.push_back({start, 48, {4, 4}, 90, Key{9, Mode::kMinor}});
    piece.part(Part::kBass).push_back({start, 48, 45});
    for (int beat = 0; beat < 4; ++beat) {
      piece.part(Part::kMelody).push_back({start + 12 * beat, 12, static_cast<std::uint8_t>(72 + beat)});
      piece.part(Part::kFigure).push_back({start + 12 * beat + 6, 6, 57});
      piece.part(Part::kFigure).push_back({start + 12 * beat + 6, 6, 60});
    }
  }
  piece.chords = {{0, 9, ChordQuality::kMinor, 9}, {72, 4, ChordQuality::kDominant7, 8}};
  return piece;
}

std::vector<Event> of_kind(const EventPiece& piece, std::uint8_t kind) {
  std::vector<Event> events;
  std::ranges::copy_if(piece.events, std::back_inserter(events),
                       [&](const Event& e) { return e.kind == kind; });
  return events;
}

Event note(std::uint8_t kind, int position, int pitch, int length = 12) {
  Event event{.kind = kind};
  event.values = {static_cast<std::uint8_t>(position), static_cast<std::uint8_t>(pitch),
                  static_cast<std::uint8_t>(duration_value(length))};
  return event;
}

Event bar(Metre metre = {4, 4}) {
  Event event{.kind = kBarEvent};
  event.values[kMetre] = static_cast<std::uint8_t>(metre_value(metre));
  return event;
}

TEST(Events, AnEncodedPieceIsEncodedTheSameAgain) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Random random(seed);
    const EventPiece piece = encode(random_parts(random));
    ASSERT_EQ(encode(decode(piece)), piece) << "seed " << seed;
  }
}

TEST(Events, AWrittenPieceComesBackNoteForNote) {
  PartScore piece = small_piece();
  piece.bars.front().tempo_bpm = tempo_of(tempo_value(90));
  for (PartBar& one : piece.bars) one.tempo_bpm = piece.bars.front().tempo_bpm;
  PartScore again = decode(encode(piece));
  ASSERT_EQ(again.chords.size(), 5u);  // the chord in force is stated at each bar's start
  EXPECT_EQ(again.chords[0], piece.chords[0]);
  EXPECT_EQ(again.chords[2], piece.chords[1]);
  again.chords = piece.chords;
  EXPECT_EQ(again, piece);
}

TEST(Events, LabelsReturnWhenGivenAgain) {
  const EncodeOptions sad{.valence = -0.6, .arousal = -0.4, .style = Style::kArtSong};
  const EventPiece piece = encode(small_piece(), sad);
  EXPECT_EQ(piece.events[0].values[kValence], level_value(-0.6));
  EXPECT_EQ(piece.events[0].values[kArousal], level_value(-0.4));
  EXPECT_EQ(piece.events[0].values[kStyle], static_cast<int>(Style::kArtSong));
  EXPECT_EQ(encode(decode(piece), sad), piece);
}

TEST(Events, ChordsAreDegreesOfTheHomeKey) {
  const auto chords = of_kind(encode(small_piece()), kChordEvent);
  EXPECT_EQ(chords[0].values[kDegree], 0);
  EXPECT_EQ(chords[2].values[kDegree], 7);     // E in A minor
  EXPECT_EQ(chords[2].values[kInversion], 4);  // over its third
  EXPECT_EQ(chords[2].position(), 24);
}

TEST(Events, ABarIsDescribedByItsParts) {
  const auto bars = of_kind(encode(small_piece()), kBarEvent);
  EXPECT_EQ(bars[0].values[kMelodyDensity], density_value(1));
  EXPECT_EQ(bars[0].values[kDensity], density_value(9 / 4.0));
  EXPECT_EQ(bars[0].values[kThickness], thickness_value(9 / 5.0));
  EXPECT_EQ(bars[0].values[kMelodyReturn], kNew);
  EXPECT_EQ(bars[1].values[kMelodyReturn], kSameIntervals);
  EXPECT_EQ(bars[1].values[kFigureReturn], kSameRhythm);
  EXPECT_EQ(bars[3].values[kBarsLeft], 1);
}

TEST(Events, AReturnNamesTheNearestLagOfItsClass) {
  PartScore piece = small_piece();
  piece.part(Part::kMelody)[4].start += 3;  // the second bar has a rhythm of its own
  piece.part(Part::kMelody)[4].length -= 3;
  piece.part(Part::kMelody)[8].pitch += 5;  // the third bar has the first one's rhythm, but other intervals
  const auto bars = of_kind(encode(piece), kBarEvent);
  EXPECT_EQ(bars[1].values[kMelodyReturn], kNew);
  EXPECT_EQ(bars[2].values[kMelodyReturn], kSameRhythm + 1);                      // two bars before
  EXPECT_EQ(bars[3].values[kMelodyReturn], kSameIntervals + kReturnClasses - 1);  // three bars before
}

TEST(Events, AMelodyThatRestsHasNoOnsetAndNoRegister) {
  PartScore piece = small_piece();
  piece.part(Part::kMelody).clear();
  const auto bars = of_kind(encode(piece), kBarEvent);
  EXPECT_EQ(bars[0].values[kMelodyReturn], kNoOnset);
  EXPECT_EQ(bars[0].values[kMelodyRegister], 0);
}

TEST(Events, OfNotesOfOneMonophonicPartThatStartTogetherTheHighestStays) {
  PartScore piece = small_piece();
  piece.part(Part::kMelody).push_back({0, 24, 64});
  std::ranges::sort(piece.part(Part::kMelody));
  EncodeReport report;
  const auto melody = decode(encode(piece, {}, &report)).part(Part::kMelody);
  EXPECT_EQ(report.notes - report.notes_kept, 1);
  EXPECT_EQ(melody[0].pitch, 72);
}

TEST(Events, EmptyBarsAtTheEndsAndBeyondFourInARowAreLeftOut) {
  PartScore piece;
  for (int i = 0; i < 20; ++i) piece.bars.push_back({48 * i, 48, {4, 4}, 100, {}});
  piece.part(Part::kMelody) = {{48 * 2, 480, 60}, {48 * 15, 12, 62}};
  const EventPiece events = encode(piece);
  EXPECT_EQ(of_kind(events, kBarEvent).size(), 6u);
  EXPECT_EQ(encode(decode(events)), events);
}

TEST(Events, APieceWithoutNotesIsRefused) {
  PartScore piece = small_piece();
  for (auto& part : piece.parts) part.clear();
  EXPECT_THROW(encode(piece), Error);
}

TEST(Events, AMetreBeyondTheTableIsRefused) {
  PartScore piece = small_piece();
  piece.bars[2].metre = {13, 16};
  EXPECT_THROW(encode(piece), Error);
}

TEST(Grammar, EveryAllowedWalkDecodes) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    const EventPiece piece = random_walk(random, 80);
    const PartScore score = decode(piece);
    for (const Part part : {Part::kMelody, Part::kBass})
      for (std::size_t i = 1; i < score.part(part).size(); ++i)
        ASSERT_GE(score.part(part)[i].start, score.part(part)[i - 1].start + score.part(part)[i - 1].length);
  }
}

TEST(Grammar, PartsFollowInTheirOrder) {
  Grammar grammar;
  EXPECT_FALSE(grammar.allows(kMelodyEvent));
  grammar.push(bar());
  grammar.push(note(kBassEvent, 0, 40));
  EXPECT_FALSE(grammar.allows(kMelodyEvent));
  EXPECT_FALSE(grammar.allows(kChordEvent));
  EXPECT_TRUE(grammar.allows(kFigureEvent));
  EXPECT_THROW(grammar.push(note(kMelodyEvent, 12, 60)), Error);
}

TEST(Grammar, AMelodyNoteMayNotStartWhileTheOneBeforeSounds) {
  Grammar grammar;
  grammar.push(bar());
  grammar.push(note(kMelodyEvent, 0, 60, 24));
  EXPECT_FALSE(grammar.allows({.kind = kMelodyEvent}, kPosition, 12));
  EXPECT_TRUE(grammar.allows({.kind = kMelodyEvent}, kPosition, 24));
  grammar.push(note(kMelodyEvent, 36, 62, 48));  // tied over the barline
  grammar.push(bar());
  EXPECT_FALSE(grammar.allows({.kind = kMelodyEvent}, kPosition, 24));
  EXPECT_TRUE(grammar.allows({.kind = kMelodyEvent}, kPosition, 36));
}

TEST(Grammar, AChordOfTheFigureIsWrittenFromItsTop) {
  Grammar grammar;
  grammar.push(bar());
  grammar.push(note(kFigureEvent, 12, 60));
  EXPECT_FALSE(grammar.allows(note(kFigureEvent, 12, 60), kPitch, 60));
  EXPECT_TRUE(grammar.allows(note(kFigureEvent, 12, 60), kPitch, 59));
  EXPECT_TRUE(grammar.allows(note(kFigureEvent, 24, 60), kPitch, 72));
}

TEST(Grammar, TheFirstChordStandsAtTheBarsStart) {
  Grammar grammar;
  grammar.push(bar({3, 4}));
  EXPECT_FALSE(grammar.allows({.kind = kChordEvent}, kChordPosition, 12));
  EXPECT_TRUE(grammar.allows({.kind = kChordEvent}, kChordPosition, 0));
  grammar.push({.kind = kChordEvent});
  EXPECT_TRUE(grammar.allows({.kind = kChordEvent}, kChordPosition, 12));
  EXPECT_FALSE(grammar.allows({.kind = kChordEvent}, kChordPosition, 36));
}

TEST(Grammar, ABarStatesItsMetre) {
  Grammar grammar;
  EXPECT_THROW(grammar.push({.kind = kBarEvent}), Error);
}

TEST(Values, NearestInverses) {
  for (int value = 1; value < kBarFields[kTempo].size; ++value)
    EXPECT_EQ(tempo_value(tempo_of(value)), value);
  for (int value = 1; value < kBarFields[kDensity].size; ++value)
    EXPECT_EQ(density_value(density_of(value)), value);
  for (int value = 1; value < kBarFields[kRegister].size; ++value)
    EXPECT_EQ(register_value(register_of(value)), value);
  for (int value = 1; value < kBarFields[kMetre].size; ++value)
    EXPECT_EQ(metre_value(metre_of(value)), value);
  const Key home{9, Mode::kMinor};
  for (int value = 1; value < kBarFields[kLocalKey].size; ++value)
    EXPECT_EQ(local_key_value(local_key_of(value, home), home), value);
  for (int value = 0; value < static_cast<int>(kDurations.size()); ++value)
    EXPECT_EQ(duration_value(kDurations[static_cast<std::size_t>(value)]), value);
}

TEST(Values, ADurationWithinARoomIsNeverLonger) {
  for (int length = 1; length <= 200; ++length)
    for (int most = 1; most <= 100; ++most)
      EXPECT_LE(kDurations[static_cast<std::size_t>(duration_value_within(length, most))], most);
  EXPECT_EQ(kDurations[static_cast<std::size_t>(duration_value_within(12, 100))], 12);
}

}  // namespace
}  // namespace s2m
