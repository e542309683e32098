// What a listener may expect of rendered sound: its length, no silence, no clipping, the same again.
#include <fluidsynth.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "story2midi/audio/audio.h"
#include "story2midi/audio/loudness.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/audio/with_soundfont.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

Score two_tracks() {
  Score score;
  score.tempos = {Tempo::from_bpm(0, 90)};
  Track piano{"piano", 0, false, {}, {{0, 1920}}};
  for (int i = 0; i < 8; ++i) piano.notes.push_back({i * 480, 480, static_cast<std::uint8_t>(60 + i), 80});
  Track drums{"drums", 0, true, {{0, 240, 36, 100}, {960, 240, 38, 100}}, {}};
  score.tracks = {piano, drums};
  return score;
}

float peak(const Audio& audio, double from_seconds, double to_seconds) {
  float highest = 0;
  const auto at = [&](double seconds) {
    return std::min(audio.samples.size(), static_cast<std::size_t>(seconds * audio.sample_rate) * 2);
  };
  for (auto i = at(from_seconds); i < at(to_seconds); ++i)
    highest = std::max(highest, std::abs(audio.samples[i]));
  return highest;
}

class Render : public WithSoundfont {};

TEST_F(Render, LastsAsLongAsTheScoreAndItsTail) {
  const auto score = two_tracks();
  const double length = seconds_at(score, end_ticks(score));
  const auto dry = render(score, {.tail_seconds = 0});
  EXPECT_NEAR(dry.length_seconds(), length, 0.05);
  const auto wet = render(score, {.tail_seconds = 2});
  EXPECT_GT(wet.length_seconds(), length);
  EXPECT_LE(wet.length_seconds(), length + 2.05);
}

// The same notes at a velocity.
Score at_velocity(int velocity) {
  Score score = two_tracks();
  score.tracks.pop_back();
  for (Note& note : score.tracks[0].notes) note.velocity = static_cast<std::uint8_t>(velocity);
  return score;
}

TEST_F(Render, SoftMusicIsSofter) {
  const double soft = integrated_loudness(render(at_velocity(45))),
               loud = integrated_loudness(render(at_velocity(90)));
  EXPECT_GT(loud - soft, 6);
  EXPECT_GT(soft, -50);
}

TEST_F(Render, HasTheLoudnessThatIsAskedFor) {
  for (const int velocity : {45, 90})
    EXPECT_NEAR(integrated_loudness(render(at_velocity(velocity), {.loudness = -23})), -23, .2);
  EXPECT_THROW(render(at_velocity(45), {.loudness = 3}), Error);
}

TEST_F(Render, ALoudnessBeyondTheCeilingIsLimited) {
  const auto audio = render(at_velocity(90), {.loudness = -6});
  EXPECT_LE(peak(audio, 0, audio.length_seconds() + 1), kCeiling + 1e-6f);
  EXPECT_GT(integrated_loudness(audio), -16);
}

TEST_F(Render, SoundsThroughoutAndNeverClips) {
  const auto audio = render(two_tracks());
  for (double beat = 0; beat < 8; ++beat)
    EXPECT_GT(peak(audio, beat * 60 / 90, (beat + 1) * 60 / 90), 0.02) << beat;
  EXPECT_GT(peak(audio, 0, audio.length_seconds() + 1), 0.2);
  EXPECT_LE(peak(audio, 0, audio.length_seconds() + 1), kCeiling);
}

TEST_F(Render, EndsInSilence) {
  const auto audio = render(two_tracks(), {.tail_seconds = 1});
  EXPECT_LT(peak(audio, audio.length_seconds() - 0.005, audio.length_seconds()), 0.01);
}

TEST_F(Render, StartsNotesWhenTheyAreWritten) {
  Score score = two_tracks();
  score.tracks.resize(1);
  score.tracks[0].pedal.clear();
  score.tracks[0].notes = {{960, 480, 72, 100}};  // at 4/3 s
  const auto audio = render(score, {.reverb = false});
  EXPECT_LT(peak(audio, 0, 1.32), 0.01);
  EXPECT_GT(peak(audio, 1.33, 1.38), 0.05);
}

