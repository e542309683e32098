#include "lab/reports/beats_and_keys.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "story2midi/base/files.h"
#include "story2midi/midi/midi.h"
#include "tests/base/scratch_folder.h"
#include "tests/music/build_scores.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

TEST(BeatFMeasure, CountsMatchesOnBothSides) {
  const std::vector<double> truth{1, 2, 3, 4};
  EXPECT_EQ(beat_f_measure(truth, truth), 1);
  EXPECT_EQ(beat_f_measure(std::vector<double>{1.06, 2.06, 3.06, 4.06}, truth), 1);
  EXPECT_EQ(beat_f_measure(std::vector<double>{1.1, 2.1, 3.1, 4.1}, truth), 0);
  EXPECT_DOUBLE_EQ(beat_f_measure(std::vector<double>{1, 3}, truth), 2.0 / 3);
  EXPECT_DOUBLE_EQ(beat_f_measure(std::vector<double>{1, 1.01, 1.02, 1.03}, truth), 0.25);
  EXPECT_EQ(beat_f_measure(std::vector<double>{}, truth), 0);
}

TEST(KeyAccuracy, WeighsErrorsAsMirexDoes) {
  const Key c_major{0, Mode::kMajor};
  KeyAccuracy accuracy;
  accuracy.add(c_major, c_major);
  accuracy.add({7, Mode::kMajor}, c_major);
  accuracy.add({9, Mode::kMinor}, c_major);
  accuracy.add({0, Mode::kMinor}, c_major);
  accuracy.add({6, Mode::kMajor}, c_major);
  EXPECT_DOUBLE_EQ(accuracy.mirex_score(), (1 + .5 + .3 + .2) / 5);
  EXPECT_DOUBLE_EQ(accuracy.signature_share(), 2.0 / 5);
}

// A folder laid out as POP909 is, with one song of known beats and key.
class Pop909Layout : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = scratch_folder() / "beats_and_keys_test";
    fs::create_directories(folder_ / "001");
    std::vector<double> beats;
    std::string lines;
    for (int i = 0; i < 64; ++i) {
      beats.push_back(0.5 + 0.6 * i);
      lines += std::to_string(beats.back()) + (i % 4 == 0   ? " 1.0 1.0\n"
                                               : i % 2 == 0 ? " 1.0 0.0\n"
                                                            : " 0.0 0.0\n");
    }
    save_midi(testing::play(beats, 4, 0.01), folder_ / "001" / "001.mid");
    write_text(folder_ / "001" / "beat_midi.txt", lines);
    write_text(folder_ / "001" / "key_audio.txt", "0.5 2.0 F#:min\n2.0 40.0 C:maj\n");
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(Pop909Layout, BeatsAreJudgedByItsBeatFile) {
  const BeatAccuracy beats = evaluate_beats(folder_);
  EXPECT_EQ(beats.pieces, 1);
  EXPECT_GT(beats.f_measure, 0.95);
  EXPECT_EQ(beats.metre_share, 1);
  EXPECT_EQ(beats.downbeat_share, 1);
}

TEST_F(Pop909Layout, KeysAreJudgedByTheLongest) {
  const KeyAccuracy keys = evaluate_keys(folder_);
  EXPECT_EQ(keys.pieces, 1);
  EXPECT_EQ(keys.exact + keys.fifth, 1);  // bars of C and of G in turn: either may be heard as home
}

TEST(Corpora, KeysOfPop909) {
  const char* data = std::getenv("S2M_DATA");
  if (!data || !fs::exists(fs::path(data) / "pop909")) GTEST_SKIP() << "S2M_DATA names no folder with pop909";
  EXPECT_GT(evaluate_keys(fs::path(data) / "pop909").exact_share(), 0.87);
}

}  // namespace
}  // namespace s2m
