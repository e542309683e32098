#include "lab/datasets/event_shard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "lab/analysis/to_parts.h"
#include "lab/datasets/music_datasets.h"
#include "lab/datasets/music_shard.h"
#include "lab/datasets/stretches.h"
#include "lab/judge/published_cues.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/random.h"
#include "story2midi/midi/midi.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

// A folder of its own for each test, removed afterwards.
class EventShardTest : public ::testing::Test {
 protected:
  EventShardTest()
      : folder_(scratch_folder() / ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::create_directories(folder_);
  }
  ~EventShardTest() override { fs::remove_all(folder_); }

  MusicDatasetOptions options_for(std::vector<std::string> datasets) const {
    MusicDatasetOptions options;
    options.data = folder_;
    options.datasets = std::move(datasets);
    options.shard = folder_ / "x.events";
    return options;
  }

  fs::path folder_;
};

// An arpeggio that differs by seed.
Score small_score(std::uint64_t seed) {
  Random random(seed);
  Score score;
  score.tracks.resize(1);
  for (int i = 0; i < 32; ++i)
    score.tracks[0].notes.push_back({i * 240, 240, static_cast<std::uint8_t>(random.between(48, 84)), 80});
  return score;
}

ShardContents small_contents() {
  ShardContents contents;
  contents.datasets = {"one", "two"};
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const EventPiece piece = encode(to_parts(small_score(seed), {static_cast<int>(seed), Mode::kMinor}));
    ShardPiece entry;
    entry.dataset = static_cast<int>(seed % 2);
    entry.split = Split::kTest;
    entry.key = piece.key;
    if (seed > 0) entry.quadrant = kQuadrants[seed - 1];  // the first has none
    if (seed > 2) entry.valence = -0.5, entry.arousal = 0.25;
    entry.song = seed * 77;
    contents.pieces.push_back(entry);
    contents.paths.push_back("a/" + std::to_string(seed) + ".mid");
    contents.events.push_back(piece.events);
  }
  return contents;
}

TEST_F(EventShardTest, GivesBackWhatWasWritten) {
  const ShardContents contents = small_contents();
  write_event_shard(folder_ / "x.events", contents);
  const EventShard shard(folder_ / "x.events");
  EXPECT_EQ(shard.datasets(), contents.datasets);
  EXPECT_EQ(shard.paths(), contents.paths);
  ASSERT_EQ(shard.pieces().size(), contents.pieces.size());
  for (std::size_t i = 0; i < contents.pieces.size(); ++i) {
    ShardPiece piece = shard.pieces()[i];
    EXPECT_TRUE(std::ranges::equal(shard.events(piece), contents.events[i]));
    piece.first_event = piece.event_count = 0;
    EXPECT_EQ(piece, contents.pieces[i]);
  }
}

TEST_F(EventShardTest, AnyBrokenByteOrLengthIsAnError) {
  const fs::path path = folder_ / "x.events";
  write_event_shard(path, small_contents());
  const std::vector<std::uint8_t> whole = read_bytes(path);
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    std::vector<std::uint8_t> broken = whole;
    if (i % 2)
      broken.resize(random.below(broken.size()));
    else
      broken[random.below(broken.size())] ^= static_cast<std::uint8_t>(random.between(1, 255));
    write_bytes(path, broken);
    EXPECT_THROW(EventShard{path}, Error) << i;
  }
}

TEST_F(EventShardTest, EventsAgainstTheGrammarAreAnError) {
  ShardContents contents = small_contents();
  contents.events[1].pop_back();
  write_event_shard(folder_ / "x.events", contents);
  EXPECT_THROW(EventShard{folder_ / "x.events"}, Error);
}

TEST_F(EventShardTest, HashFollowsTheData) {
  write_event_shard(folder_ / "x.events", small_contents());
  write_event_shard(folder_ / "y.events", small_contents());
  ShardContents other = small_contents();
  other.events[0].end()[-2].values[kDuration] ^= 1;
  write_event_shard(folder_ / "z.events", other);
  EXPECT_EQ(EventShard(folder_ / "x.events").hash(), EventShard(folder_ / "y.events").hash());
  EXPECT_NE(EventShard(folder_ / "x.events").hash(), EventShard(folder_ / "z.events").hash());
}

