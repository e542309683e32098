// Parts by themselves: as long as the mix, and together the mix.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "story2midi/audio/audio.h"
#include "story2midi/audio/loudness.h"
#include "story2midi/base/error.h"
#include "tests/audio/with_soundfont.h"

namespace s2m {
namespace {

// A held chord of strings on the left, a melody on the right, a piano with its pedal, drums; the third track is empty.
Score band(int velocity) {
  const auto loud = static_cast<std::uint8_t>(velocity);
  Score score;
  score.tempos = {Tempo::from_bpm(0, 100)};
  Track strings{"Strings", 48, false, {{0, 3840, 48, loud}, {0, 3840, 55, loud}, {0, 3840, 64, loud}}, {}};
  strings.controls = {{0, 7, 90}, {0, 10, 20}, {1920, 11, 70}};
  Track flute{"Flute", 73, false, {}, {}};
  flute.controls = {{0, 10, 110}};
  Track piano{"Piano", 0, false, {}, {{0, 1900}, {1920, 3840}}};
  Track drums{"Drums", 0, true, {}, {}};
  for (int i = 0; i < 16; ++i) {
    flute.notes.push_back({i * 240, 230, static_cast<std::uint8_t>(72 + i % 5), loud});
    piano.notes.push_back({i * 240, 120, static_cast<std::uint8_t>(60 + 3 * (i % 4)), loud});
    drums.notes.push_back({i * 240, 60, static_cast<std::uint8_t>(i % 4 == 0 ? 36 : 42), loud});
  }
  score.tracks = {strings, flute, {}, piano, drums};
  return score;
}

double rms(const std::vector<float>& samples) {
  double sum = 0;
  for (const float sample : samples) sum += double(sample) * sample;
  return std::sqrt(sum / static_cast<double>(samples.size()));
}

struct Stems {
  Audio mix;
  std::vector<std::size_t> tracks;
  std::vector<Audio> parts;
};

template <class Music>
Stems stems_of(const Music& music, const RenderOptions& options = {}) {
  Stems stems;
  stems.mix = render_stems(music, options, [&](std::size_t track, const Audio& part) {
    stems.tracks.push_back(track);
    stems.parts.push_back(part);
  });
  return stems;
}

// In decibels: how far the difference between the sum of the parts and the mix lies below the mix.
double agreement(const Stems& stems) {
  std::vector<float> difference = stems.mix.samples;
  for (const Audio& part : stems.parts)
    for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= part.samples[i];
  return 20 * std::log10(rms(stems.mix.samples) / rms(difference));
}

class RenderStems : public WithSoundfont {};

TEST_F(RenderStems, SumToTheMix) {
  for (const bool reverb : {true, false}) {
    const auto stems = stems_of(band(80), {.reverb = reverb});
    EXPECT_EQ(stems.tracks, (std::vector<std::size_t>{0, 1, 3, 4})) << "those that have notes";
    for (const Audio& part : stems.parts) {
      EXPECT_EQ(part.samples.size(), stems.mix.samples.size());
      EXPECT_GT(rms(part.samples), .001);
    }
    EXPECT_GT(agreement(stems), 90) << "dB, reverb " << reverb;
  }
}

TEST_F(RenderStems, TheMixIsThatOfRenderWhereNothingIsLimited) {
  const auto stems = stems_of(band(40));
  const auto plain = render(band(40));
  ASSERT_EQ(stems.mix.samples.size(), plain.samples.size());
  for (std::size_t i = 0; i < plain.samples.size(); ++i)
    EXPECT_NEAR(stems.mix.samples[i], plain.samples[i], 1e-6) << i;
}

TEST_F(RenderStems, LoudMusicIsLoweredAsAWholeAndNotLimited) {
  const auto loud = stems_of(band(127), {.loudness = -6});
  EXPECT_LE(std::abs(*std::ranges::max_element(loud.mix.samples)), kCeiling + 1e-6f);
  EXPECT_GT(agreement(loud), 90);
  const auto soft = stems_of(band(127), {.loudness = -40});
  const double ratio = rms(loud.mix.samples) / rms(soft.mix.samples);
  for (std::size_t i = 0; i < loud.mix.samples.size(); i += 97)
    EXPECT_NEAR(loud.mix.samples[i], ratio * soft.mix.samples[i], 1e-4) << i;
}

TEST_F(RenderStems, KeepTheirPan) {
  const auto stems = stems_of(band(80), {.reverb = false});
  const auto sides = [&](std::size_t part) {
    double left = 0, right = 0;
    const auto& samples = stems.parts[part].samples;
    for (std::size_t i = 0; i + 1 < samples.size(); i += 2)
      left += std::abs(samples[i]), right += std::abs(samples[i + 1]);
    return left / right;
  };
  EXPECT_GT(sides(0), 1.3) << "strings on the left";
  EXPECT_LT(sides(1), .75) << "a flute on the right";
}

TEST_F(RenderStems, OfAFileAreItsChannels) {
  const auto file = read_midi_file(write_midi(band(80)));
  const auto stems = stems_of(file);
  EXPECT_EQ(stems.tracks, (std::vector<std::size_t>{0, 1, 2, 9}));
  EXPECT_GT(agreement(stems), 90);
}

TEST_F(RenderStems, FadeAndTailAreThoseOfTheMix) {
  const auto stems = stems_of(band(80), {.tail_seconds = 1, .fade_seconds = 2});
  EXPECT_GT(agreement(stems), 90);
  const auto plain = render(band(80), {.tail_seconds = 1});
  ASSERT_EQ(stems.mix.samples.size(), plain.samples.size());
  const auto half = stems.mix.samples.size() - 2 * 44100;  // a second before the end
  EXPECT_NEAR(stems.mix.samples[half], plain.samples[half] / 2, 1e-4 + std::abs(plain.samples[half]) / 100);
  EXPECT_NEAR(stems.mix.samples[1000], plain.samples[1000], 1e-6);
  EXPECT_THROW(render(band(80), {.fade_seconds = -1}), Error);
  EXPECT_THROW(render(band(80), {.tail_seconds = 1e9}), Error);
}

TEST_F(RenderStems, OfSilenceAreNone) {
  const auto stems = stems_of(Score{});
  EXPECT_TRUE(stems.parts.empty());
  EXPECT_TRUE(stems.mix.samples.empty());
}

}  // namespace
}  // namespace s2m
