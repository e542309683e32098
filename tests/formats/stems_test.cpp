// A folder of stems: what stands in it, that it sums to the mix, and that nothing of the user's is lost.
#include "story2midi/formats/stems.h"

#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/audio/with_soundfont.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

Score duo() {
  Score score;
  score.title = "Duo";
  score.tempos = {Tempo::from_bpm(0, 120)};
  Track cello{"Cello", 42, false, {{0, 1900, 43, 70}, {1920, 1900, 48, 80}}, {}};
  cello.controls = {{0, 10, 90}};
  score.tracks = {{"Violin I", 40, false, {{0, 900, 67, 80}, {960, 900, 72, 90}, {1920, 1900, 76, 90}}, {}},
                  {"silent", 0, false, {}, {}},
                  cello,
                  {"Kit", 0, true, {{0, 100, 36, 80}, {960, 100, 38, 80}}, {}}};
  return score;
}

struct SoundRead {
  SF_INFO info{};
  std::vector<float> samples;
};

SoundRead read_back(const fs::path& path) {
  SoundRead sound;
  SNDFILE* in = sf_open(path.c_str(), SFM_READ, &sound.info);
  if (in == nullptr) throw Error(path.string(), "is no sound file");
  sound.samples.resize(static_cast<std::size_t>(sound.info.frames * sound.info.channels));
  sf_read_float(in, sound.samples.data(), static_cast<sf_count_t>(sound.samples.size()));
  sf_close(in);
  return sound;
}

class SaveStems : public WithSoundfont {
 protected:
  void SetUp() override {
    WithSoundfont::SetUp();
    if (IsSkipped()) return;
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }
  const fs::path folder_ = scratch_folder() / "stems";
};

TEST_F(SaveStems, WritesMidiAndSoundOfEachTrackWithNotes) {
  const auto saved = save_stems(duo(), folder_, SoundFormat::kWav);
  EXPECT_EQ(names(), (std::vector<std::string>{"01-Violin-I.mid", "01-Violin-I.wav", "02-Cello.mid",
                                               "02-Cello.wav", "03-Kit.mid", "03-Kit.wav", "stems.json"}));
  const auto cello = load_midi(folder_ / "02-Cello.mid");
  ASSERT_EQ(cello.tracks.size(), 1u);
  EXPECT_EQ(cello.tracks[0].name, "Cello");
  EXPECT_EQ(cello.tracks[0].notes, duo().tracks[2].notes);
  EXPECT_EQ(cello.tempos, duo().tempos);
  EXPECT_TRUE(load_midi(folder_ / "03-Kit.mid").tracks.at(0).is_drums);
  const auto index = nlohmann::json::parse(read_text(folder_ / kStemIndex));
  EXPECT_EQ(index["frames"], saved.mix.samples.size() / 2);
  EXPECT_EQ(index["parts"].size(), 3u);
  EXPECT_EQ(index["parts"][1]["sound"], "02-Cello.wav");
}

// The RMS of the difference lies 90 decibels and more below the mix.
TEST_F(SaveStems, SumToTheMixInWavAndFlac) {
  for (const auto& [format, subtype] :
       {std::pair(SoundFormat::kWav, SF_FORMAT_FLOAT), std::pair(SoundFormat::kFlac, SF_FORMAT_PCM_24)}) {
    fs::remove_all(folder_);
    const auto saved = save_stems(duo(), folder_, format);
    std::vector<double> difference(saved.mix.samples.begin(), saved.mix.samples.end());
    double power = 0, left = 0;
    for (const double sample : difference) power += sample * sample;
    for (const auto& stem : saved.parts) {
      const auto sound = read_back(stem.sound);
      EXPECT_EQ(sound.info.format & SF_FORMAT_SUBMASK, subtype);
      ASSERT_EQ(sound.samples.size(), difference.size()) << "the same frames in all";
      for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= double(sound.samples[i]);
    }
    for (const double sample : difference) left += sample * sample;
    EXPECT_GT(10 * std::log10(power / left), 90) << subtype;
  }
}

