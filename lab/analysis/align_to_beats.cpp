#include <algorithm>
#include <cmath>

#include "lab/analysis/beats.h"
#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"

namespace s2m {
namespace {

constexpr int kTicksPerBeat = 480;
constexpr double kSlowest = 0xffffff;  // microseconds a quarter that a MIDI file can hold

void check(std::span<const double> beats, int beats_per_bar) {
  if (beats.size() < 2) throw Error("beats", "too few", "at least 2", std::to_string(beats.size()));
  if (beats_per_bar < 1) throw Error("beats", "bad bar", "at least 1 beat", std::to_string(beats_per_bar));
  for (std::size_t i = 1; i < beats.size(); ++i)
    if (!(beats[i] > beats[i - 1]))
      throw Error("beat " + std::to_string(i), "does not ascend",
                  "after " + std::to_string(beats[i - 1]) + " s", std::to_string(beats[i]) + " s");
}

// Seconds to beats, beats to ticks of the new score.
class BeatGrid {
 public:
  explicit BeatGrid(std::span<const double> beats) : beats_(beats) {}

  // Beat number, fractional; before the first and after the last beat the outermost interval goes on.
  double beat_at(double seconds) const {
    const auto above = std::upper_bound(beats_.begin() + 1, beats_.end() - 1, seconds) - beats_.begin();
    const double from = beats_[above - 1], to = beats_[above];
    return static_cast<double>(above - 1) + (seconds - from) / (to - from);
  }

  double seconds_of_beat(int beat) const {
    const int last = static_cast<int>(beats_.size()) - 1, from = std::clamp(beat, 0, last - 1);
    return beats_[from] + (beat - from) * (beats_[from + 1] - beats_[from]);
  }

  // Beat number that lies at tick 0.
  int origin = 0;

  std::int32_t ticks_at_beat(double beat) const {
    return static_cast<std::int32_t>(std::lround(std::max(0.0, (beat - origin) * kTicksPerBeat)));
  }

 private:
  std::span<const double> beats_;
};

// Beats that lie so close together that the music would fill more than limits::kMostQuarters of them.
void check_span(const Score& performance, const BeatGrid& grid) {
  const double first = grid.beat_at(0), last = grid.beat_at(seconds_at(performance, end_ticks(performance)));
  if (!(std::abs(first) <= limits::kMostQuarters && std::abs(last) <= limits::kMostQuarters))
    throw Error(ErrorKind::kLimit, "beats", "are too close together for the music",
                std::to_string(limits::kMostQuarters) + " at most",
                std::to_string(std::max(std::abs(first), std::abs(last))));
}

// Moves ticks of `performance` onto the grid.
class Mover {
 public:
  Mover(const Score& performance, const BeatGrid& grid) : tempo_map_(performance), grid_(grid) {}

  std::int32_t operator()(std::int32_t ticks) const {
    return grid_.ticks_at_beat(grid_.beat_at(tempo_map_.seconds_at(ticks)));
  }

 private:
  TempoMap tempo_map_;
  const BeatGrid& grid_;
};

double first_note_beat(const Score& performance, const BeatGrid& grid) {
  const Note* first = nullptr;
  for (const Track& track : performance.tracks)
    for (const Note& note : track.notes)
      if (!first || note.start_ticks < first->start_ticks) first = &note;
  // A 96th of a beat of leeway: a first note on its beat must not open a bar earlier for a rounding error.
  return first ? grid.beat_at(seconds_at(performance, first->start_ticks)) + 1.0 / 96 : 0;
}

Track moved(const Track& track, const Mover& mover) {
  Track result = track;
  for (Note& note : result.notes) {
    const std::int32_t end = mover(note.start_ticks + note.length_ticks);
    note.start_ticks = mover(note.start_ticks);
    note.length_ticks = std::max(1, end - note.start_ticks);
  }
  std::sort(result.notes.begin(), result.notes.end());
  for (PedalSpan& span : result.pedal) span = {mover(span.start_ticks), mover(span.end_ticks)};
  std::erase_if(result.pedal, [](const PedalSpan& span) { return span.end_ticks <= span.start_ticks; });
  return result;
}

// One tempo a beat from tick 0 on; equal neighbours are merged.
std::vector<Tempo> tempos_of(const BeatGrid& grid, int last_beat) {
  std::vector<Tempo> tempos;
  for (int beat = grid.origin; beat < std::max(last_beat, grid.origin + 1); ++beat) {
    const double seconds = grid.seconds_of_beat(beat + 1) - grid.seconds_of_beat(beat);
    const Tempo tempo{grid.ticks_at_beat(beat),
                      static_cast<std::int32_t>(std::lround(std::min(seconds * 1e6, kSlowest)))};
    if (tempos.empty() || tempos.back().microseconds_per_quarter != tempo.microseconds_per_quarter)
      tempos.push_back(tempo);
  }
  return tempos;
}

}  // namespace

Score align_to_beats(const Score& performance, std::span<const double> beat_seconds, int beats_per_bar,
                     int first_downbeat) {
  check(beat_seconds, beats_per_bar);
  BeatGrid grid(beat_seconds);
  check_span(performance, grid);
  const double first = first_note_beat(performance, grid);
  const int bars_before = static_cast<int>(std::floor((first - first_downbeat) / beats_per_bar));
  grid.origin = first_downbeat + bars_before * beats_per_bar;

  const Mover mover(performance, grid);
  Score result;
  result.ticks_per_quarter = kTicksPerBeat;
  for (const Track& track : performance.tracks) result.tracks.push_back(moved(track, mover));
  result.tempos = tempos_of(grid, static_cast<int>(beat_seconds.size()) - 1);
  result.time_signatures = {{0, beats_per_bar, 4}};
  result.key_signatures = performance.key_signatures;
  for (KeySignature& signature : result.key_signatures) signature.start_ticks = mover(signature.start_ticks);
  result.markers = performance.markers;
  for (Marker& marker : result.markers) marker.start_ticks = mover(marker.start_ticks);
  return result;
}

Score on_found_beats(const Score& performance) {
  const std::vector<double> beats = track_beats(performance);
  if (beats.size() < 2) throw Error("beats", "too few found", "2", std::to_string(beats.size()));
  const int beats_per_bar = guess_beats_per_bar(performance, beats);
  return align_to_beats(performance, beats, beats_per_bar, find_downbeat(performance, beats, beats_per_bar));
}

}  // namespace s2m
