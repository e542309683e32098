#include "lab/reports/scatter_plot.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

const std::vector<ScatterClass> kClasses{{"sad & blue", "#0000ff"}, {"merry", "#ffcc00"}};

TEST(ScatterPlot, DrawsEachPointInItsClassColour) {
  const auto svg =
      scatter_svg("Two", {{"left", {{0, 0}, {1, 2}, {5, 5}}, {0, 0, 1}}, {"right", {{3, 3}}, {1}}}, kClasses);
  EXPECT_EQ(count(svg, "fill=\"#0000ff\" opacity"), 2);
  EXPECT_EQ(count(svg, "fill=\"#ffcc00\" opacity"), 2);
  EXPECT_EQ(count(svg, "stroke-width=\"2\""), 3) << "a mean for each class of a panel that has points";
  EXPECT_NE(svg.find("sad &amp; blue"), std::string::npos);
  EXPECT_NE(svg.find(">right<"), std::string::npos);
}

TEST(ScatterPlot, WhereTheyLieDoesNotMatterOnlyHow) {
  const ScatterPanel near{"p", {{0, 0}, {1, 2}, {4, 1}}, {0, 1, 1}};
  ScatterPanel far = near;
  for (Point& p : far.points) p = {100 + 50 * p.x, -7 + 50 * p.y};
  EXPECT_EQ(scatter_svg("", {near}, kClasses), scatter_svg("", {far}, kClasses));
  EXPECT_NO_THROW(scatter_svg("", {{"empty", {}, {}}, {"one", {{3, 3}}, {0}}}, kClasses));
}

TEST(ScatterPlot, ClassesMustHaveNames) {
  EXPECT_THROW(scatter_svg("", {{"p", {{0, 0}}, {2}}}, kClasses), Error);
  EXPECT_THROW(scatter_svg("", {{"p", {{0, 0}}, {}}}, kClasses), Error);
}

}  // namespace
}  // namespace s2m
