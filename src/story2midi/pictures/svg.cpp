#include "story2midi/pictures/svg.h"

#include <fmt/format.h>

#include <iterator>

#include "story2midi/base/unicode.h"

namespace s2m {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Tenths of a pixel are enough, and keep pictures of long pieces small.
std::string number(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

}  // namespace

void SvgWriter::rectangle(const Box& box, std::string_view style) {
  fmt::format_to(std::back_inserter(body_), "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {}/>\n",
                 number(box.x), number(box.y), number(box.width), number(box.height), style);
}

void SvgWriter::line(Point from, Point to, std::string_view style) {
  fmt::format_to(std::back_inserter(body_), "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {}/>\n",
                 number(from.x), number(from.y), number(to.x), number(to.y), style);
}

void SvgWriter::add_points(std::string_view element, const std::vector<Point>& points,
                           std::string_view style) {
  fmt::format_to(std::back_inserter(body_), "<{} points=\"", element);
  for (const Point& point : points)
    fmt::format_to(std::back_inserter(body_), "{},{} ", number(point.x), number(point.y));
  fmt::format_to(std::back_inserter(body_), "\" {}/>\n", style);
}

void SvgWriter::polyline(const std::vector<Point>& points, std::string_view style) {
  add_points("polyline", points, style);
}

void SvgWriter::polygon(const std::vector<Point>& points, std::string_view style) {
  add_points("polygon", points, style);
}

void SvgWriter::text(Point at, std::string_view words, std::string_view style) {
  fmt::format_to(std::back_inserter(body_), "<text x=\"{}\" y=\"{}\" {}>{}</text>\n", number(at.x),
                 number(at.y), style, escaped(words));
}

std::string SvgWriter::picture(double width, double height) const {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n{2}</svg>\n",
      number(width), number(height), body_);
}

std::string SvgWriter::drawing(double width, double height, std::string_view words) const {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "role=\"img\" aria-label=\"{2}\">\n{3}</svg>\n",
      number(width), number(height), escaped(words), body_);
}

}  // namespace s2m
