#include "lab/analysis/chords.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace s2m {
namespace {

constexpr std::size_t kStates = 12 * kChordQualityCount;
using PitchClasses = std::array<double, 12>;

constexpr double kOther = 0.0155;         // probability of each pitch class outside the chord
constexpr double kBassRoot = 1.2;         // evidence of a bass that is the root, in nats
constexpr double kBassTone = 0.18;        // ... another tone of the chord
constexpr double kBarChange = 1.3;        // a change at a bar's start
constexpr double kHalfChange = 1.8;       // ... in its middle
constexpr double kBeatChange = 3.9;       // ... at another beat
constexpr double kWeightOfQuarter = 3.0;  // evidence of a quarter full of notes
constexpr double kStrongBeat = 0.75;      // metrical weight
// Prior cost by quality, in nats: the rarer, the dearer.
constexpr std::array<double, kChordQualityCount> kPrior{0, .15, .8, 2.0, .8, .8, .85, 1.2, 1.6, 1.7, 2.0};

// A stretch within which the chord does not change.
struct Segment {
  int start, length;
  double change;  // cost of another chord than before
  PitchClasses weights{};
  int lowest = 128;  // pitch
};

double change_cost(Metre metre, int place) {
  if (place == 0) return kBarChange;
  return metrical_weight(metre, place) >= kStrongBeat ? kHalfChange : kBeatChange;
}

std::vector<Segment> segments_of(std::span<const PartBar> bars) {
  std::vector<Segment> segments;
  for (const PartBar& bar : bars) {
    const auto starts = beats(bar.metre);
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const int end = i + 1 < starts.size() ? starts[i + 1] : bar.positions;
      segments.push_back(
          {bar.start + starts[i], end - starts[i], change_cost(bar.metre, starts[i]), {}, 128});
    }
  }
  return segments;
}

void weigh(std::vector<Segment>& segments, std::span<const PartNote> notes) {
  constexpr int kLongest = 2 * kGridPerQuarter;
  std::size_t first = 0;
  for (const PartNote& note : notes) {
    while (first + 1 < segments.size() && segments[first + 1].start <= note.start) ++first;
    for (std::size_t i = first; i < segments.size() && segments[i].start < note.start + note.length; ++i) {
      Segment& segment = segments[i];
      const int from = std::max(note.start, segment.start);
      const int to = std::min(note.start + note.length, segment.start + segment.length);
      const double weight = std::min(to - from, kLongest) / static_cast<double>(kGridPerQuarter) *
                            (from == segment.start ? 1.25 : 1);
      segment.weights[static_cast<std::size_t>(note.pitch % 12)] += weight;
      if (note.pitch < segment.lowest) segment.lowest = note.pitch;
    }
  }
}

struct Template {
  PitchClasses logs;  // of the probability of each pitch class
  std::array<bool, 12> tones{};
};

std::array<Template, kStates> make_templates() {
  std::array<Template, kStates> all;
  for (std::size_t state = 0; state < kStates; ++state) {
    const std::size_t root = state % 12;
    const auto intervals = chord_intervals(static_cast<ChordQuality>(state / 12));
    const auto size = static_cast<double>(intervals.size());
    const double inside = (1 - kOther * (12 - size)) / size;
    all[state].logs.fill(std::log(kOther));
    for (const int interval : intervals) {
      const std::size_t tone = (root + static_cast<std::size_t>(interval)) % 12;
      all[state].logs[tone] = std::log(inside);
      all[state].tones[tone] = true;
    }
  }
  return all;
}

const std::array<Template, kStates>& templates() {
  static const auto all = make_templates();
  return all;
}

double evidence(const Segment& segment, std::size_t state) {
  const Template& chord = templates()[state];
  double sum = 0, total = 0;
  for (std::size_t tone = 0; tone < 12; ++tone) {
    sum += segment.weights[tone] * chord.logs[tone];
    total += segment.weights[tone];
  }
  if (total <= 0) return 0;
  const double quarters = static_cast<double>(segment.length) / kGridPerQuarter;
  double result = kWeightOfQuarter * quarters * sum / std::max(total, quarters);
  const auto bass = static_cast<std::size_t>(segment.lowest % 12);
  if (chord.tones[bass]) result += quarters * (bass == state % 12 ? kBassRoot : kBassTone);
  return result - kPrior[state / 12] * quarters;
}

// The state of each segment on the most probable path.
std::vector<std::size_t> best_path(const std::vector<Segment>& segments) {
  std::vector<std::array<std::uint8_t, kStates>> from(segments.size());
  std::array<double, kStates> cost{};
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto best = static_cast<std::size_t>(std::ranges::max_element(cost) - cost.begin());
    const double changed = cost[best] - segments[i].change;
    for (std::size_t state = 0; state < kStates; ++state) {
      const bool stays = cost[state] >= changed;
      from[i][state] = static_cast<std::uint8_t>(stays ? state : best);
      if (!stays) cost[state] = changed;
      cost[state] += evidence(segments[i], state);
    }
  }
  std::vector<std::size_t> path(segments.size());
  auto state = static_cast<std::size_t>(std::ranges::max_element(cost) - cost.begin());
  for (std::size_t i = segments.size(); i-- > 0; state = from[i][state]) path[i] = state;
  return path;
}
static_assert(kStates < 256);

Chord chord_of(const Segment& segment, std::size_t state) {
  const auto root = static_cast<std::uint8_t>(state % 12);
  const bool known =
      segment.lowest < 128 && templates()[state].tones[static_cast<std::size_t>(segment.lowest % 12)];
  return {segment.start, root, static_cast<ChordQuality>(state / 12),
          known ? static_cast<std::uint8_t>(segment.lowest % 12) : root};
}

// A diminished seventh chord sounds alike on four roots: the one a semitone below the next chord's root names it, else
// the lowest note does.
void name_diminished_sevenths(std::vector<Chord>& chords) {
  for (std::size_t i = 0; i < chords.size(); ++i) {
    if (chords[i].quality != ChordQuality::kDiminished7) continue;
    std::size_t next = i + 1;
    while (next < chords.size() && chords[next].quality == ChordQuality::kDiminished7) ++next;
    const int leading = next < chords.size() ? (chords[next].root + 11) % 12 : chords[i].bass;
    const int root = is_chord_tone(chords[i], leading) ? leading : chords[i].bass;
    if (is_chord_tone(chords[i], root)) chords[i].root = static_cast<std::uint8_t>(root);
  }
}

}  // namespace

std::vector<Chord> measure_chords(std::span<const PartNote> notes, std::span<const PartBar> bars) {
  std::vector<Chord> chords;
  if (notes.empty() || bars.empty()) return chords;
  std::vector<Segment> segments = segments_of(bars);
  weigh(segments, notes);
  const auto path = best_path(segments);
  auto bar = bars.begin();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool opens = bar != bars.end() && segments[i].start == bar->start;
    if (opens || path[i] != path[i - 1]) chords.push_back(chord_of(segments[i], path[i]));
    if (opens) ++bar;
  }
  name_diminished_sevenths(chords);
  return chords;
}

}  // namespace s2m
