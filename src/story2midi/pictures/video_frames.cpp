#include "story2midi/pictures/video_frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "story2midi/pictures/arc.h"
#include "story2midi/pictures/roll.h"
#include "story2midi/pictures/svg.h"
#include "story2midi/pictures/timeline.h"

namespace s2m {
namespace {

constexpr double kUsualSpeed = 100;  // pixels per second
constexpr int kWidest = 30'000;      // pixels that a picture of one piece may have
constexpr std::string_view kInk = "#26251f", kGrey = "#6b6659";

std::string size_and_fill(double size, std::string_view colour, std::string_view rest = {}) {
  return fmt::format("font-size=\"{}\" fill=\"{}\" {}", size, colour, rest);
}

// Where the sections of the options begin; of a score without them its markers.
struct SectionStart {
  double x = 0;
  std::string words;
};
std::vector<SectionStart> section_starts(const Score& score, const PictureOptions& options,
                                         const PictureTimeline& time) {
  std::vector<SectionStart> starts;
  for (const PictureSection& section : options.sections) {
    const auto words = section.letter.empty() ? section.words : section.letter + ": " + section.words;
    starts.push_back({time.x_of_bar(static_cast<std::size_t>(section.first_bar)), words});
  }
  if (options.sections.empty())
    for (const Marker& marker : score.markers) starts.push_back({time.x_of(marker.start_ticks), marker.text});
  return starts;
}

void draw_legend(const std::vector<RollVoice>& voices, SvgWriter& svg) {
  double x = kVideoLayout.width - 30;
  for (auto voice = voices.rbegin(); voice != voices.rend(); ++voice) {
    const double width = 30 + 7.5 * static_cast<double>(voice->name.size());
    if (x - width < kVideoLayout.width / 2.) return;
    x -= width;
    svg.rectangle({x, 42, 14, 8}, fmt::format("rx=\"2\" fill=\"{}\"", voice->colour));
    svg.text({x + 20, 51}, voice->name, size_and_fill(13, kInk));
  }
}

}  // namespace

RollStrip roll_strip(const Score& score, const PictureOptions& options) {
  const auto& layout = kVideoLayout;
  const double seconds = std::max(1., PictureTimeline(score, 0, 1).seconds());
  const double speed = std::min(kUsualSpeed, (kWidest - layout.width) / seconds);
  RollStrip strip{{}, static_cast<int>(std::ceil(seconds * speed)) + layout.width, speed};
  const PictureTimeline time(score, layout.playhead, layout.playhead + seconds * speed);
  SvgWriter svg;
  const double height = layout.roll_height, width = strip.width;
  const auto starts = section_starts(score, options, time);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const double right = i + 1 < starts.size() ? starts[i + 1].x : time.right();
    if (i % 2 == 0) svg.rectangle({starts[i].x, 0, right - starts[i].x, height}, "fill=\"#f3efe6\"");
    svg.text({starts[i].x + 8, 20}, starts[i].words, size_and_fill(14, kGrey, "font-style=\"italic\""));
  }
  for (std::size_t bar = 0; bar < time.bars().size(); ++bar) {
    const double x = time.x_of_bar(bar);
    svg.line({x, 28}, {x, height}, R"(stroke="#e6e0d2" stroke-width="1")");
  }
  draw_roll(roll_voices(score), roll_range(score), time, {0, 30, width, height - 36}, svg);
  strip.svg = svg.picture(width, height, {"Notes", "The notes of the piece in time."});
  return strip;
}

std::string video_ground_svg(const Score& score, const PictureOptions& options) {
  const auto& layout = kVideoLayout;
  const PictureTimeline time(score, layout.arc_left, layout.arc_right);
  const Box arc{1. * layout.arc_left, 1. * layout.arc_top, 1. * layout.arc_right - layout.arc_left,
                1. * layout.arc_height};
  SvgWriter svg;
  svg.text({30, 54}, options.title.empty() ? score.title : options.title,
           size_and_fill(26, kInk, "font-family=\"Georgia, 'Source Serif 4', 'DejaVu Serif', serif\""));
  draw_legend(roll_voices(score), svg);
  const auto starts = section_starts(score, options, time);
  for (std::size_t i = 0; i < starts.size(); i += 2) {
    const double right = i + 1 < starts.size() ? starts[i + 1].x : time.right();
    svg.rectangle({starts[i].x, arc.y - 8, right - starts[i].x, arc.height + 16}, "fill=\"#f3efe6\"");
  }
  const EmotionArc curves{options.valence, options.arousal};
  if (!curves.is_empty()) draw_arc(curves, time, arc, svg);
  svg.line({arc.x, arc.y + arc.height + 12}, {arc.x + arc.width, arc.y + arc.height + 12},
           R"(stroke="#b9b3a5" stroke-width="1")");
  return svg.picture(layout.width, layout.height,
                     {"Ground", "Title, parts, sections and the arc of emotion."});
}

}  // namespace s2m
