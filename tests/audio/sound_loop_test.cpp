// Loops of sound: seamless, as long as the body, and told by their files.
#include "story2midi/audio/sound_loop.h"

#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/audio/with_soundfont.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

// Two bars of intro and four of body, at 120: the body from 4 s to 12 s. Its last chord rings with reverberation.
Score ring() {
  Score score;
  score.tempos = {Tempo::from_bpm(0, 120)};
  Track organ{"Organ", 19, false, {}, {}}, vibes{"Vibraphone", 11, false, {}, {}};
  for (int bar = 0; bar < 6; ++bar) {
    organ.notes.push_back({bar * 1920, 1920, static_cast<std::uint8_t>(48 + bar), 90});
    for (int beat = 0; beat < 4; ++beat)
      vibes.notes.push_back(
          {bar * 1920 + beat * 480, 460, static_cast<std::uint8_t>(60 + 2 * beat + bar), 90});
  }
  vibes.pedal = {{7680, 11520}};
  score.tracks = {organ, vibes};
  score.markers = {{3840, kLoopStart}, {11520, kLoopEnd}};
  return score;
}

class SoundLoop : public WithSoundfont {};

TEST_F(SoundLoop, IsAsLongAsTheBodyAndLiesWholeBarsLater) {
  EXPECT_EQ(loop_body(ring(), 44100), (LoopFrames{4 * 44100, 12 * 44100}));
  EXPECT_EQ(sound_loop(ring(), 44100), (LoopFrames{6 * 44100, 14 * 44100}));
  EXPECT_EQ(render(ring()).samples.size(), 2u * 14 * 44100) << "no tail and nothing behind the loop";
  Score plain = ring();
  plain.markers.pop_back();
  EXPECT_FALSE(sound_loop(plain, 44100));
}

// The sound before the jump's target is the sound before the jump, and a step over the seam is none.
TEST_F(SoundLoop, TheJumpIsHeardAsNothing) {
  const auto sound = render(ring());
  const auto loop = *sound_loop(ring(), 44100);
  const auto at = [&](std::int64_t frame, int side) {
    return sound.samples[static_cast<std::size_t>(2 * frame + side)];
  };
  for (int side = 0; side < 2; ++side) {
    EXPECT_NEAR(at(loop.end - 1, side), at(loop.start - 1, side), 1e-6);
    float largest = 0;
    for (auto frame = loop.start; frame < loop.start + 4410; ++frame)
      largest = std::max(largest, std::abs(at(frame + 1, side) - at(frame, side)));
    EXPECT_LE(std::abs(at(loop.start, side) - at(loop.end - 1, side)), largest);
  }
}

// What rings at the body's end rings on in the body's beginning, the second time.
TEST_F(SoundLoop, TheTailRunsOnIntoTheRepeat) {
  Score score = ring();
  score.tracks[0].notes = {{11040, 480, 60, 110}};  // half a second before the end
  score.tracks.resize(1);
  const auto sound = render(score);
  const auto level = [&](double from, double to) {
    double sum = 0;
    for (auto i = static_cast<std::size_t>(2 * 44100 * from); i < static_cast<std::size_t>(2 * 44100 * to);
         ++i)
      sum += std::abs(sound.samples[i]);
    return sum;
  };
  EXPECT_GT(level(12.05, 12.3), 50 * level(4.05, 4.3));
}

TEST_F(SoundLoop, StemsSumToTheMix) {
  std::vector<double> sum(2 * 14 * 44100);
  const auto mix = render_stems(ring(), {}, [&](std::size_t, const Audio& part) {
    ASSERT_EQ(part.samples.size(), sum.size());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += double(part.samples[i]);
  });
  for (std::size_t i = 0; i < sum.size(); i += 11) ASSERT_NEAR(sum[i], mix.samples[i], 1e-5) << i;
}

Audio tone() {
  Audio audio{44100, 2, {}};
  for (int i = 0; i < 2 * 60001; ++i) audio.samples.push_back(static_cast<float>(std::sin(i * .01)) * .5f);
  return audio;
}

std::vector<float> decoded(const std::vector<std::uint8_t>& bytes, const char* name,
                           SF_INSTRUMENT* instrument = nullptr) {
  const auto path = scratch_folder() / name;
  write_bytes(path, bytes);
  SF_INFO info{};
  SNDFILE* in = sf_open(path.c_str(), SFM_READ, &info);
  if (in == nullptr) throw Error(path.string(), "is no sound file");
  std::vector<float> samples(static_cast<std::size_t>(2 * info.frames));
  sf_read_float(in, samples.data(), static_cast<sf_count_t>(samples.size()));
  if (instrument) {
    EXPECT_EQ(sf_command(in, SFC_GET_INSTRUMENT, instrument, sizeof *instrument), SF_TRUE);
  }
  sf_close(in);
  std::filesystem::remove(path);
  return samples;
}

std::uint32_t little_endian(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= std::uint32_t{bytes[at + i]} << (8 * i);
  return value;
}

// The end in the file is the last frame that is played; libsndfile reads it as the first that is not.
TEST(LoopPoints, OfWavAreASampleChunk) {
  for (const auto depth : {SampleDepth::k16, SampleDepth::kFine}) {
    const auto plain = write_sound(tone(), SoundFormat::kWav, depth);
    const auto bytes = with_loop_points(plain, SoundFormat::kWav, {1000, 60001});
    EXPECT_EQ(little_endian(bytes, 4), bytes.size() - 8);
    const auto chunk = bytes.size() - 68;
    EXPECT_EQ(std::memcmp(bytes.data() + chunk, "smpl", 4), 0);
    EXPECT_EQ(little_endian(bytes, chunk + 8 + 44), 1000u);
    EXPECT_EQ(little_endian(bytes, chunk + 8 + 48), 60000u);
    SF_INSTRUMENT instrument{};
    EXPECT_EQ(decoded(bytes, "loop.wav", &instrument), decoded(plain, "plain.wav"));
    EXPECT_EQ(instrument.loop_count, 1);
    EXPECT_EQ(instrument.loops[0].start, 1000u);
    EXPECT_EQ(instrument.loops[0].end, 60001u);
  }
}

TEST(LoopPoints, OfOggAndFlacAreComments) {
  for (const auto& [format, name] :
       {std::pair(SoundFormat::kOggVorbis, "loop.ogg"), std::pair(SoundFormat::kFlac, "loop.flac")}) {
    const auto plain = write_sound(tone(), format);
    const auto bytes = with_loop_points(plain, format, {1000, 60001});
    const std::string text(bytes.begin(), bytes.end());
    EXPECT_NE(text.find("LOOPSTART=1000"), text.npos) << name;
    EXPECT_NE(text.find("LOOPLENGTH=59001"), text.npos)
        << name << ": start and length reach the end, not beyond";
    EXPECT_EQ(decoded(bytes, name), decoded(plain, name)) << name;
    EXPECT_EQ(with_loop_points(plain, format, {1000, 60001}), bytes);
  }
}

TEST(LoopPoints, AreRefusedForMp3) { EXPECT_THROW(with_loop_points({}, SoundFormat::kMp3, {0, 1}), Error); }

}  // namespace
}  // namespace s2m
