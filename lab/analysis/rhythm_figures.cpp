#include "lab/analysis/rhythm_figures.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>

#include "lab/statistics/statistics.h"
#include "story2midi/music/metre.h"

namespace s2m {
namespace {

constexpr int kMiddleC = 60;
constexpr double kOverBeat = 0.1;           // quarters by which a note must outlast a beat to hang over it
constexpr double kTripletTolerance = 0.02;  // quarters: a 32nd is .04 from a third

// Onsets on the sixteenths of a bar or half bar.
struct Pattern {
  int steps = 0;
  std::vector<bool> onsets;
  bool empty() const {
    return std::ranges::none_of(onsets, [](bool onset) { return onset; });
  }
  bool operator==(const Pattern&) const = default;
};

Pattern pattern_of(std::span<const ViewNote> notes, int start, int steps, int below_pitch = 128) {
  Pattern pattern{steps, std::vector<bool>(static_cast<std::size_t>(steps))};
  for (const ViewNote& note : notes_in(notes, start, steps))
    if (note.pitch < below_pitch) pattern.onsets[static_cast<std::size_t>(note.sixteenth - start)] = true;
  return pattern;
}

std::vector<Pattern> bar_patterns(const PieceView& piece) {
  std::vector<Pattern> patterns;
  for (const ViewBar& bar : piece.bars) patterns.push_back(pattern_of(piece.notes, bar.start, bar.steps));
  return patterns;
}

// Share of the patterns from the second on, but empty ones, that stand among the `back` before.
std::optional<double> seen_share(std::span<const Pattern> patterns, std::size_t back) {
  int seen = 0, count = 0;
  for (std::size_t i = 1; i < patterns.size(); ++i) {
    if (patterns[i].empty()) continue;
    const auto before = patterns.subspan(i - std::min(i, back), std::min(i, back));
    ++count;
    seen += std::ranges::find(before, patterns[i]) != before.end();
  }
  if (count == 0) return {};
  return static_cast<double>(seen) / count;
}

}  // namespace

std::optional<double> bar_pattern_seen(const PieceView& piece) { return seen_share(bar_patterns(piece), 4); }

std::optional<double> left_hand_pattern_seen(const PieceView& piece) {
  std::vector<Pattern> patterns;
  for (const HalfBar& half : piece.half_bars)
    patterns.push_back(pattern_of(piece.notes, half.start, half.steps, kMiddleC));
  return seen_share(patterns, 4);
}

std::optional<double> groove(const PieceView& piece) {
  const auto patterns = bar_patterns(piece);
  std::vector<double> equal;
  for (std::size_t i = 1; i < patterns.size(); ++i) {
    if (patterns[i].steps != patterns[i - 1].steps) continue;
    int same = 0;
    for (std::size_t step = 0; step < patterns[i].onsets.size(); ++step)
      same += patterns[i].onsets[step] == patterns[i - 1].onsets[step];
    equal.push_back(static_cast<double>(same) / patterns[i].steps);
  }
  if (equal.empty()) return {};
  return mean(equal);
}

std::optional<double> syncopation(const PieceView& piece) {
  constexpr int kPlaces = kGridPerQuarter / 4;  // per sixteenth
  int held = 0, count = 0;
  std::size_t bar = 0;
  for (const ViewNote& note : piece.notes) {
    while (bar + 1 < piece.bars.size() && piece.bars[bar + 1].start <= note.sixteenth) ++bar;
    const ViewBar& in = piece.bars[bar];
    const double own = metrical_weight(in.metre, (note.sixteenth - in.start) * kPlaces);
    const int end = static_cast<int>(std::lround(note.end * 4));
    ++count;
    for (int at = note.sixteenth + 1; at < std::min(end, note.sixteenth + in.steps); ++at)
      if (metrical_weight(in.metre, (at - in.start) % in.steps * kPlaces) > own) {
        ++held;
        break;
      }
  }
  if (count == 0) return {};
  return static_cast<double>(held) / count;
}

std::optional<double> density_variation(const PieceView& piece) {
  std::vector<double> counts;
  for (const ViewBar& bar : piece.bars)
    counts.push_back(static_cast<double>(notes_in(piece.notes, bar.start, bar.steps).size()));
  const double middle = mean(counts);
  if (!(middle > 0)) return {};
  return deviation(counts) / middle;
}

std::optional<double> held_over_the_beat(const PieceView& piece) {
  int over = 0;
  for (const ViewNote& note : piece.notes) {
    if (note.sixteenth % 4 == 0) continue;
    const int next_beat = note.sixteenth / 4 + 1;
    over += note.end > next_beat + kOverBeat;
  }
  if (piece.notes.empty()) return {};
  return static_cast<double>(over) / static_cast<double>(piece.notes.size());
}

std::optional<double> incomplete_triplets(const PieceView& piece) {
  std::map<int, unsigned> thirds;  // by beat: a bit for each third with an onset
  for (const ViewNote& note : piece.notes) {
    const auto third = static_cast<int>(std::lround(note.start * 3));
    if (std::abs(note.start - third / 3.0) < kTripletTolerance) thirds[third / 3] |= 1U << (third % 3);
  }
  int triplets = 0, lacking = 0;
  for (const auto& [beat, onsets] : thirds) {
    if (!(onsets & 6U)) continue;
    ++triplets;
    lacking += onsets != 7U;
  }
  if (triplets == 0) return {};
  return static_cast<double>(lacking) / triplets;
}

}  // namespace s2m
