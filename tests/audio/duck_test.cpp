// Music under speech: when it falls, how far, when it comes back; and narration of any kind of file.
#include "story2midi/audio/duck.h"

#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>
#include <numbers>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/audio/with_soundfont.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

constexpr int kRate = 44100;

// Half a second of silence, then a tone at each of `spans`, in seconds.
Audio spoken(double seconds, const std::vector<std::pair<double, double>>& spans, int rate = kRate,
             int channels = 2) {
  Audio audio{rate, channels, {}};
  for (int frame = 0; frame < seconds * rate; ++frame) {
    const double time = double(frame) / rate;
    bool is_speech = false;
    for (const auto& [start, end] : spans) is_speech |= time >= start && time < end;
    const double sample = is_speech ? .2 * std::sin(2 * std::numbers::pi * 200 * time) : 0;
    audio.samples.insert(audio.samples.end(), static_cast<std::size_t>(channels), static_cast<float>(sample));
  }
  return audio;
}

double decibels(const std::vector<float>& gains, double seconds) {
  return 20 * std::log10(gains.at(static_cast<std::size_t>(seconds * kRate)));
}

TEST(Duck, FallsBeforeSpeechAndRisesAfterIt) {
  const DuckOptions how{.depth_db = 12, .attack_seconds = .4, .release_seconds = 1, .hold_seconds = .3};
  const auto gains = duck_gains(spoken(10, {{3, 5}}), 10 * kRate, how);
  ASSERT_EQ(gains.size(), 10u * kRate);
  EXPECT_NEAR(decibels(gains, 2.5), 0, .01);
  EXPECT_NEAR(decibels(gains, 2.8), -6, 1.2) << "half of the attack";
  for (const double time : {3.0, 4.0, 4.99}) EXPECT_NEAR(decibels(gains, time), -12, .01) << time;
  EXPECT_NEAR(decibels(gains, 5.52), -6, .6) << "half of the release";
  EXPECT_NEAR(decibels(gains, 6.1), 0, .01);
}

TEST(Duck, ShortPausesDoNotRaiseTheMusicAndLongOnesDo) {
  const auto gains = duck_gains(spoken(12, {{1, 2}, {2.4, 4}, {8, 9}}), 12 * kRate, {});
  EXPECT_NEAR(decibels(gains, 2.2), -12, .01);
  EXPECT_NEAR(decibels(gains, 6), 0, .01);
}

TEST(Duck, NoiseUnderTheThresholdIsNoSpeech) {
  Audio quiet = spoken(3, {{0, 3}});
  for (float& sample : quiet.samples) sample *= .01f;  // -57 dB
  for (const float gain : duck_gains(quiet, 3 * kRate, {})) ASSERT_EQ(gain, 1);
}

TEST(Duck, ShorterAndLongerNarrationFit) {
  const auto shorter = duck_gains(spoken(2, {{0, 2}}), 5 * kRate, {});
  EXPECT_NEAR(decibels(shorter, 1), -12, .01);
  EXPECT_NEAR(decibels(shorter, 4), 0, .01);
  EXPECT_EQ(duck_gains(spoken(9, {{0, 9}}), kRate, {}).size(), std::size_t{kRate});
  EXPECT_TRUE(duck_gains(Audio{kRate, 2, {}}, 0, {}).empty());
}

TEST(Duck, RefusesWhatIsOutOfRange) {
  EXPECT_THROW(duck_gains(spoken(1, {}), 10, {.depth_db = -3}), Error);
  EXPECT_THROW(duck_gains(spoken(1, {}), 10, {.attack_seconds = std::nan("")}), Error);
}

