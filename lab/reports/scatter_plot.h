// Scatter plots of several classes: panels side by side, with a legend below.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "story2midi/pictures/svg.h"

namespace s2m {

struct ScatterPanel {
  std::string title;
  std::vector<Point> points;  // any range: each panel is fitted to its own, on one scale for both axes
  std::vector<int> classes;   // one a point, from 0
};

struct ScatterClass {
  std::string name;
  std::string colour;  // as SVG writes it
};

// A class's mean is a ringed larger dot. Points are drawn in their order. Throws Error for a class without a
// name and for rows of unlike length.
std::string scatter_svg(std::string_view title, const std::vector<ScatterPanel>& panels,
                        const std::vector<ScatterClass>& classes);

}  // namespace s2m
