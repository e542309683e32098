#include "lab/reports/music_pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "story2midi/base/random.h"
#include "story2midi/pictures/svg.h"

namespace s2m {
namespace {

constexpr const char* kAxis = "class=\"axis\"";
constexpr const char* kGridLine = "class=\"grid\"";
constexpr const char* kTickLeft = "class=\"tick\" text-anchor=\"end\"";
constexpr const char* kTickBelow = "class=\"tick\" text-anchor=\"middle\"";

// Values onto pixels.
struct AxisScale {
  double low = 0, high = 1;  // values
  double from = 0, to = 1;   // pixels
  double at(double value) const { return from + (value - low) / (high - low) * (to - from); }
};

// A step of 1, 2 or 5 times a power of ten that parts the range into at most `most` pieces.
double tick_step(double range, int most) {
  const double power = std::pow(10, std::floor(std::log10(range / most)));
  for (const double step : {1.0, 2.0, 5.0})
    if (range / (step * power) <= most) return step * power;
  return 10 * power;
}

// Values that differ by rounding alone count as one.
AxisScale padded_scale(double low, double high, double from, double to) {
  const double magnitude = std::max(std::abs(low), std::abs(high));
  const bool apart = high - low > 1e-6 * std::max(magnitude, 1e-3);
  const double pad = apart ? (high - low) * 0.06 : std::max(magnitude, 1.0) * 0.1;
  return {low - pad, high + pad, from, to};
}

std::vector<double> ticks_of(const AxisScale& scale, int most) {
  const double step = tick_step(scale.high - scale.low, most);
  const double first = std::ceil(scale.low / step);
  std::vector<double> ticks;
  for (int i = 0; i <= most && (first + i) * step <= scale.high; ++i) ticks.push_back((first + i) * step);
  return ticks;
}

std::string number(double value) { return fmt::format("{:.4g}", value); }

void dot(SvgWriter& svg, Point at, double radius, std::string_view style) {
  svg.rectangle({at.x - radius, at.y - radius, 2 * radius, 2 * radius},
                fmt::format("rx=\"{:.1f}\" {}", radius, style));
}

// Quartiles, and the furthest values within 1.5 interquartile ranges (Tukey).
struct Box5 {
  double low, first, median, third, high;
};

Box5 box_of(const std::vector<double>& values) {
  Box5 box{0, quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75), 0};
  const double reach = 1.5 * (box.third - box.first);
  box.low = box.first, box.high = box.third;
  for (const double value : values) {
    if (value >= box.first - reach) box.low = std::min(box.low, value);
    if (value <= box.third + reach) box.high = std::max(box.high, value);
  }
  return box;
}

void draw_box(SvgWriter& svg, const std::vector<double>& values, const AxisScale& y, double x, int quadrant) {
  constexpr double kHalf = 17;
  const auto colour = fmt::format("class=\"q{}\"", quadrant);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double jitter = (random_uniform(1, static_cast<std::uint64_t>(quadrant), i) - 0.5) * 1.5 * kHalf;
    dot(svg, {x + jitter, y.at(values[i])}, 1.9, fmt::format("class=\"q{} faint\"", quadrant));
  }
  const Box5 box = box_of(values);
  svg.line({x, y.at(box.low)}, {x, y.at(box.first)}, fmt::format("class=\"q{} line\"", quadrant));
  svg.line({x, y.at(box.third)}, {x, y.at(box.high)}, fmt::format("class=\"q{} line\"", quadrant));
  svg.rectangle({x - kHalf, y.at(box.third), 2 * kHalf, y.at(box.first) - y.at(box.third)},
                fmt::format("class=\"q{} box\"", quadrant));
  svg.line({x - kHalf, y.at(box.median)}, {x + kHalf, y.at(box.median)},
           fmt::format("class=\"q{} median\"", quadrant));
}

// The square of both dimensions from -1 to 1, `left` and `top` pixels in.
struct Plane {
  double left, top, side;
  Point at(double x, double y) const {
    return {left + (std::clamp(x, -1.0, 1.0) + 1) / 2 * side,
            top + (1 - std::clamp(y, -1.0, 1.0)) / 2 * side};
  }
};

