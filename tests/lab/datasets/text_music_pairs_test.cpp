#include "lab/datasets/text_music_pairs.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

// Eight songs of two clips, by quadrant; the last four songs are held out. And a pool with ten passages of
// each quadrant and side.
class Pairs : public testing::Test {
 protected:
  Pairs() {
    ShardContents contents;
    contents.datasets = {"clips"};
    for (std::size_t i = 0; i < 16; ++i) {
      contents.pieces.push_back({.split = i < 8 ? Split::kTrain : Split::kTest,
                                 .key = {},
                                 .quadrant = kQuadrants[i / 2 % 4],
                                 .valence = {},
                                 .arousal = {},
                                 .song = i / 2});
      contents.paths.push_back("clip " + std::to_string(i));
      Event bar{.kind = kBarEvent};
      bar.values[kMetre] = static_cast<std::uint8_t>(metre_value({4, 4}));
      contents.events.push_back({bar, {.kind = kMelodyEvent, .values = {0, 60, 5}}, {.kind = kEndEvent}});
    }
    contents.pieces.push_back({.key = {}, .valence = {}, .arousal = {}, .song = 99});  // without a label
    contents.paths.emplace_back("unlabelled");
    contents.events.push_back(contents.events[0]);
    write_event_shard(folder_ / "pairs.events", contents);
    std::vector<PoolPassage> passages;
    for (int i = 0; i < 80; ++i)
      passages.push_back({.id = std::to_string(i),
                          .source = i % 2 ? "tales" : "posts",
                          .story = i % 2 ? "tale " + std::to_string(i) : "",
                          .text = "one two three",
                          .valence = (i % 4 == 0 || i % 4 == 3 ? 1 : -1) * (0.3 + 0.005 * i),
                          .arousal = (i % 4 < 2 ? 1 : -1) * 0.5,
                          .split = i < 40 ? Split::kTrain : Split::kTest});
    write_passages(passages, folder_ / "pairs.jsonl");
  }
  const std::filesystem::path folder_ = scratch_folder();
  std::vector<TextMusicPair> draw(const PairDraw& options) const {
    return draw_pairs(shard(), pool(), options);
  }
  const EventShard& shard() const {
    static const EventShard shard(folder_ / "pairs.events");
    return shard;
  }
  const PassagePool& pool() const {
    static const PassagePool pool(folder_ / "pairs.jsonl");
    return pool;
  }
};

TEST_F(Pairs, TextAndMusicShareTheirQuadrantAndSide) {
  const auto pairs = draw({.per_piece = 3});
  ASSERT_EQ(pairs.size(), 48u);
  for (const TextMusicPair& pair : pairs) {
    EXPECT_EQ(quadrant_of(pair.passage->point()), shard().pieces()[pair.piece].quadrant);
    EXPECT_EQ(pair.passage->split, shard().pieces()[pair.piece].split);
    EXPECT_LT(pair.distance(), 0.5);
  }
}

TEST_F(Pairs, EachEpochDrawsAnewAndTheSameSeedTheSame) {
  const auto texts = [&](const PairDraw& options) {
    std::vector<std::string> ids;
    for (const auto& pair : draw(options)) ids.push_back(pair.passage->id);
    return ids;
  };
  EXPECT_EQ(texts({.seed = 4, .epoch = 2}), texts({.seed = 4, .epoch = 2}));
  EXPECT_NE(texts({.seed = 4, .epoch = 2}), texts({.seed = 4, .epoch = 3}));
  EXPECT_NE(texts({.seed = 4, .epoch = 2}), texts({.seed = 5, .epoch = 2}));
}

TEST_F(Pairs, StatisticsCountWhatIsThere) {
  const auto pairs = draw({.per_piece = 50});
  const auto found = statistics(pairs, shard());
  EXPECT_EQ(found.pairs, 800u);
  EXPECT_EQ(found.pieces, 16u);
  EXPECT_EQ(found.songs, 8u);
  EXPECT_EQ(found.passages, 80u);
  EXPECT_EQ(found.stories, 40u);
  EXPECT_EQ(found.passages_of_stories, 40u);
  EXPECT_EQ(found.songs_on_two_sides + found.stories_on_two_sides, 0u);
  EXPECT_EQ(found.by_split, (std::map<std::string, std::size_t>{{"test", 400}, {"train", 400}}));
  EXPECT_EQ(found.by_quadrant.size(), 4u);
  EXPECT_EQ(found.mean_words, 3);
  EXPECT_EQ(found.mean_bars, 1);
  EXPECT_LE(found.median_distance, found.largest_distance);
  EXPECT_EQ(nlohmann::json::parse(to_json(found))["by_dataset"]["clips"], 800);
}

TEST_F(Pairs, ARowNamesBoth) {
  const auto pairs = draw({.per_piece = 1});
  const auto row = nlohmann::json::parse(to_jsonl(pairs[2], shard()));
  EXPECT_EQ(row["piece"], "clip 2");
  EXPECT_EQ(row["quadrant"], "Q2");
  EXPECT_EQ(row["split"], "train");
  EXPECT_EQ(row["text_id"], pairs[2].passage->id);
  EXPECT_EQ(row["music_valence"], -0.5);
  EXPECT_NEAR(row["distance"], pairs[2].distance(), 1e-12);
}

}  // namespace
}  // namespace s2m
