#include "story2midi/pictures/roll.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

namespace s2m {
namespace {

// Tol's "muted" scheme, its pale colours darkened for a light ground.
constexpr std::array<std::string_view, 9> kColours = {"#332288", "#2e9e8a", "#a0305f", "#b8860b", "#4a9fd8",
                                                      "#117733", "#cc6677", "#7a7a1f", "#8e5bb5"};
constexpr double kDrumLane = 6;
constexpr int kPadding = 3;     // semitones
constexpr int kLeastSpan = 28;  // likewise
constexpr std::array kOpacities{.45, .72, 1.};
constexpr double kShortest = 1.2;  // pixels

std::string_view family_of(const Track& track) {
  constexpr int kHarp = 46, kTimpani = 47;
  if (track.is_drums || track.program == kTimpani) return "percussion";
  if (track.program == kHarp) return "harp";
  constexpr std::array<std::string_view, 16> kFamilies{
      "keyboards",    "keyboards", "keyboards",  "guitars",   "bass",         "strings",
      "strings",      "brass",     "woodwinds",  "woodwinds", "synthesizers", "synthesizers",
      "synthesizers", "world",     "percussion", "effects"};
  return kFamilies[static_cast<std::size_t>(track.program / 8)];
}

std::size_t loudness_class(int velocity) { return velocity < 50 ? 0 : velocity < 80 ? 1 : 2; }

// Notes of one pitch that lie closer than a pixel are one bar.
class Bars {
 public:
  Bars(const Box& box, const RollRange& range, const PictureTimeline& time)
      : box_(box),
        range_(range),
        time_(time),
        semitone_((box.height - kDrumLane * range.drums) / (range.highest - range.lowest + 1)) {}

  double y_of(int pitch) const { return box_.y + (range_.highest - pitch + .5) * semitone_; }
  double thickness() const { return std::clamp(semitone_ * .82, 1.4, 7.); }

  void add(const Note& note) {
    const double left = time_.x_of(note.start_ticks);
    const double right =
        std::max(left + kShortest, time_.x_of(double(note.start_ticks) + note.length_ticks) - .4);
    auto& row = rows_[loudness_class(note.velocity)][note.pitch];
    if (!row.empty() && left - row.back().second < .8)
      row.back().second = std::max(row.back().second, right);
    else
      row.emplace_back(left, right);
  }

  void draw(std::string_view colour, SvgWriter& svg) {
    for (std::size_t level = 0; level < rows_.size(); ++level) {
      std::vector<SvgDash> dashes;
      for (const auto& [pitch, row] : rows_[level])
        for (const auto& [left, right] : row) dashes.push_back({{left, y_of(pitch)}, right - left});
      svg.dashes(dashes, fmt::format("stroke=\"{}\" stroke-width=\"{:.1f}\" stroke-opacity=\"{}\"", colour,
                                     thickness(), kOpacities[level]));
      rows_[level].clear();
    }
  }

 private:
  const Box& box_;
  const RollRange& range_;
  const PictureTimeline& time_;
  double semitone_;
  std::array<std::map<int, std::vector<std::pair<double, double>>>, kOpacities.size()> rows_;  // by pitch
};

void draw_drums(const RollVoice& voice, const RollRange& range, const PictureTimeline& time, const Box& box,
                SvgWriter& svg) {
  std::map<int, std::vector<double>> lanes;
  for (const Track* track : voice.tracks)
    for (const Note& note : track->notes)
      if (track->is_drums) lanes[note.pitch].push_back(time.x_of(note.start_ticks));
  double y = box.y + box.height - kDrumLane / 2;
  int lane = 0;
  for (const auto& [pitch, places] : lanes) {
    if (lane++ == range.drums) return;
    std::vector<SvgDash> dashes;
    for (const double x : places)
      if (dashes.empty() || x - dashes.back().start.x > kShortest) dashes.push_back({{x, y}, 2});
    svg.dashes(dashes, fmt::format("stroke=\"{}\" stroke-width=\"3.4\"", voice.colour));
    y -= kDrumLane;
  }
}

}  // namespace

std::vector<RollVoice> roll_voices(const Score& score) {
  std::vector<const Track*> tracks;
  for (const Track& track : score.tracks)
    if (!track.notes.empty()) tracks.push_back(&track);
  const bool by_family = tracks.size() > kColours.size();
  std::vector<RollVoice> voices;
  for (const Track* track : tracks) {
    const auto number = voices.size();
    const std::string name = by_family             ? std::string(family_of(*track))
                             : track->name.empty() ? fmt::format("Part {}", number + 1)
                                                   : track->name;
    auto same = std::ranges::find(voices, name, &RollVoice::name);
    if (same == voices.end() || !by_family)
      same = voices.insert(voices.end(), RollVoice{name, kColours[number % kColours.size()], {}});
    same->tracks.push_back(track);
  }
  return voices;
}

RollRange roll_range(const Score& score) {
  int lowest = 127, highest = 0;
  std::map<int, int> drums;
  for (const Track& track : score.tracks)
    for (const Note& note : track.notes) {
      if (track.is_drums) {
        ++drums[note.pitch];
        continue;
      }
      lowest = std::min<int>(lowest, note.pitch);
      highest = std::max<int>(highest, note.pitch);
    }
  if (lowest > highest) lowest = highest = 66;
  const int padding = std::max(kPadding, (kLeastSpan - (highest - lowest)) / 2);
  return {std::max(0, lowest - padding), std::min(127, highest + padding), static_cast<int>(drums.size())};
}

void draw_roll(const std::vector<RollVoice>& voices, const RollRange& range, const PictureTimeline& time,
               const Box& box, SvgWriter& svg) {
  Bars bars(box, range, time);
  for (int pitch = (range.lowest + 11) / 12 * 12; pitch <= range.highest; pitch += 12) {
    svg.line({box.x, bars.y_of(pitch)}, {box.x + box.width, bars.y_of(pitch)},
             R"(stroke="#d9d4c8" stroke-width="0.8")");
    svg.text({box.x - 10, bars.y_of(pitch) + 3.5}, fmt::format("C{}", pitch / 12 - 1),
             R"(font-size="11" fill="#8a8578" text-anchor="end")");
  }
  for (auto voice = voices.rbegin(); voice != voices.rend(); ++voice) {  // the first lies on top
    for (const Track* track : voice->tracks)
      if (!track->is_drums)
        for (const Note& note : track->notes) bars.add(note);
    bars.draw(voice->colour, svg);
    draw_drums(*voice, range, time, box, svg);
  }
}

}  // namespace s2m
