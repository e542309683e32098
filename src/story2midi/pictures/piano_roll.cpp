#include "story2midi/pictures/piano_roll.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "story2midi/music/key.h"
#include "story2midi/pictures/piano_roll_layout.h"
#include "story2midi/pictures/svg.h"

namespace s2m {
namespace {

constexpr std::array<std::string_view, 10> kTrackColours = {"#3b6fd4", "#e4572e", "#2a9d6f", "#9b5de5",
                                                            "#d99a00", "#0fa3b1", "#d6336c", "#6c757d",
                                                            "#7a9e1f", "#8d5a3a"};
constexpr std::string_view kValenceColour = "#0a9396";
constexpr std::string_view kArousalColour = "#e4572e";
constexpr double kClearTempoChange = 0.08;
constexpr std::string_view kLabel = R"(font-size="12" fill="#475467")";

struct Colour {
  double red, green, blue;
};

// From soft to loud, after matplotlib's plasma without its palest end.
constexpr std::array<Colour, 5> kVelocityColours = {
    {{72, 40, 160}, {139, 35, 167}, {203, 70, 121}, {237, 121, 83}, {249, 176, 45}}};
constexpr int kSoftest = 20;  // music rarely uses the ends of the range
constexpr int kLoudest = 110;

std::string velocity_colour(int velocity) {
  const double place = std::clamp((velocity - kSoftest) / double{kLoudest - kSoftest}, 0.0, 1.0) * 4;
  const auto index = std::min(static_cast<std::size_t>(place), kVelocityColours.size() - 2);
  const double part = place - static_cast<double>(index);
  const Colour& from = kVelocityColours[index];
  const Colour& to = kVelocityColours[index + 1];
  const auto mix = [part](double a, double b) { return static_cast<int>(std::lround(a + (b - a) * part)); };
  return fmt::format("#{:02x}{:02x}{:02x}", mix(from.red, to.red), mix(from.green, to.green),
                     mix(from.blue, to.blue));
}

bool is_black_key(int pitch) { return (0b010101001010 >> (pitch % 12) & 1) != 0; }

std::string stroke(std::string_view colour, double width) {
  return fmt::format("stroke=\"{}\" stroke-width=\"{}\"", colour, width);
}

class PianoRoll {
 public:
  PianoRoll(const Score& score, const PianoRollOptions& options)
      : score_(score),
        options_(options),
        layout_(score, {.width = options.width,
                        .bars_per_row = options.bars_per_row,
                        .has_curves = !options.valence.empty() || !options.arousal.empty()}),
        changes_(changes_of(score, layout_.bars)) {}

  std::string draw() {
    draw_header();
    for (const RollRow& row : layout_.rows) {
      draw_ground(row);
      draw_grid(row);
      draw_keyboard(row);
      draw_ruler(row);
      draw_curve(row, options_.valence, kValenceColour);
      draw_curve(row, options_.arousal, kArousalColour);
      for (std::size_t i = 0; i < score_.tracks.size(); ++i) draw_track(row, i);
      draw_markers(row);
    }
    return svg_.picture(options_.width, layout_.height);
  }

 private:
  using Changes = std::map<std::int32_t, std::string>;

  // What the ruler says at a tick: key, metre, and the mean tempo of a bar where it clearly changes.
  static Changes changes_of(const Score& score, const std::vector<Bar>& bars) {
    Changes changes;
    const auto add = [&](std::int32_t ticks, const std::string& words) {
      std::string& all = changes[ticks];
      all += (all.empty() ? "" : " · ") + words;
    };
    for (const KeySignature& key : score.key_signatures) add(key.start_ticks, name_of(key.key));
    for (const auto& [start, metre] : score.time_signatures) add(start, name_of(metre));
    const TempoMap tempo_map(score);
    double shown = 0;
    for (const Bar& bar : bars) {
      const double start = bar.start_ticks;
      const double seconds = tempo_map.seconds_at(start + bar.length_ticks) - tempo_map.seconds_at(start);
      const double tempo_bpm = 60.0 * bar.length_ticks / score.ticks_per_quarter / seconds;
      if (std::abs(tempo_bpm - shown) < kClearTempoChange * shown) continue;
      shown = tempo_bpm;
      add(bar.start_ticks, fmt::format("♩ = {:.0f}", shown));
    }
    return changes;
  }

