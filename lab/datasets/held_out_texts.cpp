#include "lab/datasets/held_out_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/base/json_members.h"
#include "story2midi/stories/words.h"

namespace s2m {
namespace {

using Passages = std::vector<const PoolPassage*>;

std::string row_of(const PoolPassage& passage, const HeldOutTexts& wanted) {
  nlohmann::ordered_json row{{"quadrant", name_of(quadrant_of(passage.point()))},
                             {"id", passage.id},
                             {"source", passage.source},
                             {"text", passage.text}};
  if (wanted.states_emotion) {
    row["valence"] = passage.valence;
    row["arousal"] = passage.arousal;
  }
  return write_json(row) + '\n';
}

// Shuffled, then one of each source in turn until a source has no more.
Passages mixed(std::map<std::string, Passages>& by_source, Random& random) {
  std::size_t longest = 0;
  for (auto& [source, passages] : by_source) {
    std::shuffle(passages.begin(), passages.end(), random);
    longest = std::max(longest, passages.size());
  }
  Passages all;
  for (std::size_t i = 0; i < longest; ++i)
    for (const auto& [source, passages] : by_source)
      if (i < passages.size()) all.push_back(passages[i]);
  return all;
}

}  // namespace

std::string held_out_texts(const PassagePool& pool, const HeldOutTexts& wanted) {
  const auto most = static_cast<std::size_t>(wanted.per_quadrant),
             fewest = static_cast<std::size_t>(wanted.fewest_words);
  std::string lines;
  for (const Quadrant quadrant : kQuadrants) {
    std::map<std::string, Passages> by_source;
    for (const PoolPassage& passage : pool.passages())
      if (passage.split == wanted.split && quadrant_of(passage.point()) == quadrant &&
          word_count(passage.text) >= fewest)
        by_source[passage.source].push_back(&passage);
    Random random(wanted.seed, index_of(quadrant) + 1);
    const auto texts = mixed(by_source, random);
    if (texts.size() < most)
      throw Error("passages", "too few held-out texts of " + name_of(quadrant), fmt::to_string(most),
                  fmt::to_string(texts.size()));
    for (std::size_t i = 0; i < most; ++i) lines += row_of(*texts[i], wanted);
  }
  return lines;
}

}  // namespace s2m
