#include <algorithm>
#include <cmath>
#include <span>

#include "lab/analysis/beats.h"
#include "lab/analysis/harmony_features.h"
#include "lab/analysis/music_features.h"
#include "lab/analysis/onsets.h"
#include "lab/statistics/statistics.h"
#include "story2midi/music/measures.h"

namespace s2m {
namespace {

constexpr double kStretchSeconds = 4;  // over which loudness and density are followed

template <class Holds>
double share(std::span<const double> values, Holds holds) {
  if (values.empty()) return 0;
  return static_cast<double>(std::ranges::count_if(values, holds)) / static_cast<double>(values.size());
}

template <class Value>
std::vector<double> each(const auto& things, Value value) {
  std::vector<double> values;
  values.reserve(things.size());
  for (const auto& thing : things) values.push_back(value(thing));
  return values;
}

Score without_drums(Score score) {
  std::erase_if(score.tracks, [](const Track& track) { return track.is_drums; });
  return score;
}

// A piece as the features look at it: notes by the clock, and those struck together.
struct Piece {
  explicit Piece(const Score& score)
      : notes(timed_notes(score)), onsets(struck_together(notes)), beats(track_beats(score)) {
    for (const TimedNote& note : notes) end = std::max(end, note.seconds + note.length_seconds);
    start = notes.empty() ? 0 : notes.front().seconds;
  }
  double seconds() const { return std::max(0.25, end - start); }

