#include "lab/reports/scatter_plot.h"

#include <fmt/format.h>

#include <algorithm>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr double kSide = 460, kMargin = 28, kTop = 84, kLegend = 48;
constexpr double kDot = 2, kMeanDot = 8;  // radii
constexpr double kInset = 14;             // between a panel's frame and its outermost point

void dot(SvgWriter& svg, Point at, double radius, std::string_view style) {
  svg.rectangle({at.x - radius, at.y - radius, 2 * radius, 2 * radius},
                fmt::format("rx=\"{}\" {}", radius, style));
}

// From a panel's own range to its frame; up is up.
class Fit {
 public:
  Fit(const std::vector<Point>& points, double left) : left_(left) {
    if (points.empty()) return;
    const auto [low_x, high_x] = std::ranges::minmax(points, {}, &Point::x);
    const auto [low_y, high_y] = std::ranges::minmax(points, {}, &Point::y);
    middle_ = {(low_x.x + high_x.x) / 2, (low_y.y + high_y.y) / 2};
    const double widest = std::max(high_x.x - low_x.x, high_y.y - low_y.y);
    if (widest > 0) scale_ = (kSide - 2 * kInset) / widest;
  }
  Point operator()(Point p) const {
    return {left_ + kSide / 2 + (p.x - middle_.x) * scale_, kTop + kSide / 2 - (p.y - middle_.y) * scale_};
  }

 private:
  double left_;
  Point middle_;
  double scale_ = 1;
};

void check(const ScatterPanel& panel, std::size_t classes) {
  if (panel.points.size() != panel.classes.size())
    throw Error("scatter plot", "points and classes of unlike number", fmt::to_string(panel.points.size()),
                fmt::to_string(panel.classes.size()));
  for (const int c : panel.classes)
    if (c < 0 || static_cast<std::size_t>(c) >= classes)
      throw Error("scatter plot", "a class without a name", fmt::format("0 to {}", classes - 1),
                  fmt::to_string(c));
}

void draw_means(SvgWriter& svg, const ScatterPanel& panel, const Fit& fit,
                const std::vector<ScatterClass>& classes) {
  for (std::size_t c = 0; c < classes.size(); ++c) {
    Point sum;
    double count = 0;
    for (std::size_t i = 0; i < panel.points.size(); ++i) {
      if (panel.classes[i] != static_cast<int>(c)) continue;
      sum = {sum.x + panel.points[i].x, sum.y + panel.points[i].y};
      ++count;
    }
    if (count > 0)
      dot(svg, fit({sum.x / count, sum.y / count}), kMeanDot,
          fmt::format("fill=\"{}\" stroke=\"#1d2433\" stroke-width=\"2\"", classes[c].colour));
  }
}

void draw_panel(SvgWriter& svg, const ScatterPanel& panel, double left,
                const std::vector<ScatterClass>& classes) {
  const Fit fit(panel.points, left);
  svg.text({left, kTop - 12}, panel.title, R"(font-size="13" fill="#475467")");
  svg.rectangle({left, kTop, kSide, kSide}, R"(fill="#fbfbfd" stroke="#d5d8e1")");
  for (std::size_t i = 0; i < panel.points.size(); ++i)
    dot(svg, fit(panel.points[i]), kDot,
        fmt::format("fill=\"{}\" opacity=\"0.55\"",
                    classes[static_cast<std::size_t>(panel.classes[i])].colour));
  draw_means(svg, panel, fit, classes);
}

}  // namespace

std::string scatter_svg(std::string_view title, const std::vector<ScatterPanel>& panels,
                        const std::vector<ScatterClass>& classes) {
  SvgWriter svg;
  svg.text({kMargin, 36}, title, R"(font-size="18" font-weight="bold" fill="#1d2433")");
  double left = kMargin;
  for (const ScatterPanel& panel : panels) {
    check(panel, classes.size());
    draw_panel(svg, panel, left, classes);
    left += kSide + kMargin;
  }
  const double base = kTop + kSide + 30;
  double x = kMargin;
  for (const ScatterClass& each : classes) {
    dot(svg, {x + 6, base - 4}, 6, fmt::format("fill=\"{}\"", each.colour));
    svg.text({x + 18, base}, each.name, R"(font-size="12" fill="#475467")");
    x += 40 + 7.0 * static_cast<double>(each.name.size());
  }
  return svg.picture(std::max(left, x + kMargin), kTop + kSide + kLegend,
                     {std::string(title), "Points of each class on the plane, and their means"});
}

}  // namespace s2m
