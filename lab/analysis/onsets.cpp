#include "lab/analysis/onsets.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace s2m {
namespace {

constexpr double kTogetherSeconds = 0.04;
constexpr int kSurroundings = 16;  // onsets to either side that one is compared with

// What makes an onset stand out: depth, loudness, length, fullness, the gap that follows. Set by hand: of the
// quarter of onsets that stand out most, .75 lie on the beat (POP909, piano-midi.de), and .51 to .73 by one
// cue alone.
constexpr std::array<double, 5> kCueWeights = {0.5, 0.3, 0.5, 0.5, 0.5};
using Cues = std::array<double, kCueWeights.size()>;

struct Clusters {
  std::vector<Onset> onsets;
  std::vector<Cues> cues;
};

double log_between(double value, double low, double high) { return std::log(std::clamp(value, low, high)); }

void add_cluster(Clusters& clusters, std::span<const TimedNote> notes) {
  double weight = 0, weighted_seconds = 0, longest = 0;
  int loudest = 0, lowest = 127;
  for (const TimedNote& note : notes) {
    weight += note.velocity + 1;
    weighted_seconds += (note.velocity + 1) * note.seconds;
    longest = std::max(longest, note.length_seconds);
    loudest = std::max(loudest, note.velocity);
    lowest = std::min(lowest, note.pitch);
  }
  clusters.onsets.push_back({weighted_seconds / weight, 0, 0, lowest});
  const double fullness = std::min<double>(static_cast<double>(notes.size()), 6);
  clusters.cues.push_back({-double(lowest), double(loudest), log_between(longest, 0.03, 3), fullness, 0});
}

Clusters cluster(const std::vector<TimedNote>& notes) {
  Clusters clusters;
  for (const std::span<const TimedNote> together : struck_together(notes)) add_cluster(clusters, together);
  const std::size_t count = clusters.onsets.size();
  for (std::size_t i = 0; i < count; ++i) {
    const double gap = i + 1 < count ? clusters.onsets[i + 1].seconds - clusters.onsets[i].seconds : 1;
    clusters.cues[i].back() = log_between(gap, 0.03, 2);
  }
  return clusters;
}

// Standard score of cue `k` of onset `i` among its surroundings.
double standard_score(const std::vector<Cues>& cues, int i, std::size_t k) {
  const int first = std::max(0, i - kSurroundings);
  const int last = std::min(static_cast<int>(cues.size()) - 1, i + kSurroundings);
  double sum = 0, squares = 0;
  for (int j = first; j <= last; ++j) sum += cues[j][k], squares += cues[j][k] * cues[j][k];
  const double mean = sum / (last - first + 1);
  const double variance = std::max(1e-6, squares / (last - first + 1) - mean * mean);
  return (cues[i][k] - mean) / (std::sqrt(variance) + 1e-3);
}

void rank(std::vector<Onset>& onsets) {
  std::vector<double> sorted;
  for (const Onset& onset : onsets) sorted.push_back(onset.salience);
  std::sort(sorted.begin(), sorted.end());
  for (Onset& onset : onsets) {
    const auto below = std::lower_bound(sorted.begin(), sorted.end(), onset.salience) - sorted.begin();
    onset.rank = static_cast<int>(4 * below / static_cast<std::ptrdiff_t>(sorted.size()));
  }
}

}  // namespace

std::vector<TimedNote> timed_notes(const Score& score) {
  const TempoMap map(score);
  std::vector<TimedNote> notes;
  for (const Track& track : score.tracks)
    for (const Note& note : track.notes) {
      const double start = map.seconds_at(note.start_ticks);
      const double end = map.seconds_at(double{1} * note.start_ticks + note.length_ticks);
      notes.push_back({start, end - start, note.pitch, note.velocity});
    }
  std::stable_sort(notes.begin(), notes.end(),
                   [](const TimedNote& a, const TimedNote& b) { return a.seconds < b.seconds; });
  return notes;
}

std::vector<std::span<const TimedNote>> struck_together(std::span<const TimedNote> notes) {
  std::vector<std::span<const TimedNote>> groups;
  for (auto first = notes.begin(); first != notes.end();) {
    const auto last = std::find_if(first, notes.end(), [&](const TimedNote& note) {
      return note.seconds - first->seconds > kTogetherSeconds;
    });
    groups.emplace_back(first, last);
    first = last;
  }
  return groups;
}

std::vector<Onset> find_onsets(const Score& score) {
  Clusters clusters = cluster(timed_notes(score));
  for (int i = 0; i < static_cast<int>(clusters.onsets.size()); ++i)
    for (std::size_t k = 0; k < kCueWeights.size(); ++k)
      clusters.onsets[i].salience += kCueWeights[k] * standard_score(clusters.cues, i, k);
  rank(clusters.onsets);
  return std::move(clusters.onsets);
}

}  // namespace s2m