  std::vector<TimedNote> notes;
  std::vector<std::span<const TimedNote>> onsets;
  std::vector<double> beats;
  double start = 0, end = 0;
};

// Seconds from each onset to the next.
std::vector<double> steps(const Piece& piece) {
  std::vector<double> result;
  for (std::size_t i = 1; i < piece.onsets.size(); ++i)
    result.push_back(piece.onsets[i].front().seconds - piece.onsets[i - 1].front().seconds);
  return result;
}

// For each stretch of four seconds (a last one of at least two), what `value` makes of the notes in it.
template <class Value>
std::vector<double> over_stretches(const Piece& piece, Value value) {
  std::vector<double> values;
  auto first = piece.notes.begin();
  for (double from = piece.start; from + kStretchSeconds / 2 <= piece.end; from += kStretchSeconds) {
    const double to = std::min(from + kStretchSeconds, piece.end);
    const auto last =
        std::find_if(first, piece.notes.end(), [&](const TimedNote& note) { return note.seconds >= to; });
    value(values, std::span(first, last), to - from);
    first = last;
  }
  return values;
}

void measure_rhythm(MusicFeatures& features, const Piece& piece) {
  const double notes = static_cast<double>(piece.notes.size()),
               onsets = static_cast<double>(piece.onsets.size());
  features.notes_per_second = notes / piece.seconds();
  features.onsets_per_second = onsets / piece.seconds();
  features.notes_per_onset = notes / onsets;
  const std::vector<double> gaps = steps(piece);
  features.short_steps = share(gaps, [](double gap) { return gap < 0.18; });
  features.long_steps = share(gaps, [](double gap) { return gap >= 0.6; });
  features.rhythm_variety = deviation(each(gaps, [](double gap) { return std::log(gap); }));
  double change = 0;
  for (std::size_t i = 1; i < gaps.size(); ++i)
    change += std::abs(gaps[i] - gaps[i - 1]) / ((gaps[i] + gaps[i - 1]) / 2);
  features.rhythm_change = gaps.size() > 1 ? change / static_cast<double>(gaps.size() - 1) : 0;
  const auto density = over_stretches(piece, [](auto& values, auto in_stretch, double seconds) {
    values.push_back(static_cast<double>(struck_together(in_stretch).size()) / seconds);
  });
  features.density_variety = mean(density) > 0 ? deviation(density) / mean(density) : 0;
}

void measure_found_beats(MusicFeatures& features, const Piece& piece) {
  if (piece.beats.size() < 2) return;
  std::vector<double> intervals;
  for (std::size_t i = 1; i < piece.beats.size(); ++i)
    intervals.push_back(piece.beats[i] - piece.beats[i - 1]);
  features.found_tempo_bpm = 60 / quantile(intervals, 0.5);
  features.notes_per_found_beat = features.notes_per_second * quantile(intervals, 0.5);
}

void measure_articulation(MusicFeatures& features, const Piece& piece) {
  features.length_seconds =
      mean(each(piece.notes, [](const TimedNote& note) { return note.length_seconds; }));
  const std::vector<double> gaps = steps(piece);
  std::vector<double> held;
  for (std::size_t i = 0; i < gaps.size(); ++i)
    for (const TimedNote& note : piece.onsets[i])
      held.push_back(std::min(3.0, note.length_seconds / gaps[i]));
  features.legato = mean(held);
  features.detached_share = share(held, [](double part) { return part < 0.5; });
  double sounding = 0, reached = piece.start, notes = 0;
  for (const TimedNote& note : piece.notes) {
    const double end = note.seconds + note.length_seconds;
    sounding += std::max(0.0, end - std::max(note.seconds, reached));
    reached = std::max(reached, end);
    notes += note.length_seconds;
  }
  features.polyphony = sounding > 0 ? notes / sounding : 0;
  features.silence_share = std::max(0.0, 1 - sounding / piece.seconds());
}

// Of the tracks with most pedal.
void measure_pedal(MusicFeatures& features, const Score& score, const Piece& piece) {
  const TempoMap map(score);
  for (const Track& track : score.tracks) {
    double down = 0;
    for (const PedalSpan& span : track.pedal)
      down += std::max(0.0, std::min(piece.end, map.seconds_at(span.end_ticks)) -
                                std::max(piece.start, map.seconds_at(span.start_ticks)));
    features.pedal_share = std::max(features.pedal_share, std::min(1.0, down / piece.seconds()));
  }
}

const TimedNote& highest(std::span<const TimedNote> together) {
  return *std::ranges::max_element(together, {}, &TimedNote::pitch);
}

const TimedNote& lowest(std::span<const TimedNote> together) {
  return *std::ranges::min_element(together, {}, &TimedNote::pitch);
}

void measure_dynamics(MusicFeatures& features, const Piece& piece) {
  const auto velocities = each(piece.notes, [](const TimedNote& note) { return double(note.velocity); });
  features.velocity = mean(velocities);
  features.velocity_deviation = deviation(velocities);
  const auto loudness = over_stretches(piece, [](auto& values, auto in_stretch, double) {
    if (in_stretch.empty()) return;
    values.push_back(mean(each(in_stretch, [](const TimedNote& note) { return double(note.velocity); })));
  });
  features.velocity_swell = deviation(loudness);
  std::vector<double> prominence;
  for (const auto together : piece.onsets)
    if (together.size() > 1) {
      const double all = mean(each(together, [](const TimedNote& note) { return double(note.velocity); }));
      prominence.push_back(highest(together).velocity - all);
    }
  features.melody_prominence = mean(prominence);
}

void measure_register(MusicFeatures& features, const Piece& piece) {
  const auto pitches = each(piece.notes, [](const TimedNote& note) { return double(note.pitch); });
  features.pitch = mean(pitches);
  features.pitch_deviation = deviation(pitches);
  features.low_share = share(pitches, [](double pitch) { return pitch < 48; });
  features.high_share = share(pitches, [](double pitch) { return pitch >= 84; });
  const auto melody = each(piece.onsets, [](auto together) { return double(highest(together).pitch); });
  features.melody_pitch = mean(melody);
  features.bass_pitch =
      mean(each(piece.onsets, [](auto together) { return double(lowest(together).pitch); }));
  std::vector<double> moves;
  for (std::size_t i = 1; i < melody.size(); ++i)
    moves.push_back(std::min(12.0, std::abs(melody[i] - melody[i - 1])));
  features.melody_interval = mean(moves);
  features.melody_repeat = share(moves, [](double move) { return move == 0; });
  features.melody_step = share(moves, [](double move) { return move == 1 || move == 2; });
  features.melody_leap = share(moves, [](double move) { return move >= 7; });
}

void measure_grid(MusicFeatures& features, const Score& score) {
  const Measures measures = measure(score);
  features.major_share = major_share(score);
  features.tempo_bpm = measures.tempo_bpm;
  features.notes_per_beat = measures.notes_per_beat;
  features.length_beats = measures.mean_length_beats;
}

}  // namespace

MusicFeatures music_features(const Score& with_drums) {
  const Score score = without_drums(with_drums);
  const Piece piece(score);
  MusicFeatures features;
  if (piece.notes.empty()) return features;
  measure_grid(features, score);
  measure_harmony(features, piece.notes, piece.beats);
  measure_rhythm(features, piece);
  measure_found_beats(features, piece);
  measure_articulation(features, piece);
  measure_pedal(features, score, piece);
  measure_dynamics(features, piece);
  measure_register(features, piece);
  return features;
}

}  // namespace s2m
