#include <fmt/format.h>
#include <samplerate.h>
#include <sndfile.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "story2midi/audio/audio.h"
#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"

namespace s2m {
namespace {

constexpr int kMostChannels = 64;

// One channel on both sides, two as they are, of more the mean on both.
std::vector<float> two_channels(const std::vector<float>& samples, std::size_t channels) {
  if (channels == 2) return samples;
  std::vector<float> two;
  two.reserve(samples.size() / channels * 2);
  for (std::size_t at = 0; at + channels <= samples.size(); at += channels) {
    float sum = 0;
    for (std::size_t channel = 0; channel < channels; ++channel) sum += samples[at + channel];
    two.insert(two.end(), 2, sum / static_cast<float>(channels));
  }
  return two;
}

std::vector<float> resampled(const std::vector<float>& samples, double ratio, const std::string& name) {
  const auto frames = samples.size() / 2;
  std::vector<float> out(2 * (static_cast<std::size_t>(static_cast<double>(frames) * ratio) + 16));
  SRC_DATA data{};
  data.data_in = samples.data(), data.input_frames = static_cast<long>(frames);
  data.data_out = out.data(), data.output_frames = static_cast<long>(out.size() / 2);
  data.src_ratio = ratio;
  if (const int fault = src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 2); fault != 0)
    throw Error(ErrorKind::kUnsupported, name, "cannot be brought to another sample rate", {},
                src_strerror(fault));
  out.resize(2 * static_cast<std::size_t>(data.output_frames_gen));
  return out;
}

}  // namespace

Audio read_sound(const std::filesystem::path& path, int sample_rate) {
  if (!std::filesystem::exists(path))
    throw Error(ErrorKind::kNotFound, path.string(), "does not exist", "a sound file");
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> in(sf_open(path.c_str(), SFM_READ, &info), &sf_close);
  if (!in) throw Error(path.string(), "is not a sound file that can be read", "WAV, FLAC, Ogg or MP3");
  if (info.channels < 1 || info.channels > kMostChannels || info.samplerate < 1)
    throw Error(path.string(), "is not a sound file that can be read",
                fmt::format("1 to {} channels", kMostChannels), fmt::format("{}", info.channels));
  const double ratio = double(sample_rate) / info.samplerate;
  const auto most = static_cast<double>(limits::kMostFrames);
  if (double(info.frames) * std::max(1.0, ratio) * info.channels > 2 * most)
    throw Error(ErrorKind::kLimit, path.string(), "is too long",
                fmt::format("at most {:.0f} s", most / sample_rate),
                fmt::format("{:.0f} s", double(info.frames) / info.samplerate));
  std::vector<float> samples(static_cast<std::size_t>(info.frames * info.channels));
  const auto count = sf_read_float(in.get(), samples.data(), static_cast<sf_count_t>(samples.size()));
  samples.resize(static_cast<std::size_t>(count));
  auto two = two_channels(samples, static_cast<std::size_t>(info.channels));
  if (info.samplerate != sample_rate) two = resampled(two, ratio, path.string());
  return {sample_rate, 2, std::move(two)};
}

}  // namespace s2m