void draw_plane(SvgWriter& svg, const Plane& plane, std::string_view across, std::string_view up) {
  svg.rectangle({plane.left, plane.top, plane.side, plane.side}, "class=\"frame\"");
  for (const double value : {-0.5, 0.0, 0.5}) {
    const char* style = value == 0 ? kAxis : kGridLine;
    svg.line(plane.at(value, -1), plane.at(value, 1), style);
    svg.line(plane.at(-1, value), plane.at(1, value), style);
  }
  const double bottom = plane.top + plane.side;
  for (const double value : {-1.0, 0.0, 1.0}) {
    svg.text({plane.at(value, 0).x, bottom + 15}, number(value), kTickBelow);
    svg.text({plane.left - 5, plane.at(0, value).y + 4}, number(value), kTickLeft);
  }
  svg.text({plane.left + plane.side / 2, bottom + 32}, across, "class=\"label\" text-anchor=\"middle\"");
  const double middle = plane.top + plane.side / 2;
  svg.text({14, middle}, up,
           fmt::format("class=\"label\" text-anchor=\"middle\" transform=\"rotate(-90 14 {:.0f})\"", middle));
}

std::string quadrant_class(const MeasuredMusic& piece, std::string_view kind) {
  const auto quadrant = piece.intended.quadrant;
  return fmt::format("class=\"q{} {}\"", quadrant ? index_of(*quadrant) + 1 : 0, kind);
}

void draw_piece(SvgWriter& svg, const Plane& plane, const MeasuredMusic& piece) {
  const auto& asked = piece.intended;
  const bool numbers = asked.valence && asked.arousal;
  if (numbers && piece.judged)
    svg.line(plane.at(*asked.valence, *asked.arousal), plane.at(piece.judged->valence, piece.judged->arousal),
             quadrant_class(piece, "thread"));
  if (numbers) dot(svg, plane.at(*asked.valence, *asked.arousal), 3.5, quadrant_class(piece, "ring"));
  if (piece.judged)
    dot(svg, plane.at(piece.judged->valence, piece.judged->arousal), 2.8, quadrant_class(piece, "dot"));
}

}  // namespace

std::string feature_boxplots(const FeatureTest& feature) {
  constexpr double kWidth = 270, kHeight = 215, kLeft = 46, kTop = 10, kBottom = 190;
  double low = INFINITY, high = -INFINITY;
  for (const auto& values : feature.values)
    for (const double value : values) low = std::min(low, value), high = std::max(high, value);
  const AxisScale y = padded_scale(low, high, kBottom, kTop);
  SvgWriter svg;
  for (const double tick : ticks_of(y, 5)) {
    svg.line({kLeft, y.at(tick)}, {kWidth - 4, y.at(tick)}, kGridLine);
    svg.text({kLeft - 6, y.at(tick) + 4}, number(tick), kTickLeft);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    const double x = kLeft + 28 + 54 * static_cast<double>(i);
    const int quadrant = static_cast<int>(i) + 1;
    if (!feature.values[i].empty()) draw_box(svg, feature.values[i], y, x, quadrant);
    svg.text({x, kBottom + 18}, fmt::format("Q{}", quadrant), kTickBelow);
  }
  svg.line({kLeft, kBottom}, {kWidth - 4, kBottom}, kAxis);
  return svg.drawing(kWidth, kHeight, feature.words + " by intended quadrant");
}

std::string emotion_plane(std::span<const MeasuredMusic> pieces) {
  const Plane plane{56, 10, 380};
  SvgWriter svg;
  draw_plane(svg, plane, "valence", "arousal");
  svg.text(plane.at(0.97, 0.92), "Q1", "class=\"corner\" text-anchor=\"end\"");
  svg.text(plane.at(-0.97, 0.92), "Q2", "class=\"corner\"");
  svg.text(plane.at(-0.97, -0.97), "Q3", "class=\"corner\"");
  svg.text(plane.at(0.97, -0.97), "Q4", "class=\"corner\" text-anchor=\"end\"");
  for (const MeasuredMusic& piece : pieces) draw_piece(svg, plane, piece);
  return svg.drawing(448, 432, "Requested and classified emotion on the plane of valence and arousal");
}

