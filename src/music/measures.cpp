#include "music/measures.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "music/key.h"

namespace s2m {
namespace {

std::vector<Note> pitched_notes(const Score& score) {
  std::vector<Note> notes;
  for (const Track& track : score.tracks)
    if (!track.is_drums) notes.insert(notes.end(), track.notes.begin(), track.notes.end());
  std::sort(notes.begin(), notes.end());
  return notes;
}

double entropy_bits(const PitchClassWeights& weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  double bits = 0;
  for (double weight : weights)
    if (weight > 0) bits -= weight / total * std::log2(weight / total);
  return bits;
}

// Ticks of the stretch in which at least one of the notes (sorted by start) sounds.
double sounding_ticks(const std::vector<Note>& notes, TickRange range) {
  double total = 0, reached = range.start_ticks;
  for (const Note& note : notes) {
    const double start = std::max<double>(note.start_ticks, reached);
    const double end = std::min<double>(double{1} * note.start_ticks + note.length_ticks, range.end_ticks);
    if (end > start) total += end - start, reached = end;
  }
  return total;
}

// The notes' means; `notes` are those that start in the stretch, not empty.
void measure_notes(Measures& result, std::span<const Note> notes, int ticks_per_quarter) {
  const double count = static_cast<double>(notes.size());
  double pitch = 0, velocity = 0, length = 0;
  for (const Note& note : notes) {
    pitch += note.pitch;
    velocity += note.velocity;
    length += note.length_ticks;
  }
  result.notes = static_cast<int>(notes.size());
  result.mean_pitch = pitch / count;
  result.mean_velocity = velocity / count;
  result.mean_length_beats = length / count / ticks_per_quarter;
  if (result.beats > 0) result.notes_a_beat = count / result.beats;
}

// `notes` are all pitched notes of the score, sorted.
Measures measure(const Score& score, const std::vector<Note>& notes, TickRange range) {
  Measures result;
  result.beats = double(range.end_ticks - range.start_ticks) / score.ticks_per_quarter;
  const double seconds = seconds_at(score, range.end_ticks) - seconds_at(score, range.start_ticks);
  if (seconds > 0) result.tempo_bpm = 60 * result.beats / seconds;
  const auto starts_before = [](const Note& note, std::int32_t tick) { return note.start_ticks < tick; };
  const auto first = std::lower_bound(notes.begin(), notes.end(), range.start_ticks, starts_before);
  const auto last = std::lower_bound(first, notes.end(), range.end_ticks, starts_before);
  if (first != last) measure_notes(result, {first, last}, score.ticks_per_quarter);
  const PitchClassWeights weights = pitch_class_weights(score, range.start_ticks, range.end_ticks);
  result.pitch_class_entropy = entropy_bits(weights);
  const double sounding = sounding_ticks(notes, range) / score.ticks_per_quarter;
  if (sounding > 0) result.polyphony = std::accumulate(weights.begin(), weights.end(), 0.0) / sounding;
  return result;
}

}  // namespace

Measures measure(const Score& score, TickRange range) { return measure(score, pitched_notes(score), range); }

Measures measure(const Score& score) { return measure(score, {0, end_ticks(score)}); }

std::vector<Measures> measure_bars(const Score& score) {
  const std::vector<Note> notes = pitched_notes(score);
  std::vector<Measures> result;
  for (const Bar& bar : bars(score))
    result.push_back(measure(score, notes, {bar.start_ticks, bar.start_ticks + bar.length_ticks}));
  return result;
}

double major_share(const Score& score, int window_bars) {
  const std::vector<Bar> all = bars(score);
  const int count = static_cast<int>(all.size());
  double major = 0, total = 0;
  for (int i = 0; i < count; ++i) {
    const Bar& first = all[std::max(0, i - window_bars / 2)];
    const Bar& last = all[std::min(count - 1, i + (window_bars - 1) / 2)];
    const Key key = find_key(score, first.start_ticks, last.start_ticks + last.length_ticks).key;
    total += all[i].length_ticks;
    if (key.mode == Mode::kMajor) major += all[i].length_ticks;
  }
  return total > 0 ? major / total : 0.5;
}

}  // namespace s2m
