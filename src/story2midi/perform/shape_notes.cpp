#include <algorithm>
#include <cmath>
#include <map>

#include "story2midi/perform/noise.h"
#include "story2midi/perform/shape.h"
#include "story2midi/perform/streams.h"

namespace s2m {
namespace {

constexpr double kLowestVelocity = 8, kHighestVelocity = 122;
constexpr double kHitVelocity = 14;        // steps above the other notes
constexpr double kFarthestSeconds = 0.03;  // an onset's way from the beat
constexpr std::int32_t kShortestTicks = 30;

// A note's own index for noise, which no other note changes.
std::uint64_t index_of(const NoteFeatures& one) {
  return static_cast<std::uint64_t>(one.instrument) << 32 |
         (static_cast<std::uint64_t>(one.note.start) * 128 + one.note.pitch);
}

template <std::size_t kRules>
double sum_of(const std::array<PerformanceRule, kRules>& rules, const std::array<double, kRules>& features,
              ValenceArousal emotion) {
  double sum = 0;
  for (std::size_t rule = 0; rule < kRules; ++rule)
    sum += coloured_weight(rules[rule], emotion) * features[rule];
  return sum;
}

// Steps of velocity by which a bar stands above its phrase's mean.
double swell(const Performance& performance, const Phrase& phrase, int bar) {
  const auto& rule = kVelocityRules[kPhraseArchLoud];
  double arch = 0, drift = 0, mean_arch = 0, mean_drift = 0;
  for (int at = phrase.first_bar; at < phrase.first_bar + phrase.bars; ++at) {
    const double here = phrase_arch((at - phrase.first_bar + .5) / phrase.bars);
    const double noise =
        pink_noise(performance.options.seed, kLoudnessStream, static_cast<std::uint64_t>(at));
    mean_arch += here / phrase.bars;
    mean_drift += noise / phrase.bars;
    if (at == bar) arch = here, drift = noise;
  }
  return coloured_weight(rule, performance.asked(bar).emotion) * (arch - mean_arch) +
         kLoudnessDrift * (drift - mean_drift);
}

// `value` of each note, less its mean over the notes of the bar.
template <class Value>
std::vector<double> about_bar_means(const Performance& performance, const std::vector<PerformedNote>& notes,
                                    const Value& value) {
  std::vector<double> values, sums(performance.plan.bars.size()), counts(performance.plan.bars.size());
  for (const PerformedNote& note : notes) {
    values.push_back(value(note.written));
    sums[static_cast<std::size_t>(note.written.bar)] += values.back();
    ++counts[static_cast<std::size_t>(note.written.bar)];
  }
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const auto bar = static_cast<std::size_t>(notes[i].written.bar);
    values[i] -= sums[bar] / counts[bar];
  }
  return values;
}

bool is_hit(const Performance& performance, const NoteFeatures& one) {
  const auto& hits = performance.asked(one.bar).hits;
  return std::ranges::find(hits, one.note.start - performance.bar(one.bar).start) != hits.end();
}

std::int32_t ticks_of(double seconds, double tempo_bpm) {
  return static_cast<std::int32_t>(std::lround(seconds * tempo_bpm / 60 * kTicksPerQuarter));
}

// By start: the mean velocity of the notes struck there.
std::map<int, double> chord_velocities(std::span<const PerformedNote> notes) {
  std::map<int, std::pair<double, int>> sums;
  for (const PerformedNote& note : notes) {
    auto& [sum, count] = sums[note.written.note.start];
    sum += note.velocity, ++count;
  }
  std::map<int, double> means;
  for (const auto& [start, sum] : sums) means[start] = sum.first / sum.second;
  return means;
}

}  // namespace

void shape_velocities(const Performance& performance, std::vector<PerformedNote>& notes) {
  const auto& options = performance.options;
  const auto above = about_bar_means(performance, notes, [&](const NoteFeatures& one) {
    return kVelocityContrast * sum_of(kVelocityRules, one.velocity, performance.asked(one.bar).emotion) +
           kVelocityNoise * bell_noise(options.seed, kVelocityStream, index_of(one));
  });
  std::vector<double> levels;
  for (const Phrase& phrase : performance.phrases)
    for (int bar = phrase.first_bar; bar < phrase.first_bar + phrase.bars; ++bar)
      levels.push_back(performance.asked(bar).loudness + options.humanise * swell(performance, phrase, bar));
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const auto& written = notes[i].written;
    const double hit = is_hit(performance, written) ? kHitVelocity : 0;
    notes[i].velocity = std::clamp(
        levels[static_cast<std::size_t>(written.bar)] + options.humanise * above[i] + written.accent + hit,
        kLowestVelocity, kHighestVelocity);
  }
}

void shape_onsets(const Performance& performance, std::vector<PerformedNote>& notes) {
  const auto& options = performance.options;
  const auto velocities = chord_velocities(notes);
  for (PerformedNote& note : notes) {
    const int start = note.written.note.start;
    note.start_ticks = start * kTicksPerPosition;
    auto features = note.written.onset;
    const auto here = velocities.find(start);
    features[kLoudLead] = (note.velocity - here->second) / 10;
    const double late = sum_of(kOnsetRules, features, performance.asked(note.written.bar).emotion) +
                        kOnsetNoise * bell_noise(options.seed, kOnsetStream, index_of(note.written));
    const double seconds = std::clamp(options.humanise * late / 1000, -kFarthestSeconds, kFarthestSeconds);
    // No note leaves its bar.
    const int in_bar = start - performance.piece.bars[static_cast<std::size_t>(note.written.bar)].start;
    const int before = here == velocities.begin() ? 0 : std::min(4 * in_bar, start - std::prev(here)->first);
    const int after = std::next(here) == velocities.end() ? kGridPerQuarter : std::next(here)->first - start;
    note.start_ticks += std::clamp(ticks_of(seconds, performance.bar(note.written.bar).tempo_bpm),
                                   -before * kTicksPerPosition / 4, after * kTicksPerPosition / 4);
  }
}

void shape_lengths(const Performance& performance, std::vector<PerformedNote>& notes) {
  const auto& piece = performance.piece;
  const double humanise = performance.options.humanise;
  const auto end = (piece.bars.back().start + piece.bars.back().positions) * kTicksPerPosition;
  const auto contrasts = about_bar_means(performance, notes, [&](const NoteFeatures& one) {
    return sum_of(kArticulationRules, one.articulation, performance.asked(one.bar).emotion);
  });
  for (std::size_t i = 0; i < notes.size(); ++i) {
    PerformedNote& note = notes[i];
    const int written = note.written.note.length * kTicksPerPosition;
    const double share = performance.asked(note.written.bar).articulation * std::exp(contrasts[i]);
    const auto sounding = std::lround(written * (1 + humanise * (std::min(1.0, share) - 1)));
    note.length_ticks = std::max(std::min(written, kShortestTicks), static_cast<std::int32_t>(sounding));
    const bool last_bar = note.written.bar + 1 == static_cast<int>(piece.bars.size());
    const bool rings = last_bar && note.written.last_of_part && humanise > 0;
    if (rings || note.start_ticks + note.length_ticks > end) note.length_ticks = end - note.start_ticks;
  }
}

}  // namespace s2m
