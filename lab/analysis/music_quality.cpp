#include "lab/analysis/music_quality.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <string>

#include "lab/analysis/pattern_compression.h"
#include "lab/analysis/repetition.h"
#include "lab/analysis/structure.h"
#include "lab/statistics/statistics.h"
#include "story2midi/base/error.h"
#include "story2midi/music/key.h"
#include "story2midi/music/measures.h"

namespace s2m {
namespace {

constexpr double kLongestSeconds = 7200;
constexpr int kCompressionSteps = 12;  // a quarter: sixteenths and triplets
constexpr int kGrooveSteps = 4;        // a quarter
constexpr std::size_t kMostGrooveSteps = 64;
constexpr std::size_t kMostGrooveBars = 512;

using Counts = std::array<double, 12>;

std::vector<Note> pitched_notes(const Score& score) {
  std::vector<Note> notes;
  for (const Track& track : score.tracks)
    if (!track.is_drums) notes.insert(notes.end(), track.notes.begin(), track.notes.end());
  std::ranges::sort(notes);
  return notes;
}

// Index of the bar in which the tick lies; the last bar has no end.
std::size_t bar_at(std::span<const Bar> bars, std::int32_t ticks) {
  const auto after = std::ranges::upper_bound(bars, ticks, {}, &Bar::start_ticks) - bars.begin();
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(after, 1) - 1);
}

std::vector<Counts> onsets_by_bar(std::span<const Note> notes, std::span<const Bar> bars) {
  std::vector<Counts> counts(bars.size());
  for (const Note& note : notes) ++counts[bar_at(bars, note.start_ticks)][note.pitch % 12];
  return counts;
}

double entropy_bits(const Counts& counts, double total) {
  double bits = 0;
  for (const double count : counts)
    if (count > 0) bits -= count / total * std::log2(count / total);
  return bits;
}

double total_of(const Counts& counts) {
  double total = 0;
  for (const double count : counts) total += count;
  return total;
}

// Mean over every window of that many bars; one window where the piece has fewer.
double mean_entropy(const std::vector<Counts>& bars, std::size_t window) {
  window = std::min(window, bars.size());
  std::vector<double> bits;
  for (std::size_t first = 0; first + window <= bars.size(); ++first) {
    Counts sum{};
    for (std::size_t bar = first; bar < first + window; ++bar)
      for (std::size_t i = 0; i < 12; ++i) sum[i] += bars[bar][i];
    if (const double total = total_of(sum); total > 0) bits.push_back(entropy_bits(sum, total));
  }
  return mean(bits);
}

// The share of the notes in the best of the twelve major scales (Mogren 2016).
double scale_consistency(const std::vector<Counts>& bars) {
  constexpr std::array<std::size_t, 7> kMajorScale{0, 2, 4, 5, 7, 9, 11};
  Counts sum{};
  for (const Counts& bar : bars)
    for (std::size_t i = 0; i < 12; ++i) sum[i] += bar[i];
  double best = 0;
  for (std::size_t tonic = 0; tonic < 12; ++tonic) {
    double within = 0;
    for (const std::size_t degree : kMajorScale) within += sum[(tonic + degree) % 12];
    best = std::max(best, within);
  }
  const double total = total_of(sum);
  return total > 0 ? best / total : 0;
}

// 1 - the share of steps on which two bars differ in whether a note starts there, mean over pairs of bars of
// one length (Wu and Yang 2020, with four steps a quarter); 1 where there is no pair.
double groove_similarity(std::span<const Note> notes, std::span<const Bar> bars, int ticks_per_quarter) {
  struct Pattern {
    std::bitset<kMostGrooveSteps> onsets;
    std::int32_t steps;
  };
  bars = bars.first(std::min(bars.size(), kMostGrooveBars));
  std::vector<Pattern> patterns;
  for (const Bar& bar : bars)
    patterns.push_back({{}, std::max(1, bar.length_ticks * kGrooveSteps / ticks_per_quarter)});
  for (const Note& note : notes) {
    const std::size_t bar = bar_at(bars, note.start_ticks);
    const double quarters = double{1} * (note.start_ticks - bars[bar].start_ticks) / ticks_per_quarter;
    const auto step = static_cast<std::size_t>(std::lround(quarters * kGrooveSteps));
    if (step < std::min<std::size_t>(kMostGrooveSteps, static_cast<std::size_t>(patterns[bar].steps)))
      patterns[bar].onsets.set(step);
  }
  double sum = 0, pairs = 0;
  for (std::size_t i = 0; i < patterns.size(); ++i)
    for (std::size_t j = i + 1; j < patterns.size(); ++j) {
      if (patterns[i].steps != patterns[j].steps) continue;
      sum += 1 - static_cast<double>((patterns[i].onsets ^ patterns[j].onsets).count()) / patterns[i].steps;
      ++pairs;
    }
  return pairs > 0 ? sum / pairs : 1;
}

double empty_bar_share(const Score& score, std::span<const Bar> bars) {
  const auto weights = pitch_class_weights(score, bars);
  const auto empty = std::ranges::count_if(weights, [](const auto& bar) { return total_of(bar) <= 0; });
  return bars.empty() ? 0 : static_cast<double>(empty) / static_cast<double>(bars.size());
}

// Notes struck together are parted between two hands at their widest gap; the wider hand counts.
double wider_hand(std::span<const int> pitches) {
  std::size_t split = 1;
  for (std::size_t i = 1; i < pitches.size(); ++i)
    if (pitches[i] - pitches[i - 1] > pitches[split] - pitches[split - 1]) split = i;
  if (pitches.size() < 2) return 0;
  return std::max(pitches[split - 1] - pitches.front(), pitches.back() - pitches[split]);
}

double hand_span(const Score& score) {
  std::vector<double> spans;
  const auto points = note_points(score, kCompressionSteps);
  for (std::size_t first = 0, end = 0; first < points.size(); first = end) {
    std::vector<int> pitches;
    for (; end < points.size() && points[end].step == points[first].step; ++end)
      pitches.push_back(points[end].pitch);
    spans.push_back(wider_hand(pitches));
  }
  return spans.empty() ? 0 : quantile(std::move(spans), 0.95);
}

void check_length(const Score& score) {
  const double seconds = seconds_at(score, end_ticks(score));
  if (seconds > kLongestSeconds)
    throw Error("quality", "too long a piece", "two hours at most", std::to_string(seconds) + " s");
}

struct Stretch {
  std::int32_t begin, end;  // ticks
};

// Keeps what starts there, counted from there.
template <class Item>
void keep_what_starts(std::vector<Item>& items, const Stretch& stretch) {
  std::erase_if(items, [&](const Item& item) {
    return item.start_ticks < stretch.begin || item.start_ticks >= stretch.end;
  });
  for (Item& item : items) item.start_ticks -= stretch.begin;
}

// Likewise what is in force there: each item until the next.
template <class Item>
void keep_what_holds(std::vector<Item>& items, const Stretch& stretch) {
  const auto later = std::ranges::upper_bound(items, stretch.begin, {}, &Item::start_ticks);
  if (later != items.begin()) std::prev(later)->start_ticks = stretch.begin;
  keep_what_starts(items, stretch);
}

}  // namespace

