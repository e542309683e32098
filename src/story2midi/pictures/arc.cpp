#include "story2midi/pictures/arc.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace s2m {
namespace {

// Okabe and Ito (2008).
constexpr std::string_view kValence = "#0072b2", kArousal = "#d55e00";

double y_of(float value, const Box& box) {
  return box.y + box.height / 2 - std::clamp(value, -1.F, 1.F) * box.height / 2;
}

std::vector<Point> points_of(std::span<const float> values, const PictureTimeline& time, const Box& box) {
  std::vector<Point> points;
  const auto count = std::min(values.size(), time.bars().size());
  for (std::size_t bar = 0; bar < count; ++bar) {
    const double left = time.x_of_bar(bar), right = time.x_of_bar(bar + 1);
    const double y = y_of(values[bar], box);
    if (bar == 0) points.push_back({left, y});
    points.push_back({(left + right) / 2, y});
    if (bar + 1 == count) points.push_back({right, y});
  }
  return points;
}

void draw_curve(const std::vector<Point>& points, std::string_view colour, const Box& box, SvgWriter& svg) {
  if (points.empty()) return;
  svg.curve(points, box.y + box.height / 2, fmt::format("fill=\"{}\" fill-opacity=\"0.13\"", colour));
  svg.curve(points, {},
            fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"3\" stroke-linecap=\"round\"", colour));
}

void draw_names(double valence, double arousal, double x, SvgWriter& svg) {
  constexpr double kApart = 19;
  const double middle = (valence + arousal) / 2, side = arousal <= valence ? -1 : 1;
  if (std::abs(valence - arousal) < kApart)
    arousal = middle + side * kApart / 2, valence = middle - side * kApart / 2;
  const auto style = [](std::string_view colour) {
    return fmt::format("font-size=\"15\" font-weight=\"600\" fill=\"{}\"", colour);
  };
  svg.text({x, valence + 5}, "valence", style(kValence));
  svg.text({x, arousal + 5}, "arousal", style(kArousal));
}

}  // namespace

void draw_arc(const EmotionArc& arc, const PictureTimeline& time, const Box& box, SvgWriter& svg) {
  const double middle = box.y + box.height / 2;
  svg.line({box.x, middle}, {box.x + box.width, middle}, R"(stroke="#b9b3a5" stroke-width="1")");
  const auto word = [&](double y, std::string_view text, std::string_view colour) {
    svg.text({box.x - 10, y}, text, fmt::format("font-size=\"12\" fill=\"{}\" text-anchor=\"end\"", colour));
  };
  word(box.y + 11, "excited", kArousal);
  word(box.y + 27, "pleasant", kValence);
  word(box.y + box.height - 20, "calm", kArousal);
  word(box.y + box.height - 4, "unpleasant", kValence);
  const auto valence = points_of(arc.valence, time, box), arousal = points_of(arc.arousal, time, box);
  draw_curve(valence, kValence, box, svg);
  draw_curve(arousal, kArousal, box, svg);
  if (!valence.empty() && !arousal.empty())
    draw_names(valence.back().y, arousal.back().y, box.x + box.width + 12, svg);
}

}  // namespace s2m
