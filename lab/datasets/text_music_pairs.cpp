#include "lab/datasets/text_music_pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "lab/statistics/statistics.h"
#include "story2midi/base/error.h"
#include "story2midi/base/json_members.h"
#include "story2midi/stories/words.h"

namespace s2m {
namespace {

constexpr double kQuadrantMiddle = 0.5;

using Json = nlohmann::ordered_json;

// The sides of the split on which each thing stands.
using Sides = std::map<std::string, std::set<Split>>;

std::size_t on_two_sides(const Sides& sides) {
  return static_cast<std::size_t>(
      std::ranges::count_if(sides, [](const auto& entry) { return entry.second.size() > 1; }));
}

}  // namespace

std::optional<ValenceArousal> emotion_of(const ShardPiece& piece) {
  if (piece.valence && piece.arousal) return ValenceArousal{*piece.valence, *piece.arousal};
  if (!piece.quadrant) return std::nullopt;
  return point_in(*piece.quadrant, kQuadrantMiddle);
}

double TextMusicPair::distance() const {
  return std::hypot(passage->valence - music.valence, passage->arousal - music.arousal);
}

std::vector<TextMusicPair> draw_pairs(const EventShard& shard, const PassagePool& pool,
                                      const PairDraw& draw) {
  std::vector<TextMusicPair> pairs;
  for (std::size_t i = 0; i < shard.pieces().size(); ++i) {
    const auto emotion = emotion_of(shard.pieces()[i]);
    if (!emotion) continue;
    Random random(draw.seed, mix_bits(draw.epoch) ^ i);
    for (int k = 0; k < draw.per_piece; ++k) {
      const auto& passage = pool.draw(*emotion, shard.pieces()[i].split, random);
      pairs.push_back({i, &passage, *emotion});
    }
  }
  if (pairs.empty()) throw Error("pairs", "no piece of the shard is labelled", "a shard of emopia, vgmidi");
  return pairs;
}

std::string to_jsonl(const TextMusicPair& pair, const EventShard& shard) {
  const ShardPiece& piece = shard.pieces()[pair.piece];
  const PoolPassage& passage = *pair.passage;
  return write_json(Json{{"split", name_of(piece.split)},
                         {"quadrant", name_of(quadrant_of(pair.music))},
                         {"distance", pair.distance()},
                         {"text_id", passage.id},
                         {"text_source", passage.source},
                         {"story", passage.story},
                         {"text_valence", passage.valence},
                         {"text_arousal", passage.arousal},
                         {"piece", shard.paths()[pair.piece]},
                         {"dataset", shard.datasets()[static_cast<std::size_t>(piece.dataset)]},
                         {"song", fmt::format("{:016x}", piece.song)},
                         {"music_valence", pair.music.valence},
                         {"music_arousal", pair.music.arousal},
                         {"text", passage.text}});
}

PairStatistics statistics(const std::vector<TextMusicPair>& pairs, const EventShard& shard) {
  PairStatistics found;
  found.pairs = pairs.size();
  Sides pieces, songs, passages, stories;
  std::vector<double> distances, words, bars, notes;
  for (const TextMusicPair& pair : pairs) {
    const ShardPiece& piece = shard.pieces()[pair.piece];
    const PoolPassage& passage = *pair.passage;
    ++found.by_split[std::string(name_of(piece.split))];
    ++found.by_quadrant[name_of(quadrant_of(pair.music))];
    ++found.by_source[passage.source];
    ++found.by_dataset[shard.datasets()[static_cast<std::size_t>(piece.dataset)]];
    pieces[shard.paths()[pair.piece]].insert(piece.split);
    songs[fmt::to_string(piece.song)].insert(piece.split);
    const bool is_new = passages[passage.id].insert(passage.split).second;
    if (!passage.story.empty()) {
      stories[passage.source + ": " + passage.story].insert(passage.split);
      found.passages_of_stories += is_new;
    }
    distances.push_back(pair.distance());
    words.push_back(static_cast<double>(word_count(passage.text)));
    const auto events = shard.events(piece);
    bars.push_back(static_cast<double>(std::ranges::count_if(events, &Event::is_bar)));
    notes.push_back(static_cast<double>(std::ranges::count_if(events, &Event::is_note)));
  }
  found.pieces = pieces.size(), found.songs = songs.size();
  found.passages = passages.size(), found.stories = stories.size();
  found.songs_on_two_sides = on_two_sides(songs), found.stories_on_two_sides = on_two_sides(stories);
  if (pairs.empty()) return found;
  found.median_distance = quantile(distances, 0.5), found.largest_distance = quantile(distances, 1);
  found.mean_words = mean(words), found.mean_bars = mean(bars), found.mean_notes = mean(notes);
  return found;
}

std::string to_json(const PairStatistics& s) {
  return Json{{"pairs", s.pairs},
              {"by_split", s.by_split},
              {"by_quadrant", s.by_quadrant},
              {"by_source", s.by_source},
              {"by_dataset", s.by_dataset},
              {"pieces", s.pieces},
              {"songs", s.songs},
              {"songs_on_two_sides", s.songs_on_two_sides},
              {"passages", s.passages},
              {"passages_of_stories", s.passages_of_stories},
              {"stories", s.stories},
              {"stories_on_two_sides", s.stories_on_two_sides},
              {"median_distance", s.median_distance},
              {"largest_distance", s.largest_distance},
              {"mean_words", s.mean_words},
              {"mean_bars", s.mean_bars},
              {"mean_notes", s.mean_notes}}
      .dump(2);
}

}  // namespace s2m