MusicQuality measure_quality(const Score& score) {
  check_length(score);
  MusicQuality quality;
  const auto notes = pitched_notes(score);
  if (notes.empty()) return quality;
  const auto all_bars = bars(score);
  const auto onsets = onsets_by_bar(notes, all_bars);
  quality.entropy_1_bar = mean_entropy(onsets, 1);
  quality.entropy_4_bars = mean_entropy(onsets, 4);
  quality.groove_similarity = groove_similarity(notes, all_bars, score.ticks_per_quarter);
  quality.scale_consistency = scale_consistency(onsets);
  const auto structure = structure_indicators(score);
  quality.structure_short = structure.short_term;
  quality.structure_middle = structure.middle_term;
  quality.structure_long = structure.long_term;
  quality.compression_ratio = compression_ratio(note_points(score, kCompressionSteps));
  quality.polyphony = measure(score).polyphony;
  quality.empty_bar_share = empty_bar_share(score, all_bars);
  quality.hand_span_semitones = hand_span(score);
  const auto repetition = measure_repetition(notes, all_bars, score.ticks_per_quarter);
  quality.next_bar_likeness = repetition.next_bar_likeness;
  quality.returning_bars = repetition.returning_bars;
  quality.bass_repeats = repetition.bass_repeats;
  quality.longest_gap_beats = repetition.longest_gap_beats;
  return quality;
}

