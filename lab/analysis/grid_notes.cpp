#include "lab/analysis/grid_notes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <tuple>

#include "lab/analysis/snap_onsets.h"
#include "lab/analysis/track_role.h"
#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr int kMaxEmptyBars = 4;
constexpr double kMaxPosition = 1 << 22;                   // 87,000 bars of 4/4; beyond it a file is broken
constexpr double kOnsetsOnGrid = 0.93, kEndsOnGrid = 0.9;  // shares

double position_of(const Score& score, std::int64_t ticks) {
  const double position = static_cast<double>(ticks) * kGridPerQuarter / score.ticks_per_quarter;
  if (position < 0 || position > kMaxPosition)
    throw Error("score", "a time that no bar can hold",
                "0 to " + std::to_string(static_cast<int>(kMaxPosition)) + " positions",
                std::to_string(static_cast<std::int64_t>(position)));
  return position;
}

// Within a 192nd of a quarter of its 24ths or 16ths: what notation writes, down to 64ths.
bool is_on_grid(double position) {
  constexpr double kNear = kGridPerQuarter / 192.0;
  const auto lies_on = [&](double step) {
    return std::abs(position / step - std::round(position / step)) * step <= kNear;
  };
  return lies_on(kGridPerQuarter / 24.0) || lies_on(kGridPerQuarter / 16.0);
}

// The nearest position, but no triplet's for what lies between: 32nds take the places 2, 5, 7 and 10 of a quarter.
int written_position(double position) {
  constexpr double kOfTriplet = 0.25;
  const int nearest = static_cast<int>(std::lround(position));
  const bool triplet = nearest % kGridPerQuarter == 4 || nearest % kGridPerQuarter == 8;
  if (triplet && std::abs(position - nearest) > kOfTriplet)
    return position < nearest ? nearest - 1 : nearest + 1;
  const double place = position - std::floor(position / kGridPerQuarter) * kGridPerQuarter;
  return std::abs(place - 10.5) < kOfTriplet ? nearest - 1 : nearest;
}

std::vector<int> snapped_in_any_order(const std::vector<double>& onsets) {
  std::vector<std::size_t> order(onsets.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return onsets[i]; });
  std::vector<double> sorted;
  for (const std::size_t i : order) sorted.push_back(onsets[i]);
  const auto positions = snap_onsets(sorted);
  std::vector<int> result(onsets.size());
  for (std::size_t i = 0; i < order.size(); ++i) result[order[i]] = positions[i];
  return result;
}

// Notes on the score's own positions, by start. Marked grace notes are left out.
std::vector<GridNote> notes_of(const Score& score, ScoreSource source) {
  std::vector<GridNote> notes;
  std::vector<double> onsets;
  for (std::size_t track = 0; track < score.tracks.size(); ++track) {
    if (score.tracks[track].is_drums) continue;
    for (const Note& note : score.tracks[track].notes) {
      if (note.marks & kGrace) continue;
      const std::int64_t length = std::max({0, note.length_ticks, note.written_ticks});
      onsets.push_back(position_of(score, note.start_ticks));
      notes.push_back({0, position_of(score, note.start_ticks + length), note.pitch & 127, note.velocity,
                       static_cast<int>(track)});
    }
  }
  const auto snapped =
      source == ScoreSource::kPerformance ? snapped_in_any_order(onsets) : std::vector<int>();
  for (std::size_t i = 0; i < notes.size(); ++i) {
    notes[i].start = snapped.empty() ? written_position(onsets[i]) : snapped[i];
    if (source == ScoreSource::kNotation) notes[i].end = written_position(notes[i].end);
    notes[i].end = std::max(notes[i].end, notes[i].start + 0.5);
  }
  std::ranges::stable_sort(notes, {}, &GridNote::start);
  return notes;
}