TEST(ReadSound, BringsOtherRatesAndChannelsToTwoAtOurs) {
  const auto path = scratch_folder() / "narration.wav";
  for (const int rate : {16000, 44100, 48000})
    for (const int channels : {1, 2, 6}) {
      const auto source = spoken(2, {{.5, 1.5}}, rate, channels);
      SF_INFO info{0, rate, channels, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 0, 0};
      SNDFILE* out = sf_open(path.c_str(), SFM_WRITE, &info);
      sf_write_float(out, source.samples.data(), static_cast<sf_count_t>(source.samples.size()));
      sf_close(out);
      const auto read = read_sound(path, kRate);
      EXPECT_EQ(read.sample_rate, kRate);
      EXPECT_EQ(read.channels, 2);
      EXPECT_NEAR(read.length_seconds(), 2, .002) << rate << " " << channels;
      const auto wanted = spoken(2, {{.5, 1.5}});
      double worst = 0;
      for (std::size_t i = 2 * 26000; i < 2 * 60000; ++i)
        worst = std::max(worst, std::abs(double(read.samples[i]) - wanted.samples[i]));
      EXPECT_LT(worst, .005) << rate << " " << channels;
    }
  std::filesystem::remove(path);
}

TEST(ReadSound, NamesWhatIsNoSound) {
  EXPECT_THROW(read_sound("nowhere.wav", kRate), Error);
  const auto path = scratch_folder() / "text.wav";
  write_text(path, "no sound");
  EXPECT_THROW(read_sound(path, kRate), Error);
  std::filesystem::remove(path);
}

class Narrated : public WithSoundfont {
 protected:
  // An organ chord of six seconds.
  Score chord() const {
    Score score;
    score.tracks = {{"Organ", 19, false, {{0, 5760, 60, 80}, {0, 5760, 67, 80}}, {}}};
    return score;
  }
  double level(const Audio& audio, double from, double to) const {
    double sum = 0;
    std::size_t count = 0;
    for (auto i = static_cast<std::size_t>(from * kRate) * 2; i < static_cast<std::size_t>(to * kRate) * 2;
         ++i)
      sum += double(audio.samples[i]) * audio.samples[i], ++count;
    return 10 * std::log10(sum / static_cast<double>(count));
  }
};

TEST_F(Narrated, MusicIsLoweredWhileSomebodySpeaks) {
  const auto plain = render(chord());
  const auto ducked = render(chord(), {.narration = Narration{spoken(4, {{2, 4}}), {}, false}});
  ASSERT_EQ(ducked.samples.size(), plain.samples.size());
  EXPECT_NEAR(level(ducked, 2.2, 3.8) - level(plain, 2.2, 3.8), -12, .1);
  EXPECT_NEAR(level(ducked, .5, 1.5), level(plain, .5, 1.5), .01);
  EXPECT_NEAR(level(ducked, 5, 5.8), level(plain, 5, 5.8), .01);
}

TEST_F(Narrated, MixedNarrationIsInTheSoundAndOutlastsTheMusic) {
  const Narration narration{spoken(20, {{2, 4}, {18, 20}}), {}, true};
  const auto mixed = render(chord(), {.loudness = -30, .narration = narration});
  EXPECT_NEAR(mixed.length_seconds(), 20, .01);
  EXPECT_NEAR(level(mixed, 18.1, 19.9), level(narration.speech, 18.1, 19.9), .01);
  EXPECT_GT(level(mixed, 2.2, 3.8), level(narration.speech, 2.2, 3.8) - .5);
}

TEST_F(Narrated, StemsAndNarrationSumToTheMix) {
  const Narration narration{spoken(20, {{2, 4}, {18, 20}}), {}, true};
  std::vector<double> sum;
  bool has_narration = false;
  const auto mix = render_stems(chord(), {.narration = narration}, [&](std::size_t track, const Audio& part) {
    has_narration |= track == kNarrationStem;
    sum.resize(part.samples.size());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += double(part.samples[i]);
  });
  EXPECT_TRUE(has_narration);
  ASSERT_EQ(sum.size(), mix.samples.size());
  for (std::size_t i = 0; i < sum.size(); ++i) ASSERT_NEAR(sum[i], mix.samples[i], 1e-6) << i;
}

TEST_F(Narrated, RefusesSpeechAtAnotherRate) {
  EXPECT_THROW(render(chord(), {.narration = Narration{spoken(1, {}, 48000), {}, false}}), Error);
}

}  // namespace
}  // namespace s2m
