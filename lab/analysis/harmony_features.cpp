#include "lab/analysis/harmony_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "story2midi/music/key.h"

namespace s2m {
namespace {

constexpr double kMostEvidence = 8;  // of a mode: beyond it more says nothing
constexpr double kLongestNote = 10;  // seconds; a piano's note has died away
constexpr int kKeyBeats = 8;         // over which a local key is heard
constexpr double kClearChord = 0.8;  // share of a beat's sound that a chord must explain
constexpr std::array kNaturalScale{0, 2, 4, 5, 7, 9, 11};

double sum_of(const PitchClassWeights& weights) {
  return std::accumulate(weights.begin(), weights.end(), 0.0);
}

// Seconds that each pitch class sounds from each beat to the next.
std::vector<PitchClassWeights> sound_by_beat(std::span<const TimedNote> notes,
                                             std::span<const double> beats) {
  std::vector<PitchClassWeights> sound(beats.size() > 1 ? beats.size() - 1 : 0);
  for (const TimedNote& note : notes) {
    const double end = note.seconds + std::min(kLongestNote, note.length_seconds);
    const auto after = std::upper_bound(beats.begin(), beats.end(), note.seconds) - beats.begin();
    for (std::size_t beat = after > 0 ? after - 1 : 0; beat < sound.size() && beats[beat] < end; ++beat)
      sound[beat][note.pitch % 12] +=
          std::max(0.0, std::min(end, beats[beat + 1]) - std::max(note.seconds, beats[beat]));
  }
  return sound;
}

PitchClassWeights whole_sound(std::span<const TimedNote> notes) {
  PitchClassWeights sound{};
  for (const TimedNote& note : notes) sound[note.pitch % 12] += std::min(kLongestNote, note.length_seconds);
  return sound;
}

std::array<double, 12> shares_above(int tonic, const PitchClassWeights& sound) {
  const double total = sum_of(sound);
  std::array<double, 12> shares{};
  if (total > 0)
    for (int degree = 0; degree < 12; ++degree) shares[degree] = sound[(tonic + degree) % 12] / total;
  return shares;
}

void measure_key(MusicFeatures& features, const PitchClassWeights& sound) {
  const KeyEstimate found = find_key(sound);
  features.major_evidence = std::clamp(major_evidence(sound), -kMostEvidence, kMostEvidence);
  features.key_confidence = found.confidence;
  features.degrees = shares_above(found.key.tonic, sound);
  features.scale = shares_above(key_of_sharps(sharps_of(found.key), Mode::kMajor).tonic, sound);
  features.chromatic_share = 1;
  for (const int degree : kNaturalScale) features.chromatic_share -= features.scale[degree];
  features.chromatic_share = std::max(0.0, features.chromatic_share);
  for (const double share : features.degrees)
    if (share > 0) features.pitch_class_entropy -= share * std::log2(share);
}

void measure_local_keys(MusicFeatures& features, std::span<const PitchClassWeights> by_beat) {
  std::set<std::pair<int, Mode>> keys;
  double stretches = 0;
  for (std::size_t first = 0; first < by_beat.size(); first += kKeyBeats) {
    PitchClassWeights sound{};
    for (std::size_t i = first; i < std::min(by_beat.size(), first + kKeyBeats); ++i)
      for (int pitch = 0; pitch < 12; ++pitch) sound[pitch] += by_beat[i][pitch];
    if (sum_of(sound) <= 0) continue;
    const Key key = find_key(sound).key;
    keys.insert({key.tonic, key.mode});
    features.local_major += std::tanh(major_evidence(sound) / 2);
    ++stretches;
  }
  if (stretches == 0) return;
  features.local_major /= stretches;
  features.keys_heard = static_cast<double>(keys.size()) / stretches;
}

struct ChordKind {
  std::array<int, 3> tones;
  double MusicFeatures::*share;
};
constexpr std::array kChordKinds{ChordKind{{0, 4, 7}, &MusicFeatures::major_chords},
                                 ChordKind{{0, 3, 7}, &MusicFeatures::minor_chords},
                                 ChordKind{{0, 3, 6}, &MusicFeatures::diminished_chords},
                                 ChordKind{{0, 5, 7}, &MusicFeatures::suspended_chords}};

// The chord that explains most of a beat's sound, each of its tones being there.
double MusicFeatures::*chord_of(const PitchClassWeights& sound) {
  const double total = sum_of(sound);
  double best = kClearChord * total;
  double MusicFeatures::*found = &MusicFeatures::unclear_chords;
  for (int root = 0; root < 12; ++root)
    for (const ChordKind& kind : kChordKinds) {
      double explained = 0, least = total;
      for (const int tone : kind.tones) {
        explained += sound[(root + tone) % 12];
        least = std::min(least, sound[(root + tone) % 12]);
      }
      if (least < 0.05 * total || explained <= best) continue;
      best = explained;
      found = kind.share;
    }
  return found;
}

void measure_chords(MusicFeatures& features, std::span<const PitchClassWeights> by_beat) {
  double beats = 0;
  for (const PitchClassWeights& sound : by_beat) {
    if (sum_of(sound) <= 0) continue;
    features.*chord_of(sound) += 1;
    ++beats;
  }
  if (beats == 0) return;
  for (const ChordKind& kind : kChordKinds) features.*kind.share /= beats;
  features.unclear_chords /= beats;
}

void measure_intervals(MusicFeatures& features, std::span<const TimedNote> notes) {
  std::vector<const TimedNote*> sounding;
  const auto end_of = [](const TimedNote& note) {
    return note.seconds + std::min(kLongestNote, note.length_seconds);
  };
  for (const TimedNote& note : notes) {
    std::erase_if(sounding, [&](const TimedNote* other) { return end_of(*other) <= note.seconds; });
    for (const TimedNote* other : sounding) {
      const int distance = std::abs(note.pitch - other->pitch) % 12;
      features.intervals[std::min(distance, 12 - distance)] +=
          std::min(end_of(note), end_of(*other)) - note.seconds;
    }
    sounding.push_back(&note);
  }
  const double total = std::accumulate(features.intervals.begin(), features.intervals.end(), 0.0);
  if (total <= 0) return;
  for (double& time : features.intervals) time /= total;
  features.dissonance = features.intervals[1] + features.intervals[2] + features.intervals[6];
}

}  // namespace

void measure_harmony(MusicFeatures& features, std::span<const TimedNote> notes,
                     std::span<const double> beat_seconds) {
  const auto by_beat = sound_by_beat(notes, beat_seconds);
  measure_key(features, whole_sound(notes));
  measure_local_keys(features, by_beat);
  measure_chords(features, by_beat);
  measure_intervals(features, notes);
}

}  // namespace s2m