// ---- Bars.
// The longest of written_metres() that fits into `length`, `metre` itself where it fits exactly; nothing for none.
const Metre* fitting_metre(Metre metre, int length) {
  const Metre* best = nullptr;
  for (const Metre& one : written_metres()) {
    if (one == metre && bar_length(one) == length) return &one;
    if (bar_length(one) <= length && (!best || bar_length(one) > bar_length(*best))) best = &one;
  }
  return best;
}

// The score's metre map on the grid, with one note where the last one starts.
std::vector<Bar> bars_on_grid(const Score& score, const std::vector<GridNote>& notes) {
  Score grid;
  grid.ticks_per_quarter = kGridPerQuarter;
  grid.tracks.resize(1);
  for (const GridNote& note : notes) grid.tracks[0].notes.push_back({note.start, 1, 60, 64});
  const std::int32_t end = end_ticks(score);
  for (const auto& [start, metre] : score.time_signatures)
    if (start <= end)
      grid.time_signatures.push_back(
          {static_cast<std::int32_t>(std::lround(position_of(score, start))), metre});
  return bars(grid);
}

// A bar of the score on its own positions; `stretch` is what it holds there.
struct ScoreBar {
  int start, stretch;
  Metre metre;
};

std::vector<ScoreBar> written_bars(const std::vector<Bar>& bars) {
  std::vector<ScoreBar> result;
  for (const Bar& bar : bars) {
    const int end = bar.start_ticks + bar.length_ticks;
    for (int start = bar.start_ticks; start < end;) {
      const Metre* metre = fitting_metre(bar.metre, end - start);
      if (metre) {
        result.push_back({start, bar_length(*metre), *metre});
        start += bar_length(*metre);
      } else {
        if (!result.empty()) result.back().stretch += end - start;
        start = end;
      }
    }
  }
  return result;
}

// Without empty bars at the start and the end, and those beyond four in a row.
std::vector<ScoreBar> filled_bars(const std::vector<ScoreBar>& bars, const std::vector<GridNote>& notes) {
  std::vector<ScoreBar> result;
  std::size_t next = 0, filled = 0;
  int empty = kMaxEmptyBars;
  for (const ScoreBar& bar : bars) {
    const std::size_t first = next;
    while (next < notes.size() && notes[next].start < bar.start + bar.stretch) ++next;
    empty = next > first ? 0 : empty + 1;
    if (empty <= kMaxEmptyBars) result.push_back(bar);
    if (next > first) filled = result.size();
  }
  result.resize(filled);
  return result;
}

// Quarter notes per minute over the bar, to a hundredth: what a tempo in whole microseconds keeps.
double tempo_over(const Score& score, const TempoMap& tempos, const ScoreBar& bar) {
  const double ticks = static_cast<double>(score.ticks_per_quarter) / kGridPerQuarter;
  const double seconds =
      tempos.seconds_at((bar.start + bar.stretch) * ticks) - tempos.seconds_at(bar.start * ticks);
  return std::round(6000.0 * bar.stretch / kGridPerQuarter / std::max(seconds, 1e-6)) / 100;
}

void sort_without_doubles(std::vector<GridNote>& notes, const std::vector<TrackRole>& roles) {
  std::ranges::sort(notes, {}, [&](const GridNote& note) {
    const bool is_melody = roles[static_cast<std::size_t>(note.track)] == TrackRole::kMelody;
    return std::tuple(note.start, note.pitch, !is_melody, -note.end, note.track, note.velocity);
  });
  const auto same = [](const GridNote& a, const GridNote& b) {
    return a.start == b.start && a.pitch == b.pitch;
  };
  notes.erase(std::unique(notes.begin(), notes.end(), same), notes.end());
}

// ---- Ornaments.
constexpr double kShort = 1.5;  // positions

bool is_near(const GridNote& a, const GridNote& b, int semitones) {
  return a.pitch != b.pitch && std::abs(a.pitch - b.pitch) <= semitones;
}

