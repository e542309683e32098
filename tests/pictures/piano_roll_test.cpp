#include "story2midi/pictures/piano_roll.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "tests/midi/random_score.h"

namespace s2m {
namespace {

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

const std::string kNoteMark = "rx=\"1.6\"";

// Bars of four quarters, one note a bar.
Score scale(int bar_count) {
  Score score;
  Track& track = score.tracks.emplace_back();
  for (int bar = 0; bar < bar_count; ++bar)
    track.notes.push_back({bar * 1920, 480, static_cast<std::uint8_t>(60 + bar % 12), 80});
  return score;
}

TEST(PianoRoll, DrawsEachNoteOnce) {
  const std::string svg = piano_roll_svg(scale(16));
  EXPECT_EQ(count(svg, kNoteMark), 16);
  EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1600\""));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_NE(svg.find("16 bars · 16 notes · 0:31 min"), std::string::npos);
}

TEST(PianoRoll, BreaksLongPiecesIntoRows) {
  Score score = scale(40);
  score.tracks[0].notes[15].length_ticks = 3000;  // rings on into the second row
  EXPECT_EQ(count(piano_roll_svg(score), kNoteMark), 41);
  EXPECT_EQ(count(piano_roll_svg(score), ">C4</text>"), 3) << "a keyboard a row";
  EXPECT_EQ(count(piano_roll_svg(score, {.bars_per_row = 10}), ">C4</text>"), 4);
}

TEST(PianoRoll, TellsKeyMetreTempoAndMarkers) {
  Score score = scale(8);
  score.key_signatures = {{0, {9, Mode::kMinor}}};
  score.time_signatures = {{0, 4, 4}, {3840, 3, 4}};
  score.tempos = {{0, 500'000}, {3840, 505'000}, {5280, 1'000'000}};
  score.markers = {{0, "Fog & <rain>"}};
  const std::string svg = piano_roll_svg(score, {.title = "\"Night\"\x01"});
  EXPECT_NE(svg.find(">A minor · 4/4 · ♩ = 120</text>"), std::string::npos);
  EXPECT_NE(svg.find(">3/4</text>"), std::string::npos) << "a tempo that hardly changes is not told";
  EXPECT_NE(svg.find(">♩ = 60</text>"), std::string::npos);
  EXPECT_NE(svg.find(">Fog &amp; &lt;rain&gt;</text>"), std::string::npos);
  EXPECT_NE(svg.find(">&quot;Night&quot;\uFFFD</text>"), std::string::npos);
}

TEST(PianoRoll, ReplacesWhatXmlMayNotHold) {
  Score score = scale(2);
  score.markers = {{0,
                    "a\u001Bb\u0085c\uFFFEd\uFFFFe\xFF"
                    "f"}};
  EXPECT_NE(piano_roll_svg(score).find(">a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf</text>"), std::string::npos);
}

TEST(PianoRoll, DrawsCurvesWhereTheyAreGiven) {
  EXPECT_EQ(count(piano_roll_svg(scale(20)), "<polyline"), 0);
  EXPECT_EQ(count(piano_roll_svg(scale(20), {.valence = {0.5F}, .arousal = std::vector<float>(20, -2.0F)}),
                  "<polyline"),
            3)
      << "valence ends within the first row, arousal goes on into the second";
}

TEST(PianoRoll, DrawsWhateverAScoreHolds) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Score score = random_score(seed);
    for (const NoteColours colours : {NoteColours::kByTrack, NoteColours::kByVelocity}) {
      const std::string svg = piano_roll_svg(score, {.colours = colours});
      EXPECT_EQ(svg.find("nan"), std::string::npos);
      EXPECT_EQ(svg.find("inf"), std::string::npos);
    }
  }
  EXPECT_FALSE(piano_roll_svg({}).empty());
}

TEST(PianoRoll, RefusesPiecesBeyondMeasure) { EXPECT_THROW(piano_roll_svg(scale(4001)), Error); }

}  // namespace
}  // namespace s2m