  void draw_header() {
    const std::string summary = options_.subtitle.empty() ? summary_of_score() : options_.subtitle;
    double base = 34;
    if (!options_.title.empty()) {
      svg_.text({RollLayout::kMargin, base}, options_.title,
                R"(font-size="21" font-weight="bold" fill="#1d2433")");
      base = 55;
    }
    svg_.text({RollLayout::kMargin, base}, summary, R"(font-size="13" fill="#667085")");
    double right = options_.width - RollLayout::kMargin;
    if (!options_.arousal.empty()) right = draw_legend_entry(right, "arousal", kArousalColour);
    if (!options_.valence.empty()) right = draw_legend_entry(right, "valence", kValenceColour);
    if (options_.colours == NoteColours::kByVelocity)
      draw_velocity_legend(right);
    else
      draw_track_legend(right);
  }

  std::string summary_of_score() const {
    std::size_t notes = 0;
    for (const Track& track : score_.tracks) notes += track.notes.size();
    const auto seconds = static_cast<int>(std::lround(seconds_at(score_, end_ticks(score_))));
    return fmt::format("{} bars · {} notes · {}:{:02} min", layout_.bars.size(), notes, seconds / 60,
                       seconds % 60);
  }

  // Legends grow leftwards from `right`; returns where the next may end.
  double draw_legend_entry(double right, std::string_view name, std::string_view colour) {
    const double left = right - 7.4 * static_cast<double>(name.size()) - 18;
    svg_.rectangle({left, 25, 11, 11}, fmt::format("rx=\"3\" fill=\"{}\"", colour));
    svg_.text({left + 16, 35}, name, kLabel);
    return left - 12;
  }

  void draw_velocity_legend(double right) {
    constexpr int kSteps = 24;
    const double left = right - 34 - kSteps * 5;
    svg_.text({left - 6, 35}, "soft", fmt::format("{} text-anchor=\"end\"", kLabel));
    for (int i = 0; i < kSteps; ++i) {
      const std::string colour = velocity_colour(kSoftest + i * (kLoudest - kSoftest) / (kSteps - 1));
      svg_.rectangle({left + i * 5, 25, 5.2, 11}, fmt::format("fill=\"{}\"", colour));
    }
    svg_.text({left + kSteps * 5 + 6, 35}, "loud", kLabel);
  }

  void draw_track_legend(double right) {
    for (std::size_t i = score_.tracks.size(); i-- > 0 && right > options_.width / 3.0;) {
      const std::string& name = score_.tracks[i].name;
      const std::string shown = name.empty() || name.size() > 24 ? fmt::format("track {}", i + 1) : name;
      right = draw_legend_entry(right, shown, kTrackColours[i % kTrackColours.size()]);
    }
  }

  void draw_ground(const RollRow& row) {
    const double width = layout_.right_of(row) - RollLayout::kLeft;
    svg_.rectangle({RollLayout::kLeft, layout_.roll_top(row), width, layout_.roll_height},
                   "fill=\"#fbfbfd\"");
    for (int pitch = layout_.low_pitch; pitch <= layout_.high_pitch; ++pitch) {
      const double y = layout_.y_of(row, pitch);
      if (is_black_key(pitch))
        svg_.rectangle({RollLayout::kLeft, y, width, layout_.semitone}, "fill=\"#f1f2f6\"");
      if (pitch % 12 == 11)
        svg_.line({RollLayout::kLeft, y}, {RollLayout::kLeft + width, y}, stroke("#d5d8e1", 0.8));
    }
    if (layout_.drums_height > 0)
      svg_.rectangle({RollLayout::kLeft, layout_.drums_top(row) + 3, width, layout_.drums_height - 4},
                     "fill=\"#f5f6f8\"");
    if (layout_.curves_height > 0) {
      const double middle = curve_y(row, 0);
      svg_.line({RollLayout::kLeft, middle}, {RollLayout::kLeft + width, middle},
                stroke("#c9cdd8", 0.8) + " stroke-dasharray=\"2 3\"");
      for (const auto& [value, words] : {std::pair(1.0F, "+1"), std::pair(0.0F, "0"), std::pair(-1.0F, "−1")})
        svg_.text({RollLayout::kLeft - 6, curve_y(row, value) + 3}, words,
                  R"(font-size="9" fill="#98a2b3" text-anchor="end")");
    }
  }

  void draw_grid(const RollRow& row) {
    const double top = layout_.curves_top(row);
    const double bottom = layout_.pedal_top(row);
    const auto draw_bar_line = [&](double x) { svg_.line({x, top}, {x, bottom}, stroke("#b9bfcc", 1)); };
    for (const Bar& bar : row.bars) {
      const double beat = 4.0 * score_.ticks_per_quarter / bar.metre.denominator;
      for (double at = beat; at < bar.length_ticks - 0.5 && beat * layout_.tick_width >= 5; at += beat) {
        const double x = layout_.x_of(row, bar.start_ticks + at);
        svg_.line({x, layout_.roll_top(row)}, {x, bottom}, stroke("#e3e5ec", 0.7));
      }
      draw_bar_line(layout_.x_of(row, bar.start_ticks));
    }
    draw_bar_line(layout_.right_of(row));
  }

  void draw_keyboard(const RollRow& row) {
    const double left = RollLayout::kMargin;
    const double right = RollLayout::kLeft - 4;
    svg_.rectangle({left, layout_.roll_top(row), right - left, layout_.roll_height},
                   "fill=\"#ffffff\" " + stroke("#b9bfcc", 0.8));
    for (int pitch = layout_.low_pitch; pitch <= layout_.high_pitch; ++pitch) {
      const double y = layout_.y_of(row, pitch);
      const double middle = y + layout_.semitone / 2;
      if (is_black_key(pitch)) {
        svg_.line({left, middle}, {right, middle}, stroke("#d5d8e1", 0.6));
        svg_.rectangle({left, y, 24, layout_.semitone}, "fill=\"#3d4557\"");
      } else if (pitch % 12 == 11 || pitch % 12 == 4) {
        svg_.line({left, y}, {right, y}, stroke("#d5d8e1", 0.6));
      }
      if (pitch % 12 == 0)
        svg_.text({right - 3, middle + 3}, fmt::format("C{}", pitch / 12 - 1),
                  R"(font-size="8.5" fill="#667085" text-anchor="end")");
    }
  }

  // Three lines: markers, changes, bar numbers. Nothing is written over its neighbour.
  void draw_ruler(const RollRow& row) {
    const double base = layout_.curves_top(row) - 5;
    double free_from = 0;
    for (std::size_t i = 0; i < row.bars.size(); ++i) {
      const double x = layout_.x_of(row, row.bars[i].start_ticks);
      if (x < free_from) continue;
      svg_.text({x + 3, base}, fmt::to_string(row.first_bar + i + 1), R"(font-size="10" fill="#98a2b3")");
      free_from = x + 26;
    }
    free_from = 0;
    for (const auto& [ticks, words] : changes_) {
      const double x = layout_.x_of(row, ticks);
      if (!row.holds(ticks) || x < free_from) continue;
      const double width = 6.6 * static_cast<double>(words.size());
      const double left = std::min(x + 3, options_.width - width);
      svg_.text({left, base - 13}, words, R"(font-size="11" font-weight="bold" fill="#344054")");
      free_from = left + width + 9;
    }
  }

  void draw_markers(const RollRow& row) {
    double free_from = 0;
    for (const Marker& marker : score_.markers) {
      const double x = layout_.x_of(row, marker.start_ticks);
      if (!row.holds(marker.start_ticks)) continue;
      svg_.line({x, row.top + 2}, {x, layout_.pedal_top(row)}, stroke("#7c5cd6", 1.2));
      const double width = 12 + 6.3 * static_cast<double>(marker.text.size());
      if (x < free_from || marker.text.empty()) continue;
      svg_.rectangle({x, row.top + 2, width, 15}, "rx=\"3\" fill=\"#ede7fb\"");
      svg_.text({x + 5, row.top + 13}, marker.text, R"(font-size="11" fill="#5b3fb0")");
      free_from = x + width + 4;
    }
  }

  double curve_y(const RollRow& row, float value) const {
    const double middle = layout_.curves_top(row) + layout_.curves_height / 2;
    return middle - std::clamp(value, -1.0F, 1.0F) * (layout_.curves_height / 2 - 5);
  }

  // A step a bar: each value holds for its bar.
  void draw_curve(const RollRow& row, const std::vector<float>& values, std::string_view colour) {
    std::vector<Point> points;
    for (std::size_t i = 0; i < row.bars.size() && row.first_bar + i < values.size(); ++i) {
      const Bar& bar = row.bars[i];
      const double end = static_cast<double>(bar.start_ticks) + bar.length_ticks;
      const double y = curve_y(row, values[row.first_bar + i]);
      points.push_back({layout_.x_of(row, bar.start_ticks), y});
      points.push_back({layout_.x_of(row, end), y});
    }
    if (points.empty()) return;
    svg_.polyline(points, fmt::format("fill=\"none\" stroke-linejoin=\"round\" {}", stroke(colour, 2.2)));
  }

  void draw_track(const RollRow& row, std::size_t index) {
    const Track& track = score_.tracks[index];
    for (const Note& note : track.notes) {
      if (track.is_drums)
        draw_drum(row, note, index);
      else
        draw_note(row, note, index);
    }
    for (const PedalSpan& span : track.pedal) {
      const double left = layout_.x_of(row, std::max(span.start_ticks, row.start()));
      const double right =
          layout_.x_of(row, static_cast<double>(std::min<std::int64_t>(span.end_ticks, row.end())));
      if (left < right)
        svg_.rectangle({left, layout_.pedal_top(row) + 4, right - left, 3}, "fill=\"#aab2c5\"");
    }
  }

  std::string note_style(const Note& note, std::size_t track) const {
    if (options_.colours == NoteColours::kByVelocity)
      return fmt::format("fill=\"{}\"", velocity_colour(note.velocity));
    return fmt::format("fill=\"{}\" opacity=\"{:.2f}\"", kTrackColours[track % kTrackColours.size()],
                       0.4 + 0.6 * note.velocity / 127.0);
  }

  // Notes that ring on into the next row are drawn there too.
  void draw_note(const RollRow& row, const Note& note, std::size_t track) {
    const std::int64_t start = std::max(note.start_ticks, row.start());
    const std::int64_t end = std::min(std::int64_t{note.start_ticks} + note.length_ticks, row.end());
    if (start >= end) return;
    const double left = layout_.x_of(row, static_cast<double>(start));
    const double width = std::max(2.0, layout_.x_of(row, static_cast<double>(end)) - left - 0.6);
    svg_.rectangle({left, layout_.y_of(row, note.pitch) + 0.4, width, layout_.semitone - 0.8},
                   "rx=\"1.6\" " + note_style(note, track));
  }

  void draw_drum(const RollRow& row, const Note& note, std::size_t track) {
    if (!row.holds(note.start_ticks)) return;
    const double x = layout_.x_of(row, note.start_ticks);
    const double middle = layout_.y_of_drum(row, note.pitch) + RollLayout::kDrum / 2;
    svg_.polygon({{x, middle - 3.2}, {x + 6, middle}, {x, middle + 3.2}}, note_style(note, track));
  }

  const Score& score_;
  const PianoRollOptions& options_;
  const RollLayout layout_;
  const Changes changes_;
  SvgWriter svg_;
};

}  // namespace

std::string piano_roll_svg(const Score& score, const PianoRollOptions& options) {
  return PianoRoll(score, options).draw();
}

}  // namespace s2m
