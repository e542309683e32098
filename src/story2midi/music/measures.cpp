#include "story2midi/music/measures.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "story2midi/music/key.h"

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

// All pitched notes of a score, sorted, and what is needed to look at a stretch of them.
struct NoteTable {
  explicit NoteTable(const Score& score) : notes(pitched_notes(score)), tempo_map(score) {
    for (const Note& note : notes) longest_ticks = std::max(longest_ticks, note.length_ticks);
  }

  // Notes that start in [start, end).
  std::span<const Note> starting(double start, double end) const {
    const auto starts_before = [](const Note& note, double tick) { return note.start_ticks < tick; };
    const auto first = std::lower_bound(notes.begin(), notes.end(), start, starts_before);
    return {first, std::lower_bound(first, notes.end(), end, starts_before)};
  }

  std::vector<Note> notes;
  TempoMap tempo_map;
  std::int32_t longest_ticks = 0;
};

// What sounds in the stretch: time of each pitch class, and time in which there is any sound, both in ticks.
struct Sound {
  PitchClassWeights pitch_classes{};
  double any = 0;
};

Sound sound_in(const NoteTable& table, TickRange range) {
  Sound sound;
  double reached = range.start_ticks;
  for (const Note& note :
       table.starting(double{1} * range.start_ticks - table.longest_ticks, range.end_ticks)) {
    const double start = std::max(note.start_ticks, range.start_ticks);
    const double end = std::min<double>(double{1} * note.start_ticks + note.length_ticks, range.end_ticks);
    if (end <= start) continue;
    sound.pitch_classes[note.pitch % 12] += end - start;
    sound.any += std::max(0.0, end - std::max(start, reached));
    reached = std::max(reached, end);
  }
  return sound;
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
  if (result.beats > 0) result.notes_per_beat = count / result.beats;
}

Measures measure(const NoteTable& table, TickRange range, int ticks_per_quarter) {
  Measures result;
  result.beats = (double{1} * range.end_ticks - range.start_ticks) / ticks_per_quarter;
  const double seconds =
      table.tempo_map.seconds_at(range.end_ticks) - table.tempo_map.seconds_at(range.start_ticks);
  if (seconds > 0) result.tempo_bpm = 60 * result.beats / seconds;
  const auto notes = table.starting(range.start_ticks, range.end_ticks);
  if (!notes.empty()) measure_notes(result, notes, ticks_per_quarter);
  const Sound sound = sound_in(table, range);
  result.pitch_class_entropy = entropy_bits(sound.pitch_classes);
  if (sound.any > 0)
    result.polyphony =
        std::accumulate(sound.pitch_classes.begin(), sound.pitch_classes.end(), 0.0) / sound.any;
  return result;
}

}  // namespace

Measures measure(const Score& score, TickRange range) {
  return measure(NoteTable(score), range, score.ticks_per_quarter);
}

Measures measure(const Score& score) { return measure(score, {0, end_ticks(score)}); }

std::vector<Measures> measure_bars(const Score& score) {
  const NoteTable table(score);
  std::vector<Measures> result;
  for (const Bar& bar : bars(score))
    result.push_back(
        measure(table, {bar.start_ticks, bar.start_ticks + bar.length_ticks}, score.ticks_per_quarter));
  return result;
}

double major_share(const Score& score, int window_bars) {
  const std::vector<Bar> all = bars(score);
  const std::vector<KeyEstimate> keys = find_bar_keys(score, window_bars);
  double major = 0, total = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    total += all[i].length_ticks;
    if (keys[i].key.mode == Mode::kMajor) major += all[i].length_ticks;
  }
  return total > 0 ? major / total : 0.5;
}

}  // namespace s2m
