#include "story2midi/compose/critic.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "story2midi/compose/bar_rules.h"
#include "story2midi/music/metre.h"

namespace s2m {
namespace {

constexpr double kBeatWeight = 0.5;
constexpr std::size_t kMelodyReach = 8, kFigureReach = 2;  // bars before in which a rhythm may have stood
constexpr int kFifth = 7;

using Bar = std::span<const Event>;

std::vector<Bar> bars_of(std::span<const Event> piece) {
  std::vector<Bar> bars;
  for (std::size_t i = 0; i < piece.size();) {
    std::size_t end = i + 1;
    while (end < piece.size() && !piece[end].is_bar()) ++end;
    bars.push_back(piece.subspan(i, end - i));
    i = end;
  }
  return bars;
}

std::vector<int> onsets(Bar bar, bool melody) {
  std::vector<int> positions;
  for (const Event& event : bar)
    if (event.is_note() && (event.kind == kMelodyEvent) == melody) positions.push_back(event.position());
  std::ranges::sort(positions);
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return positions;
}

// The share of the last `count` bars with onsets whose onsets one of the `reach` bars before them has.
double returns(std::span<const Bar> bars, std::size_t count, bool melody) {
  const std::size_t reach = melody ? kMelodyReach : kFigureReach;
  double found = 0, all = 0;
  for (std::size_t i = bars.size() - count; i < bars.size(); ++i) {
    const auto own = onsets(bars[i], melody);
    if (own.empty()) continue;
    ++all;
    for (std::size_t lag = 1; lag <= std::min(reach, i); ++lag)
      if (onsets(bars[i - lag], melody) == own) {
        ++found;
        break;
      }
  }
  return all > 0 ? found / all : 0;
}

double share(double part, double all) { return all > 0 ? part / all : 0; }

void measure_line(PhraseMeasures& measures, std::span<const Bar> phrase) {
  std::vector<int> pitches;
  for (const Bar bar : phrase)
    for (const Event& event : bar)
      if (event.kind == kMelodyEvent) pitches.push_back(event.values[kPitch]);
  double steps = 0, repeats = 0, leaps = 0;
  const auto moves = static_cast<double>(pitches.size()) - 1;
  for (std::size_t i = 1; i < pitches.size(); ++i) {
    const int move = pitches[i] - pitches[i - 1];
    steps += move != 0 && std::abs(move) <= 2;
    repeats += move == 0;
    const bool turns = i + 1 < pitches.size() && (pitches[i + 1] - pitches[i]) * move < 0;
    leaps += std::abs(move) > kFifth && !turns;
  }
  measures.steps = share(steps, moves), measures.repeats = share(repeats, moves);
  measures.leaps = share(leaps, moves);
}

bool clashes(Bar bar, const Event& note) {
  return std::ranges::any_of(bar, [&](const Event& other) {
    if (!other.is_note() || other.kind == kMelodyEvent) return false;
    const int apart = std::abs(other.values[kPitch] - note.values[kPitch]);
    const bool sounds =
        other.position() <= note.position() && note.position() < other.position() + other.length();
    return sounds && (apart == 1 || apart == 13);
  });
}

void measure_harmony(PhraseMeasures& measures, std::span<const Bar> phrase) {
  double on_beats = 0, consonant = 0, notes = 0, rough = 0;
  for (const Bar bar : phrase) {
    const Metre metre = metre_of(bar.front().values[kMetre]);
    for (const Event& event : bar) {
      if (event.kind != kMelodyEvent) continue;
      const Event* chord = chord_at(bar, event.position());
      const bool fits = chord && is_chord_tone(*chord, event.values[kPitch]);
      ++notes;
      rough += clashes(bar, event);
      if (metrical_weight(metre, event.position()) >= kBeatWeight) ++on_beats, consonant += fits;
      measures.ends_at_rest = fits && event.length() >= kGridPerQuarter ? 1 : 0;  // the last one's stays
    }
  }
  measures.chord_tones = share(consonant, on_beats);
  measures.clashes = share(rough, notes);
}

constexpr std::array kCriteria{
    Criterion{"melody_returns", &PhraseMeasures::melody_returns, 0.25, 0.8, 1},
    Criterion{"figure_returns", &PhraseMeasures::figure_returns, 0.3, 0.75, 1},
    Criterion{"steps", &PhraseMeasures::steps, 0.48, 0.7, 2},
    Criterion{"repeats", &PhraseMeasures::repeats, 0, 0.25, 2},
    Criterion{"leaps", &PhraseMeasures::leaps, 0, 0.03, 4},
    Criterion{"chord_tones", &PhraseMeasures::chord_tones, 0.7, 1, 2},
    Criterion{"clashes", &PhraseMeasures::clashes, 0, 0, 3},
    Criterion{"wanted", &PhraseMeasures::wanted, 0.6, 1, 1},
    Criterion{"ends_at_rest", &PhraseMeasures::ends_at_rest, 1, 1, 0.5},
    Criterion{"surprisal", &PhraseMeasures::surprisal, 0, 0, 0.2},
};

}  // namespace

PhraseMeasures measure_phrase(std::span<const Event> piece, int bars, const PhraseMeasures& known) {
  const auto all = bars_of(piece);
  const auto count = std::min(all.size(), static_cast<std::size_t>(bars));
  const auto phrase = std::span(all).last(count);
  PhraseMeasures measures = known;
  measures.melody_returns = returns(all, count, true);
  measures.figure_returns = returns(all, count, false);
  measure_line(measures, phrase);
  measure_harmony(measures, phrase);
  return measures;
}

std::span<const Criterion> criteria() { return kCriteria; }

double cost_of(const PhraseMeasures& measures) {
  double cost = 0;
  for (const Criterion& one : kCriteria) {
    const double value = measures.*one.value;
    cost += one.weight * (std::max(0.0, one.low - value) + std::max(0.0, value - one.high));
  }
  return cost;
}

}  // namespace s2m
