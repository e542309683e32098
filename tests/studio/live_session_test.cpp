// A session of turns: one piece, told as it is written, the same for the same turns.
#include "story2midi/live_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "story2midi/base/error.h"
#include "tests/base/scratch_folder.h"
#include "tests/compose/tiny_decoder.h"
#include "tests/reading/tiny_encoder.h"

namespace s2m {
namespace {

const std::vector<std::string> kTurns{"The sun was warm and she laughed.", "The sea was calm.", "",
                                      "Then the storm was black, and the dog ran."};

class Live : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = scratch_folder() / "live";
    std::filesystem::create_directories(folder_);
    save_encoder(folder_ / "encoder.safetensors", tiny_encoder_config());
    auto config = tiny_config();
    config.memory_width = tiny_encoder_config().width;
    save_decoder(folder_ / "decoder.safetensors", config);
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }
  static std::filesystem::path folder_;
  Studio studio_{folder_, 2};
};
std::filesystem::path Live::folder_;

TEST_F(Live, TurnsBecomeOnePieceWithAnEnd) {
  LiveSession session(studio_, {.compose = {.seed = 5}});
  EXPECT_FALSE(session.has_begun());
  for (const auto& turn : kTurns) session.turn(turn);
  EXPECT_TRUE(session.has_begun());
  const Piece piece = session.end();
  EXPECT_EQ(piece.written.bars.size(), 4 * kTurns.size() + 4);
  EXPECT_EQ(bars(piece.score).size(), piece.written.bars.size());
  EXPECT_EQ(piece.plan.sections.size(), kTurns.size() + 1);
  const auto& second = piece.plan.sections[1];
  EXPECT_EQ(session.text().substr(second.start_byte, second.end_byte - second.start_byte), kTurns[1]);
  EXPECT_EQ(second.title, kTurns[1]);
  const auto& captions = piece.score.tracks.front().lyrics;
  ASSERT_EQ(captions.size(), 3u);
  EXPECT_EQ(captions[1], (Lyric{piece.written.bars[4].start * kTicksPerPosition, kTurns[1]}));
}

TEST_F(Live, EachBarIsToldOnceInItsTurn) {
  std::vector<BarView> told;
  LiveSession session(
      studio_,
      {.plan = {.palette = "string-quartet"},
       .compose = {.seed = 5, .humanise = 0, .on_bar = [&](const BarView& bar) { told.push_back(bar); }}});
  for (std::size_t i = 0; i < kTurns.size(); ++i) {
    session.turn(kTurns[i]);
    ASSERT_EQ(told.size(), 4 * (i + 1));
  }
  const Piece piece = session.end();
  ASSERT_EQ(told.size(), piece.written.bars.size());
  const TempoMap time(piece.score);
  double seconds = 0;
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told[i].number, static_cast<int>(i) + 1);
    EXPECT_NEAR(told[i].start_seconds, seconds, 1e-3);
    seconds += told[i].length_seconds;
  }
  EXPECT_NEAR(seconds, time.seconds_at(end_ticks(piece.score)), 1e-2);
}

// On the grid the notes told are those of the file.
TEST_F(Live, TheNotesThatWereToldAreTheFiles) {
  std::vector<Note> told, saved;
  LiveSession session(studio_, {.compose = {.seed = 5, .humanise = 0, .on_bar = [&](const BarView& bar) {
                                              for (const auto& note : bar.notes) told.push_back(note.note);
                                            }}});
  for (const auto& turn : kTurns) session.turn(turn);
  for (const auto& track : session.end().score.tracks)
    saved.insert(saved.end(), track.notes.begin(), track.notes.end());
  const auto starts = [](std::vector<Note>& notes) {
    std::vector<std::pair<std::int32_t, int>> all;
    for (const Note& note : notes) all.emplace_back(note.start_ticks, note.pitch);
    std::ranges::sort(all);
    return all;
  };
  EXPECT_EQ(starts(told), starts(saved));
}

TEST_F(Live, TheSameTurnsAreTheSameBytesAtAnyNumberOfThreads) {
  const auto compose = [&](int threads, std::uint64_t seed) {
    LiveSession session(Studio(folder_, threads), {.compose = {.seed = seed}});
    for (const auto& turn : kTurns) session.turn(turn);
    return session.end();
  };
  EXPECT_EQ(compose(1, 5), compose(2, 5));
  EXPECT_NE(compose(1, 5).written, compose(1, 6).written);
}

TEST_F(Live, WhatFollowsChangesNothingBefore) {
  const auto written = [&](const std::vector<std::string>& turns) {
    LiveSession session(studio_, {.compose = {.seed = 5}});
    for (const auto& turn : turns) session.turn(turn);
    return session.end().written;
  };
  const PartScore three = written({kTurns[0], kTurns[1], kTurns[3]});
  const PartScore other = written({kTurns[0], kTurns[1], "He wept in the cold."});
  const auto before = [&](const PartScore& score) {
    std::vector<PartNote> notes;
    for (const auto& part : score.parts)
      for (const PartNote& note : part)
        if (note.start < three.bars[8].start) notes.push_back({note.start, 0, note.pitch});
    return notes;
  };
  EXPECT_EQ(before(three), before(other));
}

// Which chords lead to another key is the plan's test; here keys, sections and bytes are those of a session that knew nothing.
TEST_F(Live, WhatIsKnownToFollowMovesNoSection) {
  const auto played = [&](bool is_known) {
    LiveSession session(studio_, {.compose = {.seed = 5}});
    for (std::size_t i = 0; i < kTurns.size(); ++i) {
      const bool is_last = i + 1 == kTurns.size();
      const NextTurn next{is_last ? "" : std::string_view(kTurns[i + 1]), is_last};
      session.turn(kTurns[i], is_known ? next : NextTurn{});
    }
    return session.end();
  };
  const Piece known = played(true), unknown = played(false);
  ASSERT_EQ(known.plan.sections.size(), unknown.plan.sections.size());
  for (std::size_t i = 0; i < known.plan.sections.size(); ++i) {
    EXPECT_EQ(known.plan.sections[i].title, unknown.plan.sections[i].title);
    EXPECT_EQ(known.plan.sections[i].bars.front().key, unknown.plan.sections[i].bars.front().key);
  }
  EXPECT_EQ(played(true).score, known.score);
  LiveSession session(studio_, {.compose = {.seed = 5}});
  EXPECT_NO_THROW(session.turn(kTurns[0], {std::string_view("\x89PNG\r\n\x1a\n and more", 18)}));
}

TEST_F(Live, ATurnThatCannotBeReadLeavesThePieceAsItWas) {
  LiveSession session(studio_, {.compose = {.seed = 5}});
  EXPECT_THROW(session.turn(""), Error);
  session.turn(kTurns[0]);
  const Plan before = session.plan();
  EXPECT_THROW(session.turn(std::string("\x89PNG\r\n\x1a\n and more", 18)), Error);
  EXPECT_EQ(session.plan(), before);
  session.turn(kTurns[1]);
  EXPECT_EQ(session.end().written.bars.size(), 12u);
}

TEST_F(Live, OptionsOutOfRangeAreRefused) {
  EXPECT_THROW(LiveSession(studio_, {.compose = {.drafts = 0}}), Error);
  EXPECT_THROW(LiveSession(studio_, {.plan = {.bars = 5}}), Error);
}

}  // namespace
}  // namespace s2m