std::string asked_against_heard(std::span<const MeasuredMusic> pieces,
                                std::optional<double> IntendedMusic::*asked, double Judgement::*heard,
                                const std::string& words) {
  const Plane plane{56, 10, 240};
  SvgWriter svg;
  draw_plane(svg, plane, words + " requested", words + " classified");
  svg.line(plane.at(-1, -1), plane.at(1, 1), "class=\"ideal\"");
  for (const MeasuredMusic& piece : pieces)
    if (piece.intended.*asked && piece.judged)
      dot(svg, plane.at(*(piece.intended.*asked), (*piece.judged).*heard), 2.8, quadrant_class(piece, "dot"));
  return svg.drawing(308, 292, words + " requested against classified");
}

std::string quality_strip(const QualityFigure& figure) {
  constexpr double kWidth = 320, kHeight = 40;
  std::vector<double> all = figure.values;
  all.insert(all.end(), figure.real_values.begin(), figure.real_values.end());
  double low = std::min(quantile(all, 0.02), figure.here.low);
  double high = std::max(quantile(all, 0.98), figure.here.high);
  if (figure.real) low = std::min(low, figure.real->low), high = std::max(high, figure.real->high);
  const AxisScale x = padded_scale(low, high, 8, kWidth - 8);
  SvgWriter svg;
  if (figure.real) {
    const double from = x.at(figure.real->low), to = x.at(figure.real->high);
    svg.rectangle({from - 0.5, 2, std::max(1.0, to - from + 1), 20}, "class=\"real\"");
    svg.line({x.at(figure.real->median), 2}, {x.at(figure.real->median), 22}, "class=\"realmedian\"");
  }
  svg.line({8, 22}, {kWidth - 8, 22}, kAxis);
  const auto ticks = ticks_of(x, 4);
  for (const double tick : ticks) {
    svg.line({x.at(tick), 22}, {x.at(tick), 25}, kAxis);
    svg.text({x.at(tick), 37}, number(tick), kTickBelow);
  }
  const double from = x.at(figure.here.low), to = x.at(figure.here.high);
  svg.rectangle({from, 8, std::max(1.0, to - from), 8}, "class=\"here\"");
  svg.line({x.at(figure.here.median), 5}, {x.at(figure.here.median), 19}, "class=\"heremedian\"");
  return svg.drawing(kWidth, kHeight, figure.measure->words);
}

std::string originality_dots(const OriginalityFigures& originality) {
  constexpr double kWidth = 640, kLeft = 56;
  double most = std::max(10.0, originality.limit);
  for (const auto* runs : {&originality.here, &originality.real})
    for (const int run : *runs) most = std::max(most, static_cast<double>(run));
  const AxisScale x{0, most * 1.03, kLeft, kWidth - 10};
  SvgWriter svg;
  for (const double tick : ticks_of(x, 8)) {
    svg.line({x.at(tick), 8}, {x.at(tick), 112}, kGridLine);
    svg.text({x.at(tick), 128}, number(tick), kTickBelow);
  }
  const auto row = [&](const std::vector<int>& runs, double y, std::string_view words,
                       std::string_view style) {
    svg.text({kLeft - 8, y + 4}, words, kTickLeft);
    for (std::size_t i = 0; i < runs.size(); ++i)
      dot(svg, {x.at(runs[i]), y + (random_uniform(2, runs.size(), i) - 0.5) * 34}, 2.4, style);
  };
  row(originality.here, 32, "here", "class=\"here\"");
  row(originality.real, 86, "real", "class=\"realdot\"");
  if (!originality.real.empty())
    svg.line({x.at(originality.limit), 8}, {x.at(originality.limit), 112}, "class=\"limit\"");
  svg.line({kLeft, 112}, {kWidth - 10, 112}, kAxis);
  svg.text({(kLeft + kWidth) / 2, 146}, "notes in the longest run shared with the training music",
           "class=\"label\" text-anchor=\"middle\"");
  return svg.drawing(kWidth, 152, "Longest copied runs");
}

}  // namespace s2m