// A file of one channel that plays `before`, then a note of two seconds; and the same note on another channel at
// full volume from the third second on.
Audio played(std::vector<ChannelMessage> before, std::vector<ChannelMessage> within = {}) {
  MidiFile file;
  file.messages = std::move(before);
  file.messages.push_back({0, 0x90, 60, 100});
  file.messages.insert(file.messages.end(), within.begin(), within.end());
  file.messages.insert(file.messages.end(),
                       {{1920, 0x80, 60, 0}, {2880, 0x91, 60, 127}, {3840, 0x81, 60, 0}});
  return render(file, {.reverb = false});
}

TEST_F(Render, FilesAreHeardWithTheirVolumeAndExpression) {
  const float plain = peak(played({}), 0, 1);
  EXPECT_GT(plain, 0.1);
  for (const std::uint8_t controller : {7, 11}) {
    EXPECT_LT(peak(played({{0, 0xB0, controller, 0}}), 0, 1), 1e-4) << int{controller} << ": a muted channel";
    EXPECT_LT(peak(played({{0, 0xB0, controller, 40}}), 0, 1), plain / 2) << int{controller};
  }
  const Audio faded = played({}, {{960, 0xB0, 11, 0}});
  EXPECT_GT(peak(faded, 0, 0.9), 0.1);
  EXPECT_LT(peak(faded, 1.2, 1.9), 0.01) << "expression falls in the middle of the note";
}

TEST_F(Render, FilesAreHeardWithTheirPan) {
  const Audio left = played({{0, 0xC0, 19, 0}, {0, 0xB0, 10, 0}});  // an organ
  double sides[2] = {0, 0};
  for (std::size_t i = 0; i < 2 * 44100; ++i) sides[i % 2] += std::abs(left.samples[i]);
  EXPECT_GT(sides[0], 10 * sides[1]);
}

int crossings(const Audio& audio, double from_seconds, double to_seconds) {
  int count = 0;
  for (auto i = static_cast<std::size_t>(from_seconds * 44100);
       i < static_cast<std::size_t>(to_seconds * 44100); ++i)
    count += (audio.samples[2 * i] < 0) != (audio.samples[2 * i + 2] < 0);
  return count;
}

TEST_F(Render, FilesAreHeardWithTheirPitchBend) {
  const ChannelMessage flute{0, 0xC0, 73, 0};
  const int plain = crossings(played({flute}), 0.5, 1.5);
  const int bent = crossings(played({flute, {0, 0xE0, 127, 127}}), 0.5, 1.5);
  EXPECT_NEAR(bent / double(plain), std::exp2(2 / 12.0), 0.03) << "two semitones up";
}

TEST_F(Render, AKitThatTheFontLacksFallsBackToTheStandardKit) {
  Score score = two_tracks();
  score.tracks.erase(score.tracks.begin());
  const auto standard = render(score);
  score.tracks[0].program = 99;
  EXPECT_EQ(render(score).samples, standard.samples);
  MidiFile file;
  file.messages = {{0, 0xC9, 99, 0}, {0, 0x99, 36, 100}, {480, 0x89, 36, 0}};
  EXPECT_GT(peak(render(file), 0, 0.5), 0.2);
}