std::span<const QualityMeasure> quality_measures() {
  static const std::vector<QualityMeasure> measures{
      {"entropy_1_bar", "pitch-class entropy, 1 bar (bits)", &MusicQuality::entropy_1_bar},
      {"entropy_4_bars", "pitch-class entropy, 4 bars (bits)", &MusicQuality::entropy_4_bars},
      {"groove_similarity", "groove similarity", &MusicQuality::groove_similarity},
      {"scale_consistency", "scale consistency", &MusicQuality::scale_consistency},
      {"structure_short", "structure at 3-8 s", &MusicQuality::structure_short},
      {"structure_middle", "structure at 8-15 s", &MusicQuality::structure_middle},
      {"structure_long", "structure at 15 s and more", &MusicQuality::structure_long},
      {"compression_ratio", "compression ratio (COSIATEC)", &MusicQuality::compression_ratio},
      {"polyphony", "polyphony (notes)", &MusicQuality::polyphony},
      {"empty_bar_share", "empty bars (share)", &MusicQuality::empty_bar_share},
      {"hand_span_semitones", "hand span (semitones)", &MusicQuality::hand_span_semitones},
      {"next_bar_likeness", "likeness to the bar before", &MusicQuality::next_bar_likeness},
      {"returning_bars", "bars that return (share)", &MusicQuality::returning_bars},
      {"bass_repeats", "bass notes struck again (share)", &MusicQuality::bass_repeats},
      {"longest_gap_beats", "longest wait for a note (beats)", &MusicQuality::longest_gap_beats}};
  return measures;
}

Score bars_of(const Score& score, int first, int count) {
  const auto all = bars(score);
  const auto begin = static_cast<std::size_t>(first), end = begin + static_cast<std::size_t>(count);
  if (all.empty()) return score;
  if (begin >= all.size())
    throw Error("bars", "the piece ends before them", std::to_string(first + 1) + " bars or more",
                std::to_string(all.size()));
  const Stretch stretch{all[begin].start_ticks,
                        end < all.size() ? all[end].start_ticks : std::numeric_limits<std::int32_t>::max()};
  Score cut = score;
  for (Track& track : cut.tracks) {
    std::erase_if(track.pedal, [&](const PedalSpan& span) { return span.end_ticks <= stretch.begin; });
    for (PedalSpan& span : track.pedal) {
      span.start_ticks = std::max(span.start_ticks, stretch.begin);
      span.end_ticks = std::min(span.end_ticks, stretch.end) - stretch.begin;
    }
    keep_what_starts(track.pedal, stretch);
    keep_what_starts(track.notes, stretch);
    for (Note& note : track.notes)
      note.length_ticks = std::min(note.length_ticks, stretch.end - stretch.begin - note.start_ticks);
  }
  keep_what_holds(cut.tempos, stretch);
  keep_what_holds(cut.time_signatures, stretch);
  keep_what_holds(cut.key_signatures, stretch);
  keep_what_starts(cut.markers, stretch);
  return cut;
}

Score first_bars(const Score& score, int count) { return count < 1 ? score : bars_of(score, 0, count); }

}  // namespace s2m
