// A folder of a composer's pieces: what is read, what is left out, what is held out.
#include "lab/datasets/own_music.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "lab/datasets/event_shard.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/random.h"
#include "story2midi/midi/midi.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

Score a_tune(std::uint64_t seed) {
  Score score;
  score.ticks_per_quarter = 480;
  score.tempos = {Tempo::from_bpm(0, 100)};
  score.time_signatures = {{0, {4, 4}}};
  score.tracks.emplace_back();
  Random random(seed);
  for (int i = 0; i < 64; ++i)
    score.tracks[0].notes.push_back({480 * i, 480, static_cast<std::uint8_t>(60 + random.below(20)), 80});
  return score;
}

class OwnFolder : public testing::Test {
 protected:
  OwnFolder() { fs::create_directories(folder_ / "deep"); }
  ~OwnFolder() override {
    fs::remove_all(folder_);
    fs::remove(shard_);
  }
  void add_tunes(int count) const {
    for (int i = 0; i < count; ++i)
      save_midi(a_tune(static_cast<std::uint64_t>(i)), folder_ / "deep" / fmt::format("{}.mid", i));
  }
  OwnMusic read() const { return read_own_music(folder_, shard_, 2); }

  fs::path folder_ = scratch_folder() / "own_music", shard_ = scratch_folder() / "own_music.events";
};

TEST_F(OwnFolder, IsReadButForBrokenFilesAndDoubles) {
  add_tunes(30);
  write_text(folder_ / "broken.MID", "no MIDI");
  write_text(folder_ / "letter.txt", "no music");
  save_midi(a_tune(3), folder_ / "again.midi");
  const auto music = read();
  EXPECT_EQ(music.files, 32u);
  EXPECT_EQ(music.pieces, 30u);
  EXPECT_EQ(music.steps.size(), 30u);
  ASSERT_EQ(music.failures.size(), 1u);
  EXPECT_NE(music.failures[0].find("broken.MID"), std::string::npos);
  EXPECT_EQ(music.doubles, std::vector<std::string>{"deep/3.mid is again.midi"});
}

TEST_F(OwnFolder, HoldsOutATenthByTheNamesAlone) {
  add_tunes(40);
  const auto held_out = [&] {
    EXPECT_EQ(read().held_out, 4u);
    const EventShard shard(shard_);
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < shard.pieces().size(); ++i)
      if (shard.pieces()[i].split == Split::kValidation) paths.push_back(shard.paths()[i]);
    return paths;
  };
  const auto before = held_out();
  EXPECT_EQ(held_out(), before);
  save_midi(a_tune(99), folder_ / "deep" / "zz.mid");
  auto after = held_out();
  std::erase(after, "deep/zz.mid");
  EXPECT_TRUE(std::ranges::includes(before, after)) << "the others stay where they are";
}

TEST_F(OwnFolder, OfTooFewPiecesIsRefused) {
  add_tunes(19);
  try {
    read();
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("too few pieces"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("19 of 19"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace s2m