// A channel keeps what a score does not know: bends, banks, every controller.
TEST_F(SaveStems, OfAFileHoldItsMessages) {
  MidiFile file = read_midi_file(write_midi(duo()));
  file.messages.push_back({3840, 0xE1, 5, 70});
  const auto saved = save_stems(file, folder_, SoundFormat::kWav);
  EXPECT_EQ(names(), (std::vector<std::string>{"01-Violin-I.mid", "01-Violin-I.wav", "02-Cello.mid",
                                               "02-Cello.wav", "03-Kit.mid", "03-Kit.wav", "stems.json"}));
  const auto cello = load_midi_file(folder_ / "02-Cello.mid");
  std::vector<ChannelMessage> own;
  for (const auto& message : file.messages)
    if ((message.status & 0x0F) == 1) own.push_back(message);
  ASSERT_EQ(cello.messages.size(), own.size());
  for (std::size_t i = 0; i < own.size(); ++i) {
    EXPECT_EQ(cello.messages[i].start_ticks, own[i].start_ticks);
    EXPECT_EQ(cello.messages[i].status, own[i].status);
    EXPECT_EQ(cello.messages[i].first, own[i].first);
    EXPECT_EQ(cello.messages[i].second, own[i].second);
  }
  EXPECT_EQ(cello.score.tempos, duo().tempos);
  EXPECT_EQ(cello.score.tracks.at(0).name, "Cello");
  const auto mix = render(file).samples;
  ASSERT_EQ(saved.mix.samples.size(), mix.size());
  for (std::size_t i = 0; i < mix.size(); ++i) ASSERT_NEAR(saved.mix.samples[i], mix[i], 1e-5) << i;
}

TEST_F(SaveStems, AnEarlierRunIsReplacedAndOtherFilesStay) {
  save_stems(duo(), folder_, SoundFormat::kWav);
  write_text(folder_ / "notes.txt", "mine");
  Score solo = duo();
  solo.tracks.resize(1);
  save_stems(solo, folder_, SoundFormat::kFlac);
  EXPECT_EQ(names(),
            (std::vector<std::string>{"01-Violin-I.flac", "01-Violin-I.mid", "notes.txt", "stems.json"}));
}

TEST_F(SaveStems, AFileThatIsNoStemIsNotOverwritten) {
  fs::create_directories(folder_);
  write_text(folder_ / "02-Cello.wav", "mine");
  EXPECT_THROW(save_stems(duo(), folder_, SoundFormat::kWav), Error);
  EXPECT_EQ(names(), std::vector<std::string>{"02-Cello.wav"});
  EXPECT_EQ(read_text(folder_ / "02-Cello.wav"), "mine");
}

// An index may be edited, or come from elsewhere.
TEST_F(SaveStems, AnIndexThatNamesFilesElsewhereRemovesNone) {
  const auto outside = scratch_folder() / "outside.wav";
  write_text(outside, "mine");
  fs::create_directories(folder_);
  write_text(folder_ / kStemIndex, R"({"parts": [{"midi": "../outside.wav", "sound": 3}, "text"]})");
  save_stems(duo(), folder_, SoundFormat::kWav);
  EXPECT_EQ(read_text(outside), "mine");
  fs::remove(outside);
  write_text(folder_ / kStemIndex, "no json");
  EXPECT_THROW(save_stems(duo(), folder_, SoundFormat::kWav), Error);
}

TEST_F(SaveStems, ABrokenRunCanBeRepeated) {
  int calls = 0;
  EXPECT_THROW(
      save_stems(duo(), folder_, SoundFormat::kWav, {.progress = [&](auto, auto) { return ++calls < 20; }}),
      Cancelled);
  write_text(folder_ / "01-Violin-I.wav", "half");  // as if it had got so far
  EXPECT_NO_THROW(save_stems(duo(), folder_, SoundFormat::kWav));
}

TEST_F(SaveStems, TheSameScoreIsTheSameBytes) {
  save_stems(duo(), folder_, SoundFormat::kWav);
  const auto before = read_bytes(folder_ / "01-Violin-I.wav");
  save_stems(duo(), folder_, SoundFormat::kWav);
  EXPECT_EQ(read_bytes(folder_ / "01-Violin-I.wav"), before);
}

TEST_F(SaveStems, AFileInPlaceOfTheFolderIsRefused) {
  write_text(folder_, "a file");
  EXPECT_THROW(save_stems(duo(), folder_, SoundFormat::kWav), Error);
}

TEST(StemFormat, IsThatOfTheFirstSoundFile) {
  using enum PieceFormat;
  EXPECT_EQ(stem_format({kMidi, kFlac, kWav}), SoundFormat::kFlac);
  EXPECT_EQ(stem_format({kOgg}), SoundFormat::kOggVorbis);
  EXPECT_EQ(stem_format({kMp3}), SoundFormat::kWav);
  EXPECT_EQ(stem_format({kMidi}), SoundFormat::kWav);
}

}  // namespace
}  // namespace s2m
