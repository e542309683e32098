#include "lab/analysis/harmony_figures.h"

#include <algorithm>
#include <limits>

namespace s2m {
namespace {

constexpr int kJointBars = 8;
constexpr int kMiddleC = 60;

bool is_tonic(const Triad& triad, const Key& key) {
  return triad == Triad{key.tonic, key.mode == Mode::kMajor ? TriadQuality::kMajor : TriadQuality::kMinor};
}

PitchClassWeights weights_in(std::span<const ViewNote> notes, double start, double end) {
  PitchClassWeights weights{};
  for (const ViewNote& note : notes) {
    const double length = std::min(note.end, end) - std::max(note.start, start);
    if (length > 0) weights[static_cast<std::size_t>(note.pitch % 12)] += length;
  }
  return weights;
}

Key home_of(const PieceView& piece) { return piece.stated_key.value_or(piece.key); }

// What sounds from the bar of the last note below middle C (else of the last note) on.
struct Ending {
  std::size_t bar = 0;
  PitchClassWeights weights{};
  int lowest = 128;
};

std::optional<Ending> ending_of(const PieceView& piece) {
  const ViewNote* last = nullptr;
  for (const ViewNote& note : piece.notes)
    if (!last || note.pitch < kMiddleC || last->pitch >= kMiddleC) last = &note;
  if (!last || piece.bars.empty()) return {};
  const auto after =
      std::ranges::upper_bound(piece.bars, last->sixteenth, {}, &ViewBar::start) - piece.bars.begin();
  Ending ending{static_cast<std::size_t>(std::max<std::ptrdiff_t>(after, 1) - 1)};
  const double start = piece.bars[ending.bar].start / 4.0;
  ending.weights = weights_in(piece.notes, start, std::numeric_limits<double>::max());
  for (const ViewNote& note : piece.notes)
    if (note.end > start) ending.lowest = std::min(ending.lowest, note.pitch);
  return ending;
}

double weight_over(const Ending& ending, const Key& key, int interval) {
  return ending.weights[static_cast<std::size_t>((key.tonic + interval) % 12)];
}

}  // namespace

std::optional<double> tonic_share(const PieceView& piece) {
  int tonic = 0, count = 0;
  for (const HalfBar& half : piece.half_bars) {
    if (!half.triad) continue;
    ++count;
    tonic += is_tonic(*half.triad, piece.key);
  }
  if (count == 0) return {};
  return static_cast<double>(tonic) / count;
}

Joints joints_of(const PieceView& piece) {
  std::vector<Key> keys;
  for (std::size_t bar = 0; bar + kJointBars <= piece.bars.size(); bar += kJointBars) {
    const ViewBar& last = piece.bars[bar + kJointBars - 1];
    const auto weights =
        weights_in(piece.notes, piece.bars[bar].start / 4.0, (last.start + last.steps) / 4.0);
    if (std::ranges::any_of(weights, [](double weight) { return weight > 0; }))
      keys.push_back(key_by_profiles(weights));
  }
  Joints joints;
  for (std::size_t i = 1; i < keys.size(); ++i) {
    const Key &a = keys[i - 1], &b = keys[i];
    ++joints.count;
    if (a == b) continue;
    const int interval = (a.tonic - b.tonic + 12) % 12;
    if (a.tonic == b.tonic)
      ++joints.parallel;
    else if (sharps_of(a) == sharps_of(b))
      ++joints.relative;
    else if (interval != 5 && interval != 7)
      ++joints.remote;
  }
  return joints;
}

std::optional<double> parallel_joints(const PieceView& piece) {
  const auto joints = joints_of(piece);
  if (joints.count == 0) return {};
  return static_cast<double>(joints.parallel) / joints.count;
}

std::optional<double> relative_or_remote_joints(const PieceView& piece) {
  const auto joints = joints_of(piece);
  if (joints.count == 0) return {};
  return static_cast<double>(joints.relative + joints.remote) / joints.count;
}

std::optional<double> ends_in_another_key(const PieceView& piece) {
  const auto ending = ending_of(piece);
  if (!ending) return {};
  const auto triad = best_triad(ending->weights, ending->lowest % 12);
  return triad && triad->root == home_of(piece).tonic ? 0 : 1;
}

std::optional<double> ends_in_another_mode(const PieceView& piece) {
  const auto ending = ending_of(piece);
  if (!ending) return {};
  const Key home = home_of(piece);
  const double minor = weight_over(*ending, home, 3), major = weight_over(*ending, home, 4);
  return (home.mode == Mode::kMajor ? minor > major : major > minor) ? 1 : 0;
}

std::optional<double> dominant_before_the_end(const PieceView& piece) {
  const auto ending = ending_of(piece);
  if (!ending || ending->bar == 0) return {};
  const auto& triad = piece.half_bars[2 * ending->bar - 1].triad;
  const int degree = triad ? triad->index(home_of(piece).tonic) : -1;
  const bool is_dominant = degree == Triad{7, TriadQuality::kMajor}.index(0) ||
                           degree == Triad{7, TriadQuality::kMinor}.index(0) ||
                           degree == Triad{11, TriadQuality::kDiminished}.index(0);
  return is_dominant ? 1 : 0;
}

}  // namespace s2m
