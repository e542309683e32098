#include "story2midi/audio/loudness.h"

#include <ebur128.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <vector>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr std::ptrdiff_t kBlocksPerSecond = 400;
constexpr std::ptrdiff_t kReach = kBlocksPerSecond / 20;  // to either side of a block

// By block: the gain at which its peak lies at the ceiling, at most 1.
std::vector<float> safe_gains(const Audio& audio, std::size_t block) {
  std::vector<float> gains;
  for (std::size_t start = 0; start < audio.samples.size(); start += block) {
    float peak = 0;
    for (auto i = start; i < std::min(start + block, audio.samples.size()); ++i)
      peak = std::max(peak, std::abs(audio.samples[i]));
    gains.push_back(peak > kCeiling ? kCeiling / peak : 1);
  }
  return gains;
}

// Of each value's neighbours within `reach`, itself among them, what `combine` makes.
template <class Combine>
std::vector<float> over_neighbours(const std::vector<float>& values, std::ptrdiff_t reach,
                                   const Combine& combine) {
  const auto count = static_cast<std::ptrdiff_t>(values.size());
  std::vector<float> result;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const auto first = std::max<std::ptrdiff_t>(0, i - reach), last = std::min(count, i + reach + 1);
    result.push_back(combine(values.begin() + first, values.begin() + last));
  }
  return result;
}

// The mean of minima is smooth and never above what a block allows, as the minima reach one block farther.
std::vector<float> smooth_gains(const std::vector<float>& safe) {
  using At = std::vector<float>::const_iterator;
  const auto lowest = [](At first, At last) { return *std::min_element(first, last); };
  const auto mean = [](At first, At last) {
    double sum = 0;
    for (At at = first; at != last; ++at) sum += *at;
    return static_cast<float>(sum / static_cast<double>(last - first));
  };
  return over_neighbours(over_neighbours(safe, kReach + 1, lowest), kReach, mean);
}

}  // namespace

double integrated_loudness(const Audio& audio) {
  constexpr double kSilence = -std::numeric_limits<double>::infinity();
  if (audio.samples.empty()) return kSilence;
  const auto close = [](ebur128_state* state) { ebur128_destroy(&state); };
  const std::unique_ptr<ebur128_state, decltype(close)> state(
      ebur128_init(static_cast<unsigned>(audio.channels), static_cast<unsigned long>(audio.sample_rate),
                   EBUR128_MODE_I),
      close);
  double loudness = kSilence;
  const auto frames = audio.samples.size() / static_cast<std::size_t>(audio.channels);
  if (!state || ebur128_add_frames_float(state.get(), audio.samples.data(), frames) != EBUR128_SUCCESS ||
      ebur128_loudness_global(state.get(), &loudness) != EBUR128_SUCCESS)
    throw Error(ErrorKind::kSystem, "loudness", "cannot be measured");
  return loudness;
}

void limit(Audio& audio) {
  const auto frames =
      static_cast<std::size_t>(std::max(1, audio.sample_rate / static_cast<int>(kBlocksPerSecond)));
  const std::size_t block = frames * static_cast<std::size_t>(audio.channels);
  const auto safe = safe_gains(audio, block);
  if (std::ranges::all_of(safe, [](float gain) { return gain == 1; })) return;
  const auto gains = smooth_gains(safe);
  for (std::size_t i = 0; i < audio.samples.size(); ++i) {
    const std::size_t at = i / block, next = std::min(at + 1, gains.size() - 1);
    const float along = static_cast<float>(i % block) / static_cast<float>(block);
    audio.samples[i] *= gains[at] + along * (gains[next] - gains[at]);
  }
}

void set_level(Audio& audio, double gain) {
  for (float& sample : audio.samples) sample *= static_cast<float>(gain);
  limit(audio);
}

}  // namespace s2m
