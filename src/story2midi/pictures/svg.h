// A writer of the few SVG 1.1 shapes that the pictures use.
#pragma once

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

// `style` stands as it is within the element: `fill="#000" opacity="0.5"`.
class SvgWriter {
 public:
  void rectangle(const Box& box, std::string_view style);
  void line(Point from, Point to, std::string_view style);
  void polyline(const std::vector<Point>& points, std::string_view style);
  void polygon(const std::vector<Point>& points, std::string_view style);
  // Escapes the text; control characters, which XML cannot hold, are left out.
  void text(Point at, std::string_view words, std::string_view style);

  // Everything so far as a picture of that size on a white ground.
  std::string picture(double width, double height) const;
  // The same for a page's body: no ground, no font, so that the page's style sheet says what colours there
  // are. `words` tell it to who cannot see it.
  std::string drawing(double width, double height, std::string_view words) const;

 private:
  void add_points(std::string_view element, const std::vector<Point>& points, std::string_view style);

  std::string body_;
};

}  // namespace s2m
