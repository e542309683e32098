#include "story2midi/audio/loudness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace s2m {
namespace {

// A tone of 1 kHz at `level` of full scale in both channels.
Audio tone(double level, double seconds, int rate = 48000) {
  Audio audio{rate, 2, {}};
  for (int frame = 0; frame < seconds * rate; ++frame) {
    const auto sample = static_cast<float>(level * std::sin(2 * std::numbers::pi * 1000 * frame / rate));
    audio.samples.push_back(sample), audio.samples.push_back(sample);
  }
  return audio;
}

float peak(const Audio& audio) {
  float highest = 0;
  for (const float sample : audio.samples) highest = std::max(highest, std::abs(sample));
  return highest;
}

// EBU Tech 3341, test signal 1: a stereo tone of 1 kHz at -23 dBFS has -23 LUFS.
TEST(Loudness, OfTheStandardsToneIsAsTheStandardStates) {
  EXPECT_NEAR(integrated_loudness(tone(std::pow(10, -23 / 20.0), 20)), -23, .1);
  EXPECT_NEAR(integrated_loudness(tone(std::pow(10, -33 / 20.0), 20)), -33, .1);
}

TEST(Loudness, OfSilenceIsMinusInfinity) {
  EXPECT_TRUE(std::isinf(integrated_loudness(tone(0, 2))));
  EXPECT_TRUE(std::isinf(integrated_loudness({})));
}

TEST(Level, BelowTheCeilingIsOnlyMultiplied) {
  Audio audio = tone(.2, 1);
  const Audio before = audio;
  set_level(audio, 3);
  for (std::size_t i = 0; i < audio.samples.size(); ++i) EXPECT_EQ(audio.samples[i], 3 * before.samples[i]);
}

TEST(Level, PeaksAreLimitedAndWhatLiesFarFromThemIsNot) {
  Audio audio = tone(.3, 2);
  const Audio before = audio;
  for (std::size_t i = 96000; i < 96200; ++i) audio.samples[i] *= 5;  // around the first second
  set_level(audio, 1);
  EXPECT_LE(peak(audio), kCeiling + 1e-6f);
  const std::size_t near = 2 * 47988;  // a crest 12 frames before: the gain has fallen already
  EXPECT_LT(std::abs(audio.samples[near]), .8 * std::abs(before.samples[near]));
  for (std::size_t i = 0; i < 2 * 40000; ++i) EXPECT_EQ(audio.samples[i], before.samples[i]);
  for (std::size_t i = 2 * 56000; i < audio.samples.size(); ++i)
    EXPECT_EQ(audio.samples[i], before.samples[i]);
}

TEST(Level, ALoudPieceKeepsItsWaveform) {
  Audio audio = tone(.5, 2);
  set_level(audio, 4);
  EXPECT_NEAR(peak(audio), kCeiling, .02);
  const Audio wanted = tone(peak(audio), 2);
  for (std::size_t i = 0; i < audio.samples.size(); i += 7)
    EXPECT_NEAR(audio.samples[i], wanted.samples[i], .02);
}

}  // namespace
}  // namespace s2m
