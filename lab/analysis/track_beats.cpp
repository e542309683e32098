#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "lab/analysis/beats.h"
#include "lab/analysis/onsets.h"
#include "story2midi/base/error.h"

namespace s2m {
namespace {

// Time runs in frames of 10 ms; a beat interval is kFastest to kSlowest frames (240 to 35 beats a minute).
constexpr double kFrameSeconds = 0.01;
constexpr int kFastest = 25, kSlowest = 170;
constexpr int kIntervals = kSlowest - kFastest + 1;
constexpr double kLongestSeconds = 2 * 3600.0;

// Where in a beat onsets of each salience rank lie: shares on the beat, its half, a quarter, a third (each of
// two) and anywhere. Counted on an eighth of POP909 and a quarter of piano-midi.de.
struct PhaseShares {
  double beat, half, quarter, third, anywhere;
};
constexpr std::array<PhaseShares, 4> kShares = {{{.115, .29, .16, .05, .25},
                                                 {.22, .35, .115, .055, .12},
                                                 {.39, .33, .07, .04, .08},
                                                 {.75, .15, .022, .015, .04}}};
constexpr double kOnsetsPerBeat = 3;
constexpr double kJitterSeconds = 0.036, kJitterBeats = 0.012;

// Log probabilities of tempo. A change costs |log ratio| / kChange, at most kJump (a new start: fermata, new
// section).
constexpr double kChange = 0.1, kJump = 7.8;
constexpr double kUsualInterval = 0.55, kIntervalSpread = 0.4, kPriorPerSecond = 0.5;

using PerInterval = std::array<float, kIntervals>;

double normal_on_circle(double phase, double centre, double deviation) {
  double distance = std::abs(phase - centre);
  distance = std::min(distance, 1 - distance) / deviation;
  return std::exp(-0.5 * distance * distance) / (deviation * std::sqrt(2 * M_PI));
}

// Log rate of onsets of one rank, an instant `offset` frames after a beat of `interval` frames.
float log_rate(const PhaseShares& shares, int offset, int interval) {
  const double seconds = interval * kFrameSeconds, phase = double(offset) / interval;
  const double deviation = std::hypot(kJitterSeconds / seconds, kJitterBeats);
  const auto near = [&](double centre) { return normal_on_circle(phase, centre, deviation); };
  const double density = shares.beat * near(0) + shares.half * near(0.5) +
                         shares.quarter * (near(0.25) + near(0.75)) +
                         shares.third * (near(1.0 / 3) + near(2.0 / 3)) + shares.anywhere;
  return static_cast<float>(std::log(density * kOnsetsPerBeat / 4 / seconds));
}

// log_rate for every rank, offset and interval; 0 where the offset lies behind the interval.
using RateTable = std::array<std::array<PerInterval, kSlowest>, 4>;

const RateTable& rate_table() {
  static const auto table = [] {
    auto rates = std::make_unique<RateTable>();
    for (std::size_t rank = 0; rank < 4; ++rank)
      for (int offset = 0; offset < kSlowest; ++offset)
        for (int i = 0; i < kIntervals; ++i)
          (*rates)[rank][offset][i] =
              offset < i + kFastest ? log_rate(kShares[rank], offset, i + kFastest) : 0;
    return rates;
  }();
  return *table;
}

// Viterbi search over (frame of the last beat, interval that led to it). Onsets are a Poisson process whose
// rate depends on the phase within the beat, so paths of different tempo compare fairly. This stands in for
// the onset envelope and fixed tempo of Ellis 2007, whose search it keeps.
class BeatSearch {
 public:
  explicit BeatSearch(const std::vector<Onset>& onsets)
      : onsets_(onsets), origin_seconds_(onsets.front().seconds - kSlowest * kFrameSeconds) {
    for (const Onset& onset : onsets)
      onset_frames_.push_back(
          static_cast<int>(std::lround((onset.seconds - origin_seconds_) / kFrameSeconds)));
    came_from_.resize(std::size_t(onset_frames_.back()) + kSlowest + 1);
    ring_.resize(kSlowest + 1);
    for (PerInterval& scores : ring_) scores.fill(kImpossible);
    make_tables();
  }

  std::vector<double> run() {
    for (int frame = 0; frame <= onset_frames_.back(); ++frame) advance(frame);
    return trace();
  }

 private:
  static constexpr float kImpossible = -1e30f;
  static constexpr std::uint8_t kStart = 255;
  static_assert(kIntervals < kStart);

  void make_tables() {
    for (int i = 0; i < kIntervals; ++i) {
      const double seconds = (i + kFastest) * kFrameSeconds;
      const double deviation = std::log(seconds / kUsualInterval) / kIntervalSpread;
      beat_score_[i] =
          static_cast<float>(-0.5 * deviation * deviation * kPriorPerSecond * seconds - kOnsetsPerBeat);
      step_cost_[i] = static_cast<float>(std::log(1 + 1.0 / (i + kFastest)) / kChange);
    }
  }

