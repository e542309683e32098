#include "story2midi/plan/timing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

constexpr double kMostHitBend = 0.25;  // of a bar, for the sake of a hit
constexpr double kSame = 1e-9;         // seconds
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// What a layout costs beside its bend, in the same unit.
constexpr double kPairOfBars = 0.01, kOddBars = 0.02, kOtherMetre = 0.03, kMissedHit = 0.5, kTooMuch = 1;

double bar_seconds(const TimedBar& bar) {
  return bar_length(bar.metre) * 60.0 / (kGridPerQuarter * bar.tempo_bpm);
}

double length_of(std::span<const TimedBar> bars) {
  double seconds = 0;
  for (const auto& bar : bars) seconds += bar_seconds(bar);
  return seconds;
}

// The beats of a section at their usual times.
struct Beat {
  HitPlace place;
  double seconds = 0;
};

std::vector<Beat> beats_of(std::span<const TimedBar> bars, std::span<const double> durations) {
  std::vector<Beat> all;
  double at = 0;
  for (std::size_t bar = 0; bar < bars.size(); ++bar) {
    for (const int position : beats(bars[bar].metre))
      all.push_back(
          {{static_cast<int>(bar), position}, at + durations[bar] * position / bar_length(bars[bar].metre)});
    at += durations[bar];
  }
  return all;
}

// A beat that falls at `from` seconds at the usual tempo, and shall fall at `to`.
struct Anchor {
  double from = 0, to = 0;
  double moved() const { return std::abs(from - to); }
};

// How much a stretch is bent, weighted by its duration: 0 for one that is as long as wanted.
double stretch_cost(double usual, double wanted) {
  if (std::abs(usual) < kSame && std::abs(wanted) < kSame) return 0;
  if (usual < kSame || wanted < kSame) return kInfinity;
  const double bend = std::log(wanted / usual);
  return bend * bend * wanted;
}

// The beat of each hit, so that the stretches between them bend least (dynamic programming over the beats near to each).
class HitBeats {
 public:
  HitBeats(const std::vector<Beat>& all_beats, std::span<const double> hits, double seconds)
      : beats_(all_beats), hits_(hits), seconds_(seconds) {}

  std::vector<std::size_t> choose() {
    for (std::size_t hit = 0; hit < hits_.size(); ++hit) add(hit);
    std::vector<double> costs = costs_.back();
    for (std::size_t i = 0; i < costs.size(); ++i)
      costs[i] += stretch_cost(seconds_ - beat_of(hits_.size() - 1, i).seconds, seconds_ - hits_.back());
    keep_finite(hits_.size() - 1, costs);
    auto best = static_cast<std::size_t>(std::ranges::min_element(costs) - costs.begin());
    std::vector<std::size_t> chosen(hits_.size());
    for (std::size_t hit = hits_.size(); hit-- > 0; best = from_[hit][best])
      chosen[hit] = firsts_[hit] + best;
    return chosen;
  }

 private:
  static constexpr std::size_t kCandidates = 5;

  const Beat& beat_of(std::size_t hit, std::size_t candidate) const {
    return beats_[firsts_[hit] + candidate];
  }

  void add(std::size_t hit) {
    const auto after = std::ranges::lower_bound(beats_, hits_[hit], {}, &Beat::seconds) - beats_.begin();
    const auto count = std::min(kCandidates, beats_.size());
    firsts_.push_back(
        std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, after - 3)), beats_.size() - count));
    std::vector<double> costs(count, kInfinity);
    const std::size_t cheapest =
        hit == 0 ? 0
                 : static_cast<std::size_t>(std::ranges::min_element(costs_.back()) - costs_.back().begin());
    std::vector<std::size_t> from(count, cheapest);
    for (std::size_t i = 0; i < count; ++i)
      if (hit == 0)
        costs[i] = stretch_cost(beat_of(0, i).seconds, hits_[0]);
      else
        for (std::size_t j = 0; j < costs_.back().size(); ++j) {
          const double usual = beat_of(hit, i).seconds - beat_of(hit - 1, j).seconds;
          const double cost = costs_.back()[j] + stretch_cost(usual, hits_[hit] - hits_[hit - 1]);
          if (cost < costs[i]) costs[i] = cost, from[i] = j;
        }
    keep_finite(hit, costs);
    costs_.push_back(std::move(costs));
    from_.push_back(std::move(from));
  }

  // Hits that are too dense for beats of their own: each on the beat nearest to it.
  void keep_finite(std::size_t hit, std::vector<double>& costs) const {
    if (std::ranges::any_of(costs, [](double cost) { return cost < kInfinity; })) return;
    for (std::size_t i = 0; i < costs.size(); ++i) costs[i] = std::abs(beat_of(hit, i).seconds - hits_[hit]);
  }

  const std::vector<Beat>& beats_;
  std::span<const double> hits_;
  double seconds_;
  std::vector<std::size_t> firsts_;
  std::vector<std::vector<double>> costs_;
  std::vector<std::vector<std::size_t>> from_;
};

