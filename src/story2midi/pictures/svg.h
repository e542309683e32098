// A writer of the few SVG 1.1 shapes that the pictures use.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace s2m {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

// A horizontal stroke.
struct SvgDash {
  Point start;
  double width = 0;
};

// What a picture tells those who cannot see it.
struct SvgWords {
  std::string title, description;
};

// `style` stands as it is within the element: `fill="#000" opacity="0.5"`.
class SvgWriter {
 public:
  void rectangle(const Box& box, std::string_view style);
  void line(Point from, Point to, std::string_view style);
  void polyline(const std::vector<Point>& points, std::string_view style);
  // A smooth curve from the first point to the last that stays between its points (a quadratic B-spline). With a `base`
  // it encloses the area to that height.
  void curve(const std::vector<Point>& points, std::optional<double> base, std::string_view style);
  // All as one path: short, however many they are.
  void dashes(const std::vector<SvgDash>& dashes, std::string_view style);
  void polygon(const std::vector<Point>& points, std::string_view style);
  // Escapes the text; control characters, which XML cannot hold, are left out.
  void text(Point at, std::string_view words, std::string_view style);

  // Everything so far as a picture of that size on a light ground.
  std::string picture(double width, double height, const SvgWords& words) const;
  // The same for a page's body: no ground, no font, so that the page's style sheet says what colours there
  // are. `words` tell it to who cannot see it.
  std::string drawing(double width, double height, std::string_view words) const;

 private:
  void add_points(std::string_view element, const std::vector<Point>& points, std::string_view style);

  std::string body_;
};

}  // namespace s2m
