#include "lab/analysis/repetition.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "lab/statistics/statistics.h"

namespace s2m {
namespace {

constexpr int kSteps = 4;  // a quarter
constexpr int kMiddleC = 60;
constexpr double kHalfAlike = 0.5;
constexpr std::size_t kMostBars = 512;

// A bar's notes, each as its sixteenth and pitch.
struct BarNotes {
  std::int32_t length_ticks;
  std::set<std::pair<int, int>> notes;
};

std::vector<BarNotes> notes_by_bar(std::span<const Note> notes, std::span<const Bar> bars,
                                   int ticks_per_quarter) {
  std::vector<BarNotes> all;
  auto next = notes.begin();
  for (std::size_t i = 0; i < bars.size(); ++i) {
    BarNotes bar{bars[i].length_ticks, {}};
    const bool last = i + 1 == bars.size();
    for (; next != notes.end() && (last || next->start_ticks < bars[i + 1].start_ticks); ++next) {
      const double quarters = double{1} * (next->start_ticks - bars[i].start_ticks) / ticks_per_quarter;
      bar.notes.emplace(static_cast<int>(std::lround(quarters * kSteps)), next->pitch);
    }
    all.push_back(std::move(bar));
  }
  return all;
}

double likeness(const BarNotes& a, const BarNotes& b) {
  if (a.length_ticks != b.length_ticks || a.notes.empty() || b.notes.empty()) return 0;
  const auto both = std::ranges::count_if(a.notes, [&](const auto& note) { return b.notes.contains(note); });
  return static_cast<double>(both) /
         static_cast<double>(a.notes.size() + b.notes.size() - static_cast<std::size_t>(both));
}

bool returns(std::span<const BarNotes> bars, std::size_t bar) {
  for (std::size_t earlier = 0; earlier < bar; ++earlier)
    if (likeness(bars[bar], bars[earlier]) >= kHalfAlike) return true;
  return false;
}

// The lowest note of each onset, where it lies below middle C.
std::vector<int> bass_line(std::span<const Note> notes) {
  std::vector<int> line;
  for (std::size_t first = 0, end = 0; first < notes.size(); first = end) {
    int lowest = notes[first].pitch;
    for (end = first; end < notes.size() && notes[end].start_ticks == notes[first].start_ticks; ++end)
      lowest = std::min<int>(lowest, notes[end].pitch);
    if (lowest < kMiddleC) line.push_back(lowest);
  }
  return line;
}

double longest_gap(std::span<const Note> notes) {
  std::int32_t longest = 0;
  for (std::size_t i = 1; i < notes.size(); ++i)
    longest = std::max(longest, notes[i].start_ticks - notes[i - 1].start_ticks);
  return longest;
}

}  // namespace

Repetition measure_repetition(std::span<const Note> notes, std::span<const Bar> bars, int ticks_per_quarter) {
  const auto by_bar = notes_by_bar(notes, bars.first(std::min(bars.size(), kMostBars)), ticks_per_quarter);
  std::vector<double> next_bar, returning, repeats;
  for (std::size_t i = 1; i < by_bar.size(); ++i) {
    next_bar.push_back(likeness(by_bar[i], by_bar[i - 1]));
    returning.push_back(returns(by_bar, i) ? 1 : 0);
  }
  const auto bass = bass_line(notes);
  for (std::size_t i = 1; i < bass.size(); ++i) repeats.push_back(bass[i] == bass[i - 1] ? 1 : 0);
  return {mean(next_bar), mean(returning), mean(repeats), longest_gap(notes) / ticks_per_quarter};
}

}  // namespace s2m