// Solves rows * x = right for a symmetric positive definite matrix by Cholesky's method, in place; false where it is
// none. Rows are skipped up to their first entry: the matrix is a narrow band.
bool solve(std::vector<std::vector<double>>& rows, std::vector<double>& right) {
  const std::size_t size = rows.size();
  std::vector<std::size_t> first(size);
  for (std::size_t i = 0; i < size; ++i)
    while (first[i] < i && rows[i][first[i]] == 0) ++first[i];
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = first[i]; j <= i; ++j) {
      double sum = rows[i][j];
      for (std::size_t k = std::max(first[i], first[j]); k < j; ++k) sum -= rows[i][k] * rows[j][k];
      if (i == j && !(sum > 1e-9 * std::max(1e-9, rows[i][i]))) return false;
      rows[i][j] = i == j ? std::sqrt(sum) : sum / rows[j][j];
    }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = first[i]; k < i; ++k) right[i] -= rows[i][k] * right[k];
    right[i] /= rows[i][i];
  }
  for (std::size_t i = size; i-- > 0;) {
    right[i] /= rows[i][i];
    for (std::size_t k = first[i]; k < i; ++k) right[k] -= rows[i][k] * right[i];
  }
  return true;
}

// A bar's part of a stretch between anchors.
struct Share {
  std::size_t bar;
  double seconds;
};

// How two stretches change together: shares ascend by bar.
double product(std::span<const Share> one, std::span<const Share> other, std::span<const double> durations) {
  double sum = 0;
  for (const auto& a : one)
    for (const auto& b : other)
      if (a.bar == b.bar) sum += a.seconds * b.seconds / durations[a.bar];
  return sum;
}

// The relative changes of the bars' durations that move the anchors to their times, with the least sum of squares weighted
// by duration; nothing where there are none. Each stretch between anchors is one linear constraint (least norm solution
// by Lagrange multipliers).
std::vector<double> changes(std::span<const double> durations, const std::vector<Anchor>& anchors,
                            double seconds) {
  std::vector<std::vector<Share>> stretches;
  std::vector<double> right;
  double from = 0, to = 0;
  std::vector<double> starts{0};
  for (const double duration : durations) starts.push_back(starts.back() + duration);
  const auto add_stretch = [&](double until, double wanted) {
    stretches.emplace_back();
    const auto past = std::ranges::upper_bound(starts, from + kSame) - starts.begin();
    for (auto bar = static_cast<std::size_t>(past - 1); bar < durations.size() && starts[bar] < until - kSame;
         ++bar)
      stretches.back().push_back({bar, std::min(starts[bar + 1], until) - std::max(starts[bar], from)});
    right.push_back((wanted - to) - (until - from));
    from = until, to = wanted;
  };
  for (const auto& anchor : anchors) add_stretch(anchor.from, anchor.to);
  add_stretch(starts.back(), seconds);
  const std::size_t size = stretches.size();
  std::vector<std::vector<double>> rows(size, std::vector<double>(size));
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = i + 1; j-- > 0;) {
      if (stretches[i].empty() || stretches[j].empty()) return {};
      if (stretches[j].back().bar < stretches[i].front().bar) break;
      rows[i][j] = product(stretches[i], stretches[j], durations);
    }
  if (!solve(rows, right)) return {};
  std::vector<double> all(durations.size());
  for (std::size_t i = 0; i < size; ++i)
    for (const auto& share : stretches[i]) all[share.bar] += share.seconds * right[i] / durations[share.bar];
  return all;
}

double largest(const std::vector<double>& changes) {
  double most = 0;
  for (const double change : changes) most = std::max(most, std::abs(change));
  return most;
}

// Leaves out the anchors that are farthest from their beats until the others can be kept.
std::vector<double> feasible_changes(std::span<const double> durations, std::vector<Anchor> anchors,
                                     double seconds) {
  // The section's start needs no anchor.
  std::erase_if(anchors, [](const Anchor& anchor) { return anchor.from < kSame; });
  const auto leave_out = [&](std::size_t count) {
    for (; count > 0; --count) anchors.erase(std::ranges::max_element(anchors, {}, &Anchor::moved));
  };
  // Each takes a bar.
  if (anchors.size() >= durations.size()) leave_out(anchors.size() + 1 - durations.size());
  auto change = changes(durations, anchors, seconds);
  while (!anchors.empty() && (change.empty() || largest(change) > kMostHitBend)) {
    leave_out(anchors.size() / 8 + 1);
    change = changes(durations, anchors, seconds);
  }
  return change;
}

