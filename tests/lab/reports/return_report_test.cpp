// Whether returns of themes can be told.
#include "lab/reports/return_report.h"

#include <gtest/gtest.h>

namespace s2m {
namespace {

// Bars of 4/4 with the melodies given: start, pitch.
PartScore melody_of_bars(const std::vector<std::vector<std::pair<int, int>>>& bars) {
  PartScore piece;
  int at = 0;
  for (const auto& notes : bars) {
    piece.bars.push_back({at, 48, {4, 4}});
    for (const auto& [start, pitch] : notes)
      piece.part(Part::kMelody).push_back({at + start, 6, static_cast<std::uint8_t>(pitch)});
    at += 48;
  }
  return piece;
}

TEST(ReturnReport, LikenessHearsRhythmAndContourInAnyKey) {
  const auto piece = melody_of_bars({{{0, 60}, {12, 64}, {36, 62}},
                                     {{0, 67}, {12, 72}, {36, 69}},
                                     {{0, 72}, {12, 67}, {36, 69}},
                                     {{6, 60}, {18, 64}, {30, 62}},
                                     {}});
  EXPECT_DOUBLE_EQ(bar_likeness(piece, 0, piece, 1), 1);
  EXPECT_DOUBLE_EQ(bar_likeness(piece, 0, piece, 2), .5) << "its rhythm upside down";
  EXPECT_DOUBLE_EQ(bar_likeness(piece, 0, piece, 3), 0);
  EXPECT_DOUBLE_EQ(bar_likeness(piece, 0, piece, 4), 0);
  EXPECT_DOUBLE_EQ(bar_likeness(piece, 1, piece, 2), bar_likeness(piece, 2, piece, 1));
}

TEST(ReturnReport, AreaUnderTheCurve) {
  const std::vector<double> high{.8, .9}, low{.1, .8};
  EXPECT_DOUBLE_EQ(area_under_curve(high, low), 3.5 / 4);
  EXPECT_DOUBLE_EQ(area_under_curve(low, low), .5);
  EXPECT_DOUBLE_EQ(area_under_curve({}, low), 0);
}

TEST(ReturnReport, CountsThemesThatComeBack) {
  Piece piece;
  std::vector<std::vector<std::pair<int, int>>> bars;
  piece.plan.themes.resize(2);
  piece.plan.themes[1].name = "Anna";
  piece.plan.sections.resize(1);
  for (const int theme : {1, 2, 1, 1, 1}) {
    for (int i = 0; i < 4; ++i) {
      BarPlan bar;
      bar.theme = {theme, ThemeForm::kStatement, i % 2, 0};
      piece.plan.sections[0].bars.push_back(bar);
      bars.push_back(theme == 1 ? std::vector<std::pair<int, int>>{{0, 60 + i}, {12, 64 + i}}
                                : std::vector<std::pair<int, int>>{{6, 72}, {18, 70}});
    }
  }
  piece.written = melody_of_bars(bars);
  const auto figures = return_figures(std::vector{piece});
  EXPECT_EQ(figures.themes, 2);
  EXPECT_EQ(figures.named, 1);
  EXPECT_DOUBLE_EQ(figures.recognised, 1);
  EXPECT_DOUBLE_EQ(figures.come_back, .5);
  EXPECT_DOUBLE_EQ(figures.known, 3. / 5);
  EXPECT_DOUBLE_EQ(figures.gap, 16);
  EXPECT_DOUBLE_EQ(figures.last_fifth, 1);
}

}  // namespace
}  // namespace s2m