// A corpus laid out as EMOPIA's publisher does.
void write_emopia(const fs::path& data) {
  fs::create_directories(data / "emopia/midis");
  fs::create_directories(data / "emopia/split");
  const char* clips[] = {"Q1_aa_b_0.mid", "Q1_aa_b_1.mid", "Q3_cc_0.mid", "Q4_dd_0.mid"};
  for (std::uint64_t i = 0; i < 4; ++i) save_midi(small_score(i), data / "emopia/midis" / clips[i]);
  write_bytes(data / "emopia/midis/Q2_broken_0.mid", std::vector<std::uint8_t>{'M', 'T'});
  write_text(data / "emopia/split/train_clip.csv", ",clip_name\n0,Q1_aa_b_0.mid\n1,Q1_aa_b_1.mid\n");
  write_text(data / "emopia/split/val_clip.csv", ",clip_name\n0,Q3_cc_0.mid\n");
  write_text(data / "emopia/split/test_clip.csv", ",clip_name\n0,Q4_dd_0.mid\n");
}

TEST_F(EventShardTest, EmopiaKeepsItsLabelsSplitAndSongs) {
  write_emopia(folder_);
  MusicDatasetOptions options = options_for({"emopia"});
  const ShardReport report = build_event_shard(options);
  EXPECT_EQ(report.datasets[0].files, 5);
  EXPECT_EQ(report.datasets[0].failed, 1);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_NE(report.failures[0].find("Q2_broken_0.mid"), std::string::npos);

  const EventShard shard(options.shard);
  ASSERT_EQ(shard.pieces().size(), 4u);
  EXPECT_EQ(shard.pieces()[0].quadrant, Quadrant::kQ1);
  EXPECT_GT(*shard.pieces()[0].valence, 0);
  EXPECT_EQ(shard.pieces()[0].song, shard.pieces()[1].song);
  EXPECT_NE(shard.pieces()[0].song, shard.pieces()[2].song);
  EXPECT_EQ(shard.pieces()[2].split, Split::kValidation);
  EXPECT_EQ(shard.pieces()[3].split, Split::kTest);
  EXPECT_EQ(shard.events(shard.pieces()[3])[0].values[kArousal], level_value(*shard.pieces()[3].arousal));
}

TEST_F(EventShardTest, AListNamesFilesAndTheirUse) {
  write_emopia(folder_);
  write_text(folder_ / "list.tsv", "dataset\tpath\tsplit\nemopia\temopia/midis/Q1_aa_b_1.mid\theldout\n");
  MusicDatasetOptions options = options_for({"emopia"});
  options.list = folder_ / "list.tsv";
  build_event_shard(options);
  const EventShard shard(options.shard);
  ASSERT_EQ(shard.pieces().size(), 1u);
  EXPECT_EQ(shard.pieces()[0].split, Split::kTest);
}

TEST_F(EventShardTest, SongsStayWholeAndDoublesGo) {
  fs::create_directories(folder_ / "asap/A");
  fs::create_directories(folder_ / "pop1k7");
  save_midi(small_score(1), folder_ / "asap/A/midi_score.mid");
  save_midi(small_score(1), folder_ / "pop1k7/again.mid");
  for (std::uint64_t i = 0; i < 200; ++i)
    save_midi(small_score(i + 9), folder_ / "pop1k7" / (std::to_string(i) + ".mid"));
  MusicDatasetOptions options = options_for({"asap_scores", "pop1k7"});
  options.validation_share = 0.5;
  const ShardReport report = build_event_shard(options);
  EXPECT_EQ(report.datasets[1].doubles, 1);
  EXPECT_EQ(report.datasets[1].pieces, 200);
  EXPECT_NEAR(static_cast<double>(report.datasets[1].validation_pieces), 100, 30);
  EXPECT_NEAR(report.datasets[1].timing_error_quarters, 0, 1e-9);
}

TEST_F(EventShardTest, Pop909LiesOnItsBeatsNotItsTicks) {
  fs::create_directories(folder_ / "pop909/POP909/001");
  Score score = small_score(3);
  score.tempos = {Tempo::from_bpm(0, 100)};
  for (Note& note : score.tracks[0].notes) note.start_ticks += 37;  // beats lie 37 ticks into the file
  save_midi(score, folder_ / "pop909/POP909/001/001.mid");
  std::string beats;
  for (int beat = 0; beat < 20; ++beat)
    beats += std::to_string(0.6 * beat + 37 * 0.6 / 480) + " 0.0 " + (beat % 4 == 0 ? "1.0" : "0.0") + "\n";
  write_text(folder_ / "pop909/POP909/001/beat_midi.txt", beats);
  const Score loaded = music_dataset("pop909").load(folder_ / "pop909/POP909/001/001.mid");
  for (std::size_t i = 0; i < 32; ++i)
    EXPECT_NEAR(loaded.tracks[0].notes[i].start_ticks, static_cast<int>(i) * 240, 2);
}

