// Text-music pairs: pieces labelled with emotions, each with a passage of the same emotion. docs/research/pairs.md
// describes the table.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lab/datasets/event_shard.h"
#include "lab/datasets/passage_pool.h"
#include "story2midi/emotion/valence_arousal.h"

namespace s2m {

// Valence and arousal of a labelled piece; those of its quadrant's middle where only that is known; nothing
// of an unlabelled one.
std::optional<ValenceArousal> emotion_of(const ShardPiece& piece);

struct TextMusicPair {
  std::size_t piece = 0;  // of the shard
  const PoolPassage* passage = nullptr;
  ValenceArousal music = {};
  double distance() const;  // between text and music on the plane of valence and arousal
};

struct PairDraw {
  std::uint64_t seed = 1;
  std::uint64_t epoch = 1;
  int per_piece = 5;  // passages drawn for each piece
};

// Every labelled piece with passages of its own split, drawn by PassagePool::draw as training draws them,
// anew for each seed and epoch. In the shard's order. Throws Error where the shard has no labelled piece, or
// the pool no passage of a piece's split and quadrant.
std::vector<TextMusicPair> draw_pairs(const EventShard& shard, const PassagePool& pool, const PairDraw& draw);

// A row of the table, without the line's end.
std::string to_jsonl(const TextMusicPair& pair, const EventShard& shard);

struct PairStatistics {
  std::size_t pairs = 0;
  std::map<std::string, std::size_t> by_split, by_quadrant, by_source, by_dataset;
  std::size_t pieces = 0, songs = 0, passages = 0, stories = 0;  // different ones
  std::size_t passages_of_stories = 0;
  std::size_t songs_on_two_sides = 0, stories_on_two_sides = 0;  // of the split
  double median_distance = 0, largest_distance = 0;
  double mean_words = 0;  // of the passages
  double mean_bars = 0, mean_notes = 0;
};
PairStatistics statistics(const std::vector<TextMusicPair>& pairs, const EventShard& shard);
std::string to_json(const PairStatistics& statistics);

}  // namespace s2m
