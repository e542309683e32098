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

void SvgWriter::curve(const std::vector<Point>& points, std::optional<double> base, std::string_view style) {
  if (points.empty()) return;
  const auto out = std::back_inserter(body_);
  const auto middle = [](Point a, Point b) { return Point{(a.x + b.x) / 2, (a.y + b.y) / 2}; };
  const Point first = points.front(), last = points.back();
  body_ += "<path d=\"";
  fmt::format_to(out, "M{} {}", number(first.x), number(base ? *base : first.y));
  if (base) fmt::format_to(out, "L{} {}", number(first.x), number(first.y));
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    const Point to = middle(points[i], points[i + 1]);
    fmt::format_to(out, "Q{} {} {} {}", number(points[i].x), number(points[i].y), number(to.x), number(to.y));
  }
  fmt::format_to(out, "L{} {}", number(last.x), number(last.y));
  if (base) fmt::format_to(out, "L{} {}Z", number(last.x), number(*base));
  fmt::format_to(out, "\" {}/>\n", style);
}

void SvgWriter::dashes(const std::vector<SvgDash>& dashes, std::string_view style) {
  if (dashes.empty()) return;
  body_ += "<path d=\"";
  for (const auto& [start, width] : dashes)
    fmt::format_to(std::back_inserter(body_), "M{} {}h{}", number(start.x), number(start.y), number(width));
  fmt::format_to(std::back_inserter(body_), "\" {}/>\n", style);
}

std::string SvgWriter::picture(double width, double height, const SvgWords& words) const {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "role=\"img\" aria-labelledby=\"title description\" "
      "font-family=\"'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif\">\n"
      "<title id=\"title\">{2}</title>\n<desc id=\"description\">{3}</desc>\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"#fdfcf9\"/>\n{4}</svg>\n",
      number(width), number(height), escaped(words.title), escaped(words.description), body_);
}

std::string SvgWriter::drawing(double width, double height, std::string_view words) const {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "role=\"img\" aria-label=\"{2}\">\n{3}</svg>\n",
      number(width), number(height), escaped(words), body_);
}

}  // namespace s2m