double missed_seconds(const TimedSection& section, std::span<const double> hits) {
  double most = 0;
  for (std::size_t i = 0; i < hits.size(); ++i)
    most = std::max(most, std::abs(seconds_at(section.bars, section.hits[i]) - hits[i]));
  return most;
}

// Metres of the same beat that an odd bar may have.
std::vector<Metre> other_metres(Metre metre) {
  std::vector<Metre> others;
  for (const Metre other : written_metres())
    if (other.denominator == metre.denominator && other != metre && bar_length(other) < 2 * bar_length(metre))
      others.push_back(other);
  return others;
}

// Chooses the cheapest of several layouts.
class Layouts {
 public:
  Layouts(const TimedBar& usual, double seconds, std::span<const double> hits)
      : usual_(usual), seconds_(seconds), hits_(hits) {}

  void try_bars(int count) {
    try_layout(std::vector<TimedBar>(static_cast<std::size_t>(count), usual_), unevenness(count));
  }
  void try_last(int count, Metre last) {
    std::vector<TimedBar> bars(static_cast<std::size_t>(count), usual_);
    bars.back().metre = last;
    try_layout(std::move(bars), kOtherMetre);
  }
  bool fits() const { return least_ < kTooMuch; }
  TimedSection take() { return std::move(best_); }

 private:
  static double unevenness(int count) {
    return count % kPhraseBars == 0 ? 0 : count % 2 == 0 ? kPairOfBars : kOddBars;
  }

  void try_layout(std::vector<TimedBar> bars, double unevenness) {
    auto section = keep_times(bars, seconds_, hits_);
    double cost = section.bend + unevenness + (section.bend > kMostBend ? kTooMuch : 0);
    for (const auto& bar : section.bars)
      if (bar.tempo_bpm < limits::kSlowestBpm || bar.tempo_bpm > limits::kFastestBpm) return;
    if (missed_seconds(section, hits_) > 0.05) cost += kMissedHit;
    if (cost < least_) least_ = cost, best_ = std::move(section);
  }

  TimedBar usual_;
  double seconds_;
  std::span<const double> hits_;
  TimedSection best_;
  double least_ = kInfinity;
};

}  // namespace

double seconds_at(std::span<const TimedBar> bars, const HitPlace& place) {
  const auto bar = static_cast<std::size_t>(place.bar);
  const double before = length_of(bars.first(bar));
  return bar == bars.size() ? before
                            : before + place.position * 60.0 / (kGridPerQuarter * bars[bar].tempo_bpm);
}

TimedSection keep_times(std::span<const TimedBar> wanted, double seconds, std::span<const double> hits) {
  const double factor = seconds / length_of(wanted);
  std::vector<double> durations;
  for (const auto& bar : wanted) durations.push_back(factor * bar_seconds(bar));
  std::vector<Anchor> anchors;
  if (!hits.empty()) {
    const auto usual = beats_of(wanted, durations);
    for (const auto beat : HitBeats(usual, hits, seconds).choose())
      anchors.push_back({usual[beat].seconds, hits[anchors.size()]});
  }
  const auto change = feasible_changes(durations, std::move(anchors), seconds);
  TimedSection section;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const double longer = factor * (change.empty() ? 1 : 1 + change[i]);
    durations[i] = longer * bar_seconds(wanted[i]);
    section.bars.push_back({wanted[i].metre, wanted[i].tempo_bpm / longer});
    section.bend = std::max(section.bend, std::abs(1 / longer - 1));
  }
  const auto bent = beats_of(wanted, durations);
  for (const double hit : hits)
    section.hits.push_back(
        std::ranges::min(bent, {}, [&](const Beat& beat) { return std::abs(beat.seconds - hit); }).place);
  return section;
}

TimedSection choose_bars(const TimedBar& usual, double seconds, std::span<const double> hits) {
  const double exact = seconds / bar_seconds(usual);
  Layouts layouts(usual, seconds, hits);
  const int fewest = std::max(1, static_cast<int>(std::floor(exact * (1 - kMostBend)))),
            most = std::max(1, static_cast<int>(std::ceil(exact * (1 + kMostBend))));
  constexpr int kMostTried = 32;
  const int step = std::max(1, (most - fewest) / kMostTried / kPhraseBars * kPhraseBars);
  for (int count = step > 1 ? fewest / kPhraseBars * kPhraseBars + kPhraseBars : fewest; count <= most;
       count += step)
    layouts.try_bars(count);
  for (int count = fewest; !layouts.fits() && count <= std::min(most + 1, fewest + 4); ++count)
    for (const Metre metre : other_metres(usual.metre)) layouts.try_last(count, metre);
  auto best = layouts.take();
  if (best.bars.empty())
    throw Error("section", "is too short or too long for a bar",
                fmt::format("a tempo of {} to {} bpm", limits::kSlowestBpm, limits::kFastestBpm),
                fmt::format("{:.3f} s", seconds));
  return best;
}

}  // namespace s2m
