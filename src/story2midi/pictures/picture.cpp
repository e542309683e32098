#include "story2midi/pictures/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "story2midi/base/unicode.h"
#include "story2midi/music/key.h"
#include "story2midi/pictures/arc.h"
#include "story2midi/pictures/roll.h"
#include "story2midi/pictures/svg.h"
#include "story2midi/pictures/timeline.h"

namespace s2m {
namespace {

constexpr double kWidth = 1600, kLeft = 110, kRight = kWidth - 110;
constexpr double kArcHeight = 230, kThemeHeight = 20, kGap = 14;
constexpr double kWordWidth = 6.6, kLineHeight = 17;  // of words of 14 pixels
constexpr int kMostLines = 3;
constexpr double kNarrowest = 84;  // words are left out of narrower sections
constexpr std::string_view kInk = "#23272f", kGrey = "#6b6a63";

std::string minutes(double seconds) {
  const auto whole = std::lround(seconds);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

double width_of(std::string_view text) {
  double width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    width += point.value >= 0x2e80 ? 2 * kWordWidth : kWordWidth;
    at += point.length;
  }
  return width;
}

// Lines of whole words; what does not fit ends in an ellipsis.
std::vector<std::string> wrapped(std::string_view text, double width) {
  std::vector<std::string> lines;
  if (width < kNarrowest) return lines;
  for (std::size_t at = skip_blanks(text, 0); at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    const auto word = text.substr(at, end - at);
    at = skip_blanks(text, end);
    if (!lines.empty() && width_of(lines.back()) + width_of(word) + kWordWidth <= width) {
      lines.back().append(" ").append(word);
      continue;
    }
    if (width_of(word) > width || lines.size() == kMostLines) {
      if (!lines.empty()) lines.back() += "…";
      return lines;
    }
    lines.emplace_back(word);
  }
  return lines;
}

class Picture {
 public:
  Picture(const Score& score, const PictureOptions& options)
      : score_(score), options_(options), time_(score, kLeft, kRight), voices_(roll_voices(score)) {
    find_sections();
  }

  std::string draw() {
    draw_head();
    const double top = y_;
    if (!sections_.empty()) y_ += 40 + kLineHeight * kMostLines;
    const EmotionArc arc{options_.valence, options_.arousal};
    const Box arc_box{kLeft, y_, kRight - kLeft, arc.is_empty() ? 0 : kArcHeight};
    if (!arc.is_empty()) y_ += kArcHeight + kGap;
    const double themes = y_;
    if (!options_.themes.empty()) y_ += kThemeHeight + kGap;
    const RollRange range = roll_range(score_);
    const double height = std::clamp((range.highest - range.lowest) * 5.5, 180., 360.) + 6 * range.drums;
    const Box roll{kLeft, y_, kRight - kLeft, height};
    y_ += height;
    draw_bands(top);
    if (!arc.is_empty()) draw_arc(arc, time_, arc_box, svg_);
    draw_themes(themes);
    draw_roll(voices_, range, time_, roll, svg_);
    draw_section_heads(top);
    draw_axis();
    draw_legend();
    return svg_.picture(kWidth, y_, {title(), description()});
  }

 private:
  struct SectionPlace {
    double left, right, seconds;
    std::string letter, words;
  };

  // The plan's, else by markers: "A: words", or words alone.
  void find_sections() {
    const TempoMap tempos(score_);
    const auto add = [&](double ticks, std::string letter, std::string words) {
      const double x = time_.x_of(ticks);
      if (!sections_.empty()) sections_.back().right = x;
      sections_.push_back({x, time_.right(), tempos.seconds_at(ticks), std::move(letter), std::move(words)});
    };
    for (const PictureSection& section : options_.sections)
      if (static_cast<std::size_t>(section.first_bar) < time_.bars().size())
        add(time_.bars()[static_cast<std::size_t>(section.first_bar)].start_ticks, section.letter,
            section.words);
    if (!options_.sections.empty()) return;
    for (const Marker& marker : score_.markers) {
      const auto colon = marker.text.find(": ");
      const bool has_letter = colon != marker.text.npos && colon <= 4;
      add(marker.start_ticks, has_letter ? marker.text.substr(0, colon) : "",
          has_letter ? marker.text.substr(colon + 2) : marker.text);
    }
  }

  std::string title() const {
    return !options_.title.empty() ? options_.title : !score_.title.empty() ? score_.title : "Piano roll";
  }

  std::string facts() const {
    std::size_t notes = 0;
    for (const Track& track : score_.tracks) notes += track.notes.size();
    std::string text =
        fmt::format("{} · {} bars · {} notes", minutes(time_.seconds()), time_.bars().size(), notes);
    if (!score_.key_signatures.empty()) text += " · " + name_of(score_.key_signatures.front().key);
    text += " · " + name_of(time_.bars().front().metre);
    return text + fmt::format(" · ♩ = {:.0f}", score_.tempos.empty() ? 120 : score_.tempos.front().bpm());
  }

  void draw_head() {
    svg_.text({kLeft, 62}, title(),
              fmt::format("font-size=\"30\" font-family=\"Georgia, 'Source Serif 4', 'DejaVu Serif', serif\" "
                          "fill=\"{}\"",
                          kInk));
    const std::string line = options_.subtitle.empty() ? facts() : options_.subtitle + " · " + facts();
    svg_.text({kLeft, 90}, line, fmt::format("font-size=\"14\" fill=\"{}\"", kGrey));
    y_ = 118;
  }