// Eight bars of a triad: major, quick and loud, or minor, slow and soft.
Score moody_score(Mode mode) {
  const bool is_major = mode == Mode::kMajor;
  const int step = is_major ? 240 : 960, third = is_major ? 4 : 3;
  const auto velocity = static_cast<std::uint8_t>(is_major ? 100 : 40);
  Score score;
  score.tracks.resize(1);
  for (int i = 0; i * step < 8 * 1920; ++i)
    for (const int pitch : {60, 60 + third, 67})
      score.tracks[0].notes.push_back({i * step, step, static_cast<std::uint8_t>(pitch), velocity});
  return score;
}

TEST_F(EventShardTest, AnAblationsOrderIsThatOfTime) {
  write_emopia(folder_);
  MusicDatasetOptions options = options_for({"emopia"});
  build_event_shard(options);
  const EventShard parts(options.shard);
  options.order = EventOrder::kTime;
  options.shard = folder_ / "time.events";
  build_event_shard(options);
  const EventShard time(options.shard);
  ASSERT_EQ(time.pieces().size(), parts.pieces().size());
  const auto written = parts.events(parts.pieces()[0]), ordered = time.events(time.pieces()[0]);
  EXPECT_FALSE(std::ranges::equal(written, ordered));
  EXPECT_TRUE(std::ranges::equal(written, by_parts(ordered)));
  for (std::size_t i = 1; i < ordered.size(); ++i)
    if (ordered[i].is_note() && ordered[i - 1].is_note())
      EXPECT_LE(ordered[i - 1].position(), ordered[i].position());
}

TEST_F(EventShardTest, AnAblationLeavesTheChordsOut) {
  write_emopia(folder_);
  MusicDatasetOptions options = options_for({"emopia"});
  options.without_chords = true;
  build_event_shard(options);
  const EventShard shard(options.shard);
  EXPECT_TRUE(std::ranges::none_of(shard.events(shard.pieces()[0]), &Event::is_chord));
}

TEST_F(EventShardTest, StretchesAreLabelledByPublishedCues) {
  fs::create_directories(folder_ / "freedoom/musics");
  save_midi(moody_score(Mode::kMajor), folder_ / "freedoom/musics/happy.mid");
  save_midi(moody_score(Mode::kMinor), folder_ / "freedoom/musics/sad.mid");
  const auto music = measure_stretches({.data = folder_, .datasets = {"freedoom"}, .bars = 4});
  ASSERT_EQ(music.size(), 4u);
  MusicDatasetOptions options = options_for({"freedoom"});
  options.stretch_bars = 4;
  options.judge = folder_ / "cues.json";
  save_judge(judge_by_cues(music), options.judge);
  const ShardReport report = build_event_shard(options);
  EXPECT_EQ(report.datasets[0].files, 2);
  const EventShard shard(options.shard);
  ASSERT_EQ(shard.pieces().size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    const ShardPiece& piece = shard.pieces()[i];
    EXPECT_EQ(quadrant_of({*piece.valence, *piece.arousal}), i < 2 ? Quadrant::kQ1 : Quadrant::kQ3);
    EXPECT_EQ(piece.song, shard.pieces()[i / 2 * 2].song);
    EXPECT_EQ(std::ranges::count_if(shard.events(piece), &Event::is_bar), 4);
    EXPECT_EQ(shard.events(piece)[0].values[kArousal], level_value(*piece.arousal));
  }
}

TEST(Stretches, ALastOneHasAtLeastHalfOfTheBars) {
  Score score = moody_score(Mode::kMajor);
  EXPECT_EQ(stretches_of(score, 0).size(), 1u);
  EXPECT_EQ(stretches_of(score, 5).size(), 2u);  // 5 and 3
  EXPECT_EQ(stretches_of(score, 6).size(), 1u);  // 6, and 2 that are left out
  EXPECT_EQ(stretches_of(score, 9).size(), 1u);
}

TEST_F(EventShardTest, StopsWhenAskedAndWritesNothing) {
  write_emopia(folder_);
  MusicDatasetOptions options = options_for({"emopia"});
  EXPECT_THROW(build_event_shard(options, [](auto, auto) { return false; }), Cancelled);
  EXPECT_FALSE(fs::exists(options.shard));
}

TEST(MusicDatasets, UnknownNamesAndMissingFoldersAreErrors) {
  MusicDatasetOptions options;
  options.data = "/nowhere";
  options.datasets = {"pop1k7"};
  EXPECT_THROW(music_dataset("no such corpus"), Error);
  EXPECT_THROW(build_event_shard(options), Error);
}

}  // namespace
}  // namespace s2m
