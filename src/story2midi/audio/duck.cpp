#include "story2midi/audio/duck.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr double kStep = .005;  // seconds between two values of the gain

void expect(const char* name, double value, double lowest, double highest) {
  if (!(value >= lowest && value <= highest))
    throw Error(name, "is out of range", fmt::format("{} to {}", lowest, highest), fmt::format("{}", value));
}

void check(const DuckOptions& options) {
  expect("duck threshold", options.threshold_db, -90, 0);
  expect("duck depth", options.depth_db, 0, 60);
  expect("duck attack", options.attack_seconds, 0, 10);
  expect("duck release", options.release_seconds, 0, 10);
  expect("duck hold", options.hold_seconds, 0, 10);
}

// Mean square of each step of so many frames, over channels.
std::vector<double> power_by_step(const Audio& audio, std::size_t frames) {
  const auto size = frames * static_cast<std::size_t>(audio.channels);
  std::vector<double> power((audio.samples.size() + size - 1) / size);
  for (std::size_t i = 0; i < audio.samples.size(); ++i)
    power[i / size] += double(audio.samples[i]) * audio.samples[i] / static_cast<double>(size);
  return power;
}

// Whether there is speech, by step.
std::vector<bool> speech(const Audio& narration, std::size_t step_frames, const DuckOptions& options) {
  const auto power = power_by_step(narration, step_frames);
  const double least = std::pow(10, options.threshold_db / 10);
  constexpr auto kReach = static_cast<std::ptrdiff_t>(kDuckWindow / kStep / 2);
  const auto count = static_cast<std::ptrdiff_t>(power.size());
  const auto hold = static_cast<std::ptrdiff_t>(std::lround(options.hold_seconds / kStep));
  std::vector<bool> is_speech(power.size());
  std::ptrdiff_t last = -hold - 1;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const auto first = std::max<std::ptrdiff_t>(0, i - kReach), end = std::min(count, i + kReach + 1);
    double sum = 0;
    for (auto at = first; at < end; ++at) sum += power[static_cast<std::size_t>(at)];
    if (sum / static_cast<double>(2 * kReach + 1) < least) continue;
    const auto from = i - last <= hold && last >= 0 ? last : i;
    std::fill(is_speech.begin() + from, is_speech.begin() + i + 1, true);
    last = i;
  }
  return is_speech;
}

// In decibels: at the depth under speech, and no steeper than attack and release allow.
std::vector<double> levels(const std::vector<bool>& is_speech, std::size_t steps,
                           const DuckOptions& options) {
  const auto slope = [&](double seconds) { return options.depth_db * kStep / std::max(seconds, kStep); };
  std::vector<double> level(steps);
  for (std::size_t i = 0; i < std::min(steps, is_speech.size()); ++i)
    if (is_speech[i]) level[i] = -options.depth_db;
  for (std::size_t i = 1; i < steps; ++i)
    level[i] = std::min(level[i], level[i - 1] + slope(options.release_seconds));
  for (std::size_t i = steps; i-- > 1;)
    level[i - 1] = std::min(level[i - 1], level[i] + slope(options.attack_seconds));
  return level;
}

}  // namespace

std::vector<float> duck_gains(const Audio& narration, std::size_t frames, const DuckOptions& options) {
  check(options);
  const auto step = std::max<std::size_t>(1, static_cast<std::size_t>(kStep * narration.sample_rate));
  const auto level = levels(speech(narration, step, options), frames / step + 2, options);
  std::vector<float> gains(frames);
  for (std::size_t i = 0; i < frames; ++i) {
    const double along = static_cast<double>(i % step) / static_cast<double>(step);
    gains[i] = static_cast<float>(std::pow(10, std::lerp(level[i / step], level[i / step + 1], along) / 20));
  }
  return gains;
}

}  // namespace s2m
