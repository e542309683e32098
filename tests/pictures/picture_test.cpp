#include "story2midi/pictures/picture.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "story2midi/pictures/roll.h"
#include "tests/midi/random_score.h"

namespace s2m {
namespace {

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// Bars of four quarters, one note a bar.
Score scale(int bar_count) {
  Score score;
  Track& track = score.tracks.emplace_back();
  track.name = "Melody";
  for (int bar = 0; bar < bar_count; ++bar)
    track.notes.push_back({bar * 1920, 480, static_cast<std::uint8_t>(60 + bar % 12), 70});
  return score;
}

TEST(Picture, DrawsEachNoteOnce) {
  const std::string svg = picture_svg(scale(16));
  const auto path = svg.find("<path d=\"");
  EXPECT_EQ(count(svg.substr(path, svg.find("/>", path) - path), "h"), 16 + 2)
      << "and those of path and stroke-width";
}

TEST(Picture, IsOneRowHoweverLongThePieceIs) {
  const auto height = [](const std::string& svg) { return svg.substr(svg.find(" height=\""), 14); };
  EXPECT_EQ(height(picture_svg(scale(16))), height(picture_svg(scale(400))));
}

TEST(Picture, ManyNotesOfOnePitchInAPixelAreOneStroke) {
  Score score = scale(400);
  for (Note& note : score.tracks[0].notes) note = {note.start_ticks, 1920, 60, 70};
  EXPECT_LT(picture_svg(score).size(), picture_svg(scale(400)).size());
}

TEST(Picture, TellsTitleAndContentsToThoseWhoCannotSeeIt) {
  const auto svg =
      picture_svg(scale(4), {.title = "Fog & <rain>",
                             .valence = {-.5F, 0, .25F, .5F},
                             .arousal = {0, 0, 0, 0},
                             .sections = {{0, "A", "The ship had gone."}, {2, "B", "Bells rang."}}});
  EXPECT_NE(svg.find("role=\"img\" aria-labelledby=\"title description\""), svg.npos);
  EXPECT_NE(svg.find("<title id=\"title\">Fog &amp; &lt;rain&gt;</title>"), svg.npos);
  const auto words = svg.substr(svg.find("<desc"), svg.find("</desc>") - svg.find("<desc"));
  for (const char* part : {"4 bars", "Valence begins at -0.50, ends at +0.50",
                           "Section B at 0:04: Bells rang.", "Parts: Melody"})
    EXPECT_NE(words.find(part), words.npos) << part;
}

TEST(Picture, SectionsComeFromMarkersWhereThereIsNoPlan) {
  Score score = scale(8);
  score.markers = {{0, "A: Fog & rain"}, {7680, "a\u001Bb\xFF"}};
  const auto svg = picture_svg(score);
  EXPECT_NE(svg.find(">A</text>"), svg.npos);
  EXPECT_NE(svg.find(">Fog &amp; rain</text>"), svg.npos);
  EXPECT_NE(svg.find(">a\uFFFDb\uFFFD</text>"), svg.npos);
}

TEST(Picture, WordsThatDoNotFitEndInAnEllipsisOrAreLeftOut) {
  std::string words;
  for (int i = 0; i < 100; ++i) words += "word ";
  PictureOptions options{.sections = {{0, "A", words}, {4, "B", words}}};
  EXPECT_NE(picture_svg(scale(8), options).find("word…</text>"), std::string::npos);
  options.sections = {{0, "A", "short"}, {399, "B", words}};
  EXPECT_EQ(picture_svg(scale(400), options).find("word</text>"), std::string::npos);
}

TEST(Picture, CurvesAndThemesAreDrawnWhereTheyAreGiven) {
  EXPECT_EQ(picture_svg(scale(8)).find("arousal"), std::string::npos);
  const auto svg = picture_svg(scale(8), {.valence = std::vector<float>(8, .5F),
                                          .arousal = std::vector<float>(8, -2.F),
                                          .themes = {{0, 2, 1, ""}, {4, 2, 1, "inversion"}}});
  EXPECT_NE(svg.find(">valence</text>"), svg.npos);
  EXPECT_NE(svg.find(">1 inversion</text>"), svg.npos);
}

TEST(Picture, MoreThanNinePartsAreFamilies) {
  Score score;
  for (int part = 0; part < 12; ++part) {
    Track& track = score.tracks.emplace_back();
    track.name = "Player";
    track.program = part < 6 ? 48 : 56;
    track.notes = {{0, 480, 60, 70}};
  }
  const auto voices = roll_voices(score);
  ASSERT_EQ(voices.size(), 2U);
  EXPECT_EQ(voices[0].name + " " + voices[1].name, "strings brass");
  EXPECT_EQ(voices[0].tracks.size(), 6U);
}

TEST(Picture, DrawsWhateverAScoreHolds) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::string svg = picture_svg(random_score(seed), {.title = "t"});
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("inf"), std::string::npos);
  }
  EXPECT_FALSE(picture_svg({}).empty());
}

TEST(Picture, RefusesPiecesBeyondMeasure) { EXPECT_THROW(picture_svg(scale(4097)), Error); }

}  // namespace
}  // namespace s2m