  void draw_bands(double top) {
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      const auto& [left, right, seconds, letter, words] = sections_[i];
      if (i % 2 == 0) svg_.rectangle({left, top, right - left, y_ - top}, "fill=\"#f3efe6\"");
    }
  }

  void draw_section_heads(double top) {
    double free_from = 0;
    for (const auto& [left, right, seconds, letter, words] : sections_) {
      const double width = right - left - 20;
      if (!letter.empty() && left >= free_from) {
        svg_.text({left + 10, top + 27}, letter,
                  fmt::format("font-size=\"18\" font-weight=\"600\" fill=\"{}\"", kInk));
        free_from = left + 10 + 13. + 5. * static_cast<double>(letter.size());
      }
      double y = top + 49;
      for (const std::string& line : wrapped(words, width)) {
        svg_.text(
            {left + 10, y}, line,
            fmt::format("font-size=\"14\" font-style=\"italic\" font-family=\"Georgia, 'Source Serif 4', "
                        "'DejaVu Serif', serif\" fill=\"{}\"",
                        "#45443e"));
        y += kLineHeight;
      }
    }
  }

  void draw_themes(double y) {
    if (options_.themes.empty()) return;
    svg_.text({kLeft - 10, y + 14}, "themes",
              fmt::format("font-size=\"12\" fill=\"{}\" text-anchor=\"end\"", kGrey));
    for (const PictureTheme& theme : options_.themes) {
      const auto first = static_cast<std::size_t>(theme.first_bar);
      if (first >= time_.bars().size()) continue;
      const double left = time_.x_of_bar(first),
                   right = time_.x_of_bar(first + static_cast<std::size_t>(theme.bars));
      const Box box{left + 1, y, std::max(1., right - left - 2), kThemeHeight};
      const double opacity = theme.form.empty() ? .26 : .13;
      svg_.rectangle(box, fmt::format("rx=\"{:.1f}\" fill=\"{}\" fill-opacity=\"{}\"",
                                      std::min(4., box.width / 4), kInk, opacity));
      const std::string number = fmt::format("{}", theme.theme);
      const std::string& called = theme.name.empty() ? number : theme.name;
      const std::string whole = theme.form.empty() ? called : called + " " + theme.form;
      const double room = box.width - 8;
      const std::string& shown = width_of(whole) < room ? whole : width_of(called) < room ? called : number;
      if (width_of(shown) < box.width - 2)
        svg_.text({(left + right) / 2, y + 14}, shown,
                  fmt::format("font-size=\"12\" fill=\"{}\" text-anchor=\"middle\"", kInk));
    }
  }

  void draw_axis() {
    constexpr double kSteps[] = {5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600};
    double step = kSteps[0];
    for (const double wanted : kSteps)
      if (step = wanted; (kRight - kLeft) * step / time_.seconds() >= 80) break;
    svg_.line({kLeft, y_}, {kRight, y_}, R"(stroke="#b9b3a5" stroke-width="1")");
    for (double at = 0; at <= time_.seconds() + 1e-6; at += step) {
      const double x = time_.x_of_second(at);
      svg_.line({x, y_}, {x, y_ + 6}, R"(stroke="#8a8578" stroke-width="1")");
      svg_.text({x, y_ + 21}, minutes(at),
                fmt::format("font-size=\"12\" fill=\"{}\" text-anchor=\"middle\"", kGrey));
    }
    y_ += 34;
  }

  void draw_legend() {
    double x = kLeft;
    for (const RollVoice& voice : voices_) {
      const double width = 46 + width_of(voice.name) * 1.15;
      if (x + width > kRight && x > kLeft) x = kLeft, y_ += 24;
      svg_.rectangle({x, y_ + 8, 14, 8}, fmt::format("rx=\"2\" fill=\"{}\"", voice.colour));
      svg_.text({x + 21, y_ + 16.5}, voice.name, fmt::format("font-size=\"13\" fill=\"{}\"", kInk));
      x += width;
    }
    y_ += 42;
  }

  static std::string course_of(const char* name, const std::vector<float>& values) {
    if (values.empty()) return {};
    const auto [low, high] = std::ranges::minmax_element(values);
    return fmt::format(" {} begins at {:+.2f}, ends at {:+.2f}, lies between {:+.2f} and {:+.2f}.", name,
                       values.front(), values.back(), *low, *high);
  }

  std::string description() const {
    std::string text =
        facts() + "." + course_of("Valence", options_.valence) + course_of("Arousal", options_.arousal);
    for (const auto& [left, right, seconds, letter, words] : sections_)
      text += fmt::format(" {} at {}: {}.", letter.empty() ? "Section" : "Section " + letter,
                          minutes(seconds), words);
    text += " Parts:";
    for (const RollVoice& voice : voices_) text += (&voice == voices_.data() ? " " : ", ") + voice.name;
    return text + ".";
  }

  const Score& score_;
  const PictureOptions& options_;
  const PictureTimeline time_;
  const std::vector<RollVoice> voices_;
  std::vector<SectionPlace> sections_;
  SvgWriter svg_;
  double y_ = 0;  // where the next thing goes
};

}  // namespace

std::string picture_svg(const Score& score, const PictureOptions& options) {
  return Picture(score, options).draw();
}

}  // namespace s2m