  PerInterval& scores_at(int frame) { return ring_[frame % ring_.size()]; }

  // Lets every beat at `frame` be followed by one beat of every interval.
  void advance(int frame) {
    PerInterval scores = scores_at(frame);
    scores_at(frame).fill(kImpossible);
    const bool may_start = frame <= onset_frames_.front();
    const auto best = std::max_element(scores.begin(), scores.end());
    if (*best == kImpossible && !may_start) return;
    std::array<std::uint8_t, kIntervals> from;
    change_tempo(scores, from, static_cast<int>(best - scores.begin()));
    if (may_start) start(scores, from, onset_frames_.front() - frame);
    add_onsets(scores, frame);
    for (int i = 0; i < kIntervals; ++i) {
      if (scores[i] <= kImpossible / 2) continue;
      const int next = frame + i + kFastest;
      scores_at(next)[i] = scores[i] + beat_score_[i];
      came_from_[next][i] = from[i];
      if (next > onset_frames_.back() && scores_at(next)[i] > best_end_score_) {
        best_end_score_ = scores_at(next)[i];
        best_end_ = {next, i};
      }
    }
  }

  // Best score of arriving at each interval from any other: two sweeps, since the cost adds up along the
  // intervals.
  void change_tempo(PerInterval& scores, std::array<std::uint8_t, kIntervals>& from, int best) const {
    const float jump = scores[best] - static_cast<float>(kJump);
    for (int i = 0; i < kIntervals; ++i) from[i] = static_cast<std::uint8_t>(i);
    const auto relax = [&](int to, int source, float cost) {
      if (scores[source] - cost > scores[to]) scores[to] = scores[source] - cost, from[to] = from[source];
    };
    for (int i = 1; i < kIntervals; ++i) relax(i, i - 1, step_cost_[i - 1]);
    for (int i = kIntervals - 2; i >= 0; --i) relax(i, i + 1, step_cost_[i]);
    for (int i = 0; i < kIntervals; ++i)
      if (jump > scores[i]) scores[i] = jump, from[i] = static_cast<std::uint8_t>(best);
  }

  // The first beat may lie anywhere, so long as the first onset lies within it.
  static void start(PerInterval& scores, std::array<std::uint8_t, kIntervals>& from, int until_first) {
    for (int i = std::max(0, until_first - kFastest + 1); i < kIntervals; ++i)
      if (scores[i] <= 0) scores[i] = 0, from[i] = kStart;
  }

  void add_onsets(PerInterval& scores, int frame) {
    while (next_onset_ < onsets_.size() && onset_frames_[next_onset_] < frame) ++next_onset_;
    for (std::size_t k = next_onset_; k < onsets_.size() && onset_frames_[k] - frame < kSlowest; ++k) {
      const PerInterval& rates = rates_[onsets_[k].rank][onset_frames_[k] - frame];
      for (int i = 0; i < kIntervals; ++i) scores[i] += rates[i];
    }
  }

  std::vector<double> trace() const {
    std::vector<double> beats;
    auto [frame, interval] = best_end_;
    for (int from = interval; from != kStart; interval = from) {
      beats.push_back(origin_seconds_ + frame * kFrameSeconds);
      from = came_from_[frame][interval];
      frame -= interval + kFastest;
    }
    beats.push_back(origin_seconds_ + frame * kFrameSeconds);
    std::reverse(beats.begin(), beats.end());
    return beats;
  }

  const std::vector<Onset>& onsets_;
  const RateTable& rates_ = rate_table();
  double origin_seconds_;
  std::vector<int> onset_frames_;
  PerInterval beat_score_, step_cost_;
  std::vector<PerInterval> ring_;                                // scores of beats at the frames just ahead
  std::vector<std::array<std::uint8_t, kIntervals>> came_from_;  // interval before the last, or kStart
  std::size_t next_onset_ = 0;
  float best_end_score_ = std::numeric_limits<float>::lowest();
  struct {
    int frame = 0, interval = 0;
  } best_end_;
};

// Moves beats from the frame grid onto the onsets they stand for.
void snap(std::vector<double>& beats, const std::vector<Onset>& onsets) {
  constexpr double kNear = 0.05;
  std::size_t k = 0;
  for (double& beat : beats) {
    while (k + 1 < onsets.size() &&
           std::abs(onsets[k + 1].seconds - beat) <= std::abs(onsets[k].seconds - beat))
      ++k;
    if (std::abs(onsets[k].seconds - beat) < kNear) beat = onsets[k].seconds;
  }
}

}  // namespace

std::vector<double> track_beats(const Score& performance) {
  const std::vector<Onset> onsets = find_onsets(performance);
  if (onsets.size() < 2) return {};
  const double length = onsets.back().seconds - onsets.front().seconds;
  if (length > kLongestSeconds)
    throw Error("beats", "performance too long", std::to_string(int(kLongestSeconds)) + " s at most",
                std::to_string(length) + " s");
  std::vector<double> beats = BeatSearch(onsets).run();
  snap(beats, onsets);
  return beats;
}

}  // namespace s2m
