#include <algorithm>
#include <cstdlib>

#include "story2midi/events/event.h"

namespace s2m {
namespace {

constexpr std::uint8_t byte(int value) { return static_cast<std::uint8_t>(value); }

struct Onset {
  int position;
  int pitch;
  bool operator==(const Onset&) const = default;
};

// What a bar holds, as its description counts it.
struct BarContents {
  double quarters = 4;
  std::vector<Onset> melody;
  std::vector<int> accompaniment;  // positions at which the bass or the figure strikes, ascending
  int accompaniment_notes = 0;
  double accompaniment_pitch = 0;  // sum
};

BarContents contents_of(std::span<const Event> bar) {
  BarContents contents;
  contents.quarters =
      bar_positions(metre_of(bar.front().values[kMetre])) / static_cast<double>(kGridPerQuarter);
  for (const Event& event : bar) {
    if (!event.is_note()) continue;
    if (event.kind == kMelodyEvent) {
      contents.melody.push_back({event.position(), event.values[kPitch]});
    } else {
      ++contents.accompaniment_notes;
      contents.accompaniment_pitch += event.values[kPitch];
      contents.accompaniment.push_back(event.position());
    }
  }
  std::ranges::sort(contents.accompaniment);
  auto& strikes = contents.accompaniment;
  strikes.erase(std::unique(strikes.begin(), strikes.end()), strikes.end());
  return contents;
}

bool same_rhythm(const std::vector<Onset>& a, const std::vector<Onset>& b) {
  return std::ranges::equal(a, b, {}, &Onset::position, &Onset::position);
}

// Within a semitone: a sequence on other degrees of the scale.
bool same_intervals(const std::vector<Onset>& a, const std::vector<Onset>& b) {
  for (std::size_t i = 1; i < a.size(); ++i)
    if (std::abs((a[i].pitch - a[i - 1].pitch) - (b[i].pitch - b[i - 1].pitch)) > 1) return false;
  return a.size() > 1;
}

// f(bar that stands so many bars before) for each lag within reach, in the order of classes; the first class for which it is
// true, else -1.
template <class F>
int first_class(std::span<const BarContents> before, F&& f) {
  const auto holds = [&](int lag) {
    return static_cast<std::size_t>(lag) <= before.size() &&
           f(before[before.size() - static_cast<std::size_t>(lag)]);
  };
  for (std::size_t i = 0; i < kReturnLags.size(); ++i)
    if (holds(kReturnLags[i])) return static_cast<int>(i);
  for (int lag = 3; lag <= kReturnReach; ++lag)
    if (std::ranges::find(kReturnLags, lag) == kReturnLags.end() && holds(lag)) return kReturnClasses - 1;
  return -1;
}

int melody_return(std::span<const BarContents> before, const BarContents& bar) {
  if (bar.melody.empty()) return kNoOnset;
  const auto rhythm = [&](const BarContents& other) { return same_rhythm(bar.melody, other.melody); };
  const auto both = [&](const BarContents& other) {
    return rhythm(other) && same_intervals(bar.melody, other.melody);
  };
  if (const int found = first_class(before, both); found >= 0) return kSameIntervals + found;
  const int found = first_class(before, rhythm);
  return found >= 0 ? kSameRhythm + found : kNew;
}

int figure_return(std::span<const BarContents> before, const BarContents& bar) {
  if (bar.accompaniment.empty()) return kNoOnset;
  const int found =
      first_class(before, [&](const BarContents& other) { return bar.accompaniment == other.accompaniment; });
  return found >= 0 ? kSameRhythm + found : kNew;
}

void describe_bar(Event& event, const BarContents& bar) {
  const auto melody_notes = static_cast<double>(bar.melody.size());
  event.values[kMelodyDensity] = byte(density_value(melody_notes / bar.quarters));
  event.values[kDensity] = byte(density_value(bar.accompaniment_notes / bar.quarters));
  event.values[kMelodyRegister] = event.values[kRegister] = 0;  // of nothing: unknown
  double melody_pitch = 0;
  for (const Onset& onset : bar.melody) melody_pitch += onset.pitch;
  if (!bar.melody.empty()) event.values[kMelodyRegister] = byte(register_value(melody_pitch / melody_notes));
  if (bar.accompaniment_notes > 0)
    event.values[kRegister] = byte(register_value(bar.accompaniment_pitch / bar.accompaniment_notes));
  const auto onsets = static_cast<double>(bar.accompaniment.size());
  event.values[kThickness] = byte(thickness_value(onsets > 0 ? bar.accompaniment_notes / onsets : 0));
}

}  // namespace

void describe(std::span<const std::span<Event>> bars) {
  std::vector<BarContents> contents;
  for (const std::span<Event> bar : bars) {
    BarContents own = contents_of(bar);
    Event& event = bar.front();
    describe_bar(event, own);
    event.values[kMelodyReturn] = byte(melody_return(contents, own));
    event.values[kFigureReturn] = byte(figure_return(contents, own));
    contents.push_back(std::move(own));
  }
}

}  // namespace s2m
