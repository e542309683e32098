#include "lab/analysis/piece_view.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "lab/analysis/track_role.h"

namespace s2m {
namespace {

constexpr int kSteps = 4;  // per quarter
constexpr int kMiddleC = 60;

int sixteenth_at(double quarters) { return static_cast<int>(std::lround(quarters * kSteps)); }

void append(std::vector<ViewNote>& notes, const Track& track, double ticks_per_quarter) {
  for (const Note& note : track.notes) {
    const double start = note.start_ticks / ticks_per_quarter;
    notes.push_back({start, start + note.length_ticks / ticks_per_quarter, sixteenth_at(start), note.pitch,
                     note.velocity});
  }
}

void sort(std::vector<ViewNote>& notes) {
  std::ranges::stable_sort(notes, {},
                           [](const ViewNote& note) { return std::tuple(note.sixteenth, note.pitch); });
}

// Where a note ends, in sixteenths.
int last_sixteenth(const ViewNote& note) { return std::max(note.sixteenth + 1, sixteenth_at(note.end)); }

// Of the notes from `lowest_pitch` up: the highest on each sixteenth, but those that start under a higher one that
// still sounds.
std::vector<ViewNote> top_line_of(std::span<const ViewNote> notes, int lowest_pitch) {
  std::vector<ViewNote> line;
  std::vector<ViewNote> sounding;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const ViewNote& note = notes[i];
    if (note.pitch < lowest_pitch) continue;
    std::erase_if(sounding, [&](const ViewNote& other) { return last_sixteenth(other) <= note.sixteenth; });
    const bool highest = i + 1 == notes.size() || notes[i + 1].sixteenth != note.sixteenth;
    const bool covered =
        std::ranges::any_of(sounding, [&](const ViewNote& other) { return other.pitch > note.pitch; });
    if (highest && !covered) line.push_back(note);
    sounding.push_back(note);
  }
  return line;
}

struct Sounding {
  PitchClassWeights weights{};
  int lowest = 128;
};

// Each half bar's sounding time by pitch class, and its lowest pitch.
std::vector<Sounding> sounding_in(std::span<const HalfBar> halves, std::span<const ViewNote> notes) {
  std::vector<Sounding> all(halves.size());
  for (const ViewNote& note : notes) {
    const auto after =
        std::ranges::upper_bound(halves, note.start * kSteps, {}, &HalfBar::start) - halves.begin();
    for (auto i = static_cast<std::size_t>(std::max<std::ptrdiff_t>(after, 1) - 1); i < halves.size(); ++i) {
      const double from = std::max(note.start, halves[i].start / double{kSteps});
      const double to = std::min(note.end, (halves[i].start + halves[i].steps) / double{kSteps});
      if (halves[i].start >= note.end * kSteps) break;
      if (to <= from) continue;
      all[i].weights[static_cast<std::size_t>(note.pitch % 12)] += to - from;
      all[i].lowest = std::min(all[i].lowest, note.pitch);
    }
  }
  return all;
}

void add_bars(PieceView& view, const Score& score) {
  for (const Bar& bar : bars(score)) {
    const double tpq = score.ticks_per_quarter;
    const int start = sixteenth_at(bar.start_ticks / tpq);
    const int steps = sixteenth_at((bar.start_ticks + bar.length_ticks) / tpq) - start;
    if (steps < 2) continue;
    const int index = static_cast<int>(view.bars.size());
    view.bars.push_back({start, steps, bar.metre});
    view.half_bars.push_back({start, steps / 2, index, {}});
    view.half_bars.push_back({start + steps / 2, steps - steps / 2, index, {}});
  }
}

}  // namespace

PieceView view_of(const Score& score) {
  PieceView view;
  const auto roles = roles_of(score);
  for (std::size_t i = 0; i < score.tracks.size(); ++i) {
    const Track& track = score.tracks[i];
    if (track.is_drums) continue;
    append(view.notes, track, score.ticks_per_quarter);
    if (roles[i] == TrackRole::kMelody) append(view.melody, track, score.ticks_per_quarter);
  }
  sort(view.notes);
  sort(view.melody);
  view.highest = top_line_of(view.notes, kMiddleC);
  view.top_line = view.melody.empty() ? view.highest : top_line_of(view.melody, 0);
  add_bars(view, score);
  const auto sounding = sounding_in(view.half_bars, view.notes);
  PitchClassWeights all{};
  for (std::size_t i = 0; i < sounding.size(); ++i) {
    view.half_bars[i].triad = best_triad(sounding[i].weights, sounding[i].lowest % 12);
    for (std::size_t pitch = 0; pitch < 12; ++pitch) all[pitch] += sounding[i].weights[pitch];
  }
  view.key = key_by_profiles(all);
  if (!score.key_signatures.empty()) view.stated_key = score.key_signatures.front().key;
  return view;
}

std::span<const ViewNote> notes_in(std::span<const ViewNote> notes, int start, int steps) {
  const auto first = std::ranges::lower_bound(notes, start, {}, &ViewNote::sixteenth);
  const auto last = std::ranges::lower_bound(notes, start + steps, {}, &ViewNote::sixteenth);
  return {first, last};
}

}  // namespace s2m