TEST_F(Render, RefusesMoreSoundThanItsLimit) {
  MidiFile file;
  file.messages = {{0, 0x90, 60, 100}, {20'000 * 960, 0x80, 60, 0}};  // 20,000 seconds
  EXPECT_THROW(render(file), Error);
}

void count_message(int, const char*, void*) {}

TEST_F(Render, LeavesTheHostsLogAsItWas) {
  const auto before = fluid_set_log_function(FLUID_WARN, &count_message, nullptr);
  render(two_tracks(), {.tail_seconds = 0});
  EXPECT_EQ(fluid_set_log_function(FLUID_WARN, before, nullptr), &count_message);
}

TEST_F(Render, IsTheSameAgain) { EXPECT_EQ(render(two_tracks()).samples, render(two_tracks()).samples); }

TEST_F(Render, HoldsUnderThePedal) {
  Score score = two_tracks();
  score.tracks.resize(1);
  score.tracks[0].notes = {{0, 120, 60, 100}, {1800, 1, 100, 1}};
  score.tracks[0].pedal = {{0, 1800}};
  const auto held = render(score, {.reverb = false});
  score.tracks[0].pedal.clear();
  const auto released = render(score, {.reverb = false});
  EXPECT_GT(peak(held, 1.5, 2), 4 * peak(released, 1.5, 2));
}

TEST_F(Render, GivesNothingForNothing) { EXPECT_TRUE(render(Score{}).samples.empty()); }

TEST_F(Render, StopsWhenAsked) {
  EXPECT_THROW(render(two_tracks(), {.progress = [](auto, auto) { return false; }}), Cancelled);
}

TEST_F(Render, RefusesWhatItCannotPlay) {
  EXPECT_THROW(render(two_tracks(), {.soundfont = "nowhere.sf2"}), Error);
  EXPECT_THROW(render(two_tracks(), {.soundfont = __FILE__}), Error);
  // A file that begins as a soundfont does, and ends in its first list.
  const auto stub = scratch_folder() / "stub.sf2";
  write_text(stub, std::string("RIFF\xff\xff\xff\x7fsfbkLIST\xff\xff\xff\xffINFO", 24));
  EXPECT_THROW(render(two_tracks(), {.soundfont = stub.string()}), Error);
  EXPECT_THROW(render(two_tracks(), {.sample_rate = 12}), Error);
  Score endless = two_tracks();
  endless.tracks[0].notes.push_back({INT32_MAX - 10, 20, 60, 60});
  EXPECT_THROW(render(endless), Error);
}

TEST(SaveWav, WritesWhatIsReadAgain) {
  Audio audio{22050, 2, {}};
  for (int i = 0; i < 2000; ++i) audio.samples.push_back(static_cast<float>(std::sin(i * 0.01)) * 1.2f);
  const auto path = scratch_folder() / "save_wav_test.wav";
  save_wav(audio, path);
  SF_INFO info{};
  SNDFILE* in = sf_open(path.c_str(), SFM_READ, &info);
  ASSERT_NE(in, nullptr);
  EXPECT_EQ(info.samplerate, 22050);
  EXPECT_EQ(info.channels, 2);
  EXPECT_EQ(info.frames, 1000);
  std::vector<float> read(2000);
  sf_read_float(in, read.data(), 2000);
  sf_close(in);
  for (std::size_t i = 0; i < read.size(); ++i)
    EXPECT_NEAR(read[i], std::clamp(audio.samples[i], -1.0f, 1.0f), 1e-4) << i;
  std::filesystem::remove(path);
}

// Ogg names its stream by a number, which libsndfile draws from the clock.
TEST(WriteSound, TheSameAudioIsTheSameOggFile) {
  Audio audio{22050, 1, {}};
  for (int i = 0; i < 30000; ++i) audio.samples.push_back(static_cast<float>(std::sin(i * 0.01)) * .5f);
  const auto bytes = write_sound(audio, SoundFormat::kOggVorbis);
  EXPECT_EQ(write_sound(audio, SoundFormat::kOggVorbis), bytes);
  const auto path = scratch_folder() / "same.ogg";
  write_bytes(path, bytes);
  SF_INFO info{};
  SNDFILE* in = sf_open(path.c_str(), SFM_READ, &info);  // libogg drops pages with a wrong checksum
  ASSERT_NE(in, nullptr);
  std::vector<float> read(audio.samples.size());
  EXPECT_EQ(sf_read_float(in, read.data(), 30000), 30000);
  EXPECT_NEAR(read[15000], audio.samples[15000], .05);
  sf_close(in);
  std::filesystem::remove(path);
  audio.samples[7] += .1f;
  const auto other = write_sound(audio, SoundFormat::kOggVorbis);
  EXPECT_FALSE(std::equal(bytes.begin() + 14, bytes.begin() + 18, other.begin() + 14));
}

TEST(SaveWav, LeavesNothingBehindWhereItCannotWrite) {
  EXPECT_THROW(save_wav(Audio{}, "/nonexistent/folder/a.wav"), Error);
}

}  // namespace
}  // namespace s2m