// A short note beside its main note: struck with it, or just before it on a place that neither sixteenths nor triplets
// have, and in no run. `notes` by start.
bool is_grace(const std::vector<GridNote>& notes, std::size_t i) {
  const GridNote& note = notes[i];
  if (note.end - note.start > kShort) return false;
  const int place = note.start % 6;
  const bool off_grid = place == 1 || place == 5;
  for (std::size_t back = i; back-- > 0 && notes[back].start >= note.start - 2;) {
    if (notes[back].start < note.start && is_near(notes[back], note, 5)) return false;
    if (notes[back].start == note.start && is_near(notes[back], note, 3) &&
        notes[back].end - note.start > 2 * kShort)
      return true;
  }
  for (std::size_t next = i + 1; next < notes.size() && notes[next].start <= note.start + kShort; ++next) {
    const bool main = is_near(notes[next], note, 3) && notes[next].end - notes[next].start > 2 * kShort;
    if (main && (notes[next].start == note.start || off_grid)) return true;
  }
  return false;
}

void remove_graces(std::vector<GridNote>& notes) {
  std::vector<GridNote> kept;
  for (std::size_t i = 0; i < notes.size(); ++i)
    if (!is_grace(notes, i)) kept.push_back(notes[i]);
  notes = std::move(kept);
}

int count_notes(const Score& score) {
  std::size_t count = 0;
  for (const Track& track : score.tracks) count += track.is_drums ? 0 : track.notes.size();
  return static_cast<int>(count);
}

}  // namespace

double BarMap::operator()(double position) const {
  const auto above = std::upper_bound(stretches_.begin(), stretches_.end(), position,
                                      [](double at, const Stretch& one) { return at < one.score_start; });
  if (above == stretches_.begin()) return stretches_.front().start;
  const Stretch& one = *std::prev(above);
  const double inside = position - one.score_start;
  if (inside < one.length) return one.start + inside;
  // In what was left over of a bar its last position holds it; in a bar left out, the next one's start.
  return inside < one.score_length ? one.start + one.length - 1 : one.start + one.length;
}

ScoreSource source_of(const Score& score) {
  double notes = 0, onsets = 0, lengths = 0;
  for (const Track& track : score.tracks)
    for (const Note& note : track.notes) {
      if (track.is_drums) continue;
      ++notes;
      onsets += is_on_grid(position_of(score, note.start_ticks));
      lengths +=
          is_on_grid(position_of(score, std::int64_t{note.start_ticks} + std::max(0, note.length_ticks)));
    }
  if (onsets < kOnsetsOnGrid * notes) return ScoreSource::kPerformance;
  return lengths < kEndsOnGrid * notes ? ScoreSource::kSequence : ScoreSource::kNotation;
}

GridReading read_on_grid(const Score& score, ScoreSource source) {
  if (score.ticks_per_quarter < 1)
    throw Error("score", "bad grid", "at least 1 tick per quarter", std::to_string(score.ticks_per_quarter));
  std::vector<GridNote> notes = notes_of(score, source);
  if (notes.empty()) throw Error("score", "has no notes");
  const auto bars = filled_bars(written_bars(bars_on_grid(score, notes)), notes);
  if (bars.empty()) throw Error("score", "no bar is as long as a sixteenth");
  GridPiece piece;
  std::vector<BarMap::Stretch> stretches;
  const TempoMap tempos(score);
  int at = 0;
  for (const ScoreBar& bar : bars) {
    const int length = bar_length(bar.metre);
    piece.bars.push_back({at, length, bar.metre, tempo_over(score, tempos, bar)});
    stretches.push_back({bar.start, bar.stretch, at, length});
    at += length;
  }
  BarMap map(std::move(stretches));
  const int count = count_notes(score);
  for (GridNote& note : notes) {
    const double length = note.end - note.start;
    note.start = static_cast<int>(map(note.start));
    note.end = std::max(map(note.end), note.start + std::min(length, 0.5));
  }
  sort_without_doubles(notes, roles_of(score));
  remove_graces(notes);
  piece.notes = std::move(notes);
  return {std::move(piece), std::move(map), count};
}

}  // namespace s2m
