#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "story2midi/midi/midi.h"
#include "story2midi/music/key.h"
#include "tests/midi/random_score.h"

namespace s2m {
namespace {

Score with_track(Track track) {
  Score score;
  score.tracks.push_back(std::move(track));
  return score;
}

Score round_trip(const Score& score) { return read_midi(write_midi(score)); }

TEST(WriteMidi, RoundTripsRandomScores) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Score score = random_score(seed);
    ASSERT_EQ(round_trip(score), score) << "seed " << seed;
  }
}

TEST(WriteMidi, WritesTheseBytes) {
  Score score = with_track({"A", 5, false, {{0, 480, 60, 64}, {480, 1, 60, 65}}, {}});
  score.tempos = {{0, 500'000}};
  const std::vector<std::uint8_t> expected = {
      'M', 'T',  'h',  'd', 0,    0,    0,    6,    0,    1,    0,  2, 1, 0xE0,  //
      'M', 'T',  'r',  'k', 0,    0,    0,    11,                                //
      0,   0xFF, 0x51, 3,   0x07, 0xA1, 0x20, 0,    0xFF, 0x2F, 0,               //
      'M', 'T',  'r',  'k', 0,    0,    0,    33,                                //
      0,   0xFF, 3,    1,   'A',  0,    0xB0, 0,    0,    0,    32, 0, 0, 0xC0,
      5,   0,    0x90, 60,  64,   0x83, 0x60, 60,   0,         // running status,
      0,   60,   65,   1,   60,   0,    0,    0xFF, 0x2F, 0};  // and releases before strikes
  EXPECT_EQ(write_midi(score), expected);
}

TEST(WriteMidi, KeySignaturesStandInTheNoteTracksTooAndKeepTheirSpelling) {
  Score score = with_track({"", 0, false, {{0, 480, 60, 64}, {480, 480, 62, 64}}, {}});
  score.tracks.push_back({"", 0, true, {{0, 960, 36, 64}}, {}});
  score.key_signatures = {{0, key_of_sharps(6, Mode::kMajor)}, {480, key_of_sharps(-7, Mode::kMinor)}};
  const auto file = write_midi(score);
  const auto count = [&](std::vector<std::uint8_t> event) {
    int found = 0;
    for (auto at = file.begin(); (at = std::search(at, file.end(), event.begin(), event.end())) != file.end();
         ++at)
      ++found;
    return found;
  };
  EXPECT_EQ(count({0xFF, 0x59, 2, 6, 0}), 3) << "of the conductor, the melodic track and the drums";
  EXPECT_EQ(count({0xFF, 0x59, 2, 0xF9, 1}), 3);
  const Score read = read_midi(file);
  EXPECT_EQ(read, score);
  EXPECT_EQ(name_of(read.key_signatures.at(0).key), "F# major");
  EXPECT_EQ(name_of(read.key_signatures.at(1).key), "Ab minor");
}

TEST(WriteMidi, TheConductorHasTitleTextsCuePointsAndCaptions) {
  Score score = with_track({"A", 0, false, {{0, 480, 60, 64}}, {}});
  score.title = "Tale";
  score.copyright = "none";
  score.texts = {"seed 7"};
  score.markers = {{0, "A: Joy"}};
  score.cues = {{0, "climax"}};
  score.tracks[0].lyrics = {{0, "Once."}};
  const auto file = write_midi(score);
  const std::vector<std::uint8_t> head = {
      0, 0xFF, 3, 4, 'T', 'a', 'l', 'e', 0,   0xFF, 2, 4,    'n', 'o', 'n', 'e',                      //
      0, 0xFF, 1, 6, 's', 'e', 'e', 'd', ' ', '7',  0, 0xFF, 6,   6,   'A', ':', ' ', 'J', 'o', 'y',  //
      0, 0xFF, 7, 6, 'c', 'l', 'i', 'm', 'a', 'x',  0, 0xFF, 5,   5,   'O', 'n', 'c', 'e', '.'};
  const auto conductor_start = file.begin() + 14 + 8;
  EXPECT_TRUE(std::equal(head.begin(), head.end(), conductor_start));
}

TEST(WriteMidi, ControllersStandBeforeTheNotesOfTheirTick) {
  Score score = with_track({"A", 0, false, {{0, 480, 60, 64}, {480, 480, 62, 64}}, {{480, 500}}});
  score.tracks[0].controls = {{0, 7, 100}, {480, 11, 90}};
  const auto messages = read_midi_file(write_midi(score)).messages;
  std::vector<std::vector<int>> found;
  for (const ChannelMessage& one : messages)
    found.push_back({one.start_ticks, one.status, one.first, one.second});
  EXPECT_EQ(found, (std::vector<std::vector<int>>{{0, 0xB0, 0, 0},
                                                  {0, 0xB0, 32, 0},
                                                  {0, 0xC0, 0, 0},
                                                  {0, 0xB0, 7, 100},
                                                  {0, 0x90, 60, 64},
                                                  {480, 0x90, 60, 0},
                                                  {480, 0xB0, 64, 127},
                                                  {480, 0xB0, 11, 90},
                                                  {480, 0x90, 62, 64},
                                                  {500, 0xB0, 64, 0},
                                                  {960, 0x90, 62, 0}}));
  score.tracks[0].controls = {{0, 7, 200}};
  EXPECT_THROW(write_midi(score), Error);
}

TEST(WriteMidi, CutsOverlapsOfOnePitch) {
  const Score read =
      round_trip(with_track({"", 0, false, {{0, 900, 60, 64}, {0, 999, 60, 60}, {480, 100, 60, 65}}, {}}));
  EXPECT_EQ(read.tracks.at(0).notes, (std::vector<Note>{{0, 480, 60, 64}, {480, 100, 60, 65}}));
}

TEST(WriteMidi, BringsOtherGridsTo480) {
  Score score = with_track({"", 0, false, {{96, 48, 60, 64}, {144, 1, 60, 64}}, {{0, 96}}});
  score.ticks_per_quarter = 96;
  score.time_signatures = {{0, 3, 4}, {288, 4, 4}};
  const Score read = round_trip(score);
  EXPECT_EQ(read.ticks_per_quarter, 480);
  EXPECT_EQ(read.tracks.at(0).notes, (std::vector<Note>{{480, 240, 60, 64}, {720, 5, 60, 64}}));
  EXPECT_EQ(read.tracks.at(0).pedal, (std::vector<PedalSpan>{{0, 480}}));
  EXPECT_EQ(read.time_signatures.at(1).start_ticks, 1440);
}

TEST(WriteMidi, GivesDrumsAloneTheTenthChannel) {
  Score score;
  for (int program = 0; program < 15; ++program)
    score.tracks.push_back({"", program, false, {{0, 1, 60, 64}}, {}});
  score.tracks.push_back({"", 0, true, {{0, 1, 36, 64}}, {}});
  EXPECT_EQ(round_trip(score), score);
}

TEST(WriteMidi, SharesChannelsByProgram) {
  Score score;
  for (int i = 0; i < 40; ++i) score.tracks.push_back({"", i % 15, false, {{i, 50, 60, 64}}, {{i, i + 9}}});
  EXPECT_EQ(round_trip(score), score);
  score.tracks.push_back({"", 99, false, {{0, 1, 60, 64}}, {}});
  EXPECT_THROW(write_midi(score), Error);
}

TEST(WriteMidi, LeavesOutTracksWithoutNotes) {
  EXPECT_TRUE(round_trip(with_track({"silent", 3, false, {}, {{0, 5}}})).tracks.empty());
}

TEST(WriteMidi, RefusesWhatMidiCannotHold) {
  EXPECT_THROW(write_midi(with_track({"", 0, false, {{0, 1, 128, 64}}, {}})), Error);
  EXPECT_THROW(write_midi(with_track({"", 0, false, {{0, 1, 60, 0}}, {}})), Error);
  EXPECT_THROW(write_midi(with_track({"", 0, false, {{-1, 5, 60, 64}}, {}})), Error);
  EXPECT_THROW(write_midi(with_track({"", 0, false, {{0, 0, 60, 64}}, {}})), Error);
  EXPECT_THROW(write_midi(with_track({"", 0, false, {{2'000'000'000, 2'000'000'000, 60, 64}}, {}})), Error);
  EXPECT_THROW(write_midi(with_track({"", 128, false, {{0, 1, 60, 64}}, {}})), Error);
}

TEST(WriteMidi, RefusesMapsThatMidiCannotHold) {
  const auto is_refused = [](auto change) {
    Score score;
    change(score);
    EXPECT_THROW(write_midi(score), Error);
  };
  is_refused([](Score& score) { score.tempos = {{0, 0}}; });
  is_refused([](Score& score) { score.time_signatures = {{0, 4, 3}}; });
  is_refused([](Score& score) { score.key_signatures = {{0, {12, Mode::kMajor}}}; });
  is_refused([](Score& score) { score.markers = {{-5, "a"}}; });
  is_refused([](Score& score) { score.ticks_per_quarter = 0; });
}

}  // namespace
}  // namespace s2m
