#include "lab/datasets/passage_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/json_members.h"

namespace s2m {
namespace {

PoolPassage read_passage(const std::string& line, const std::string& where, std::size_t number) {
  const auto value = parse_json(line, where);
  const JsonMember row(value, where);
  const auto text_or = [&](const char* name, std::string otherwise) {
    return row.has(name) ? row.at(name).text() : std::move(otherwise);
  };
  return {.id = text_or("id", fmt::format("line {}", number)),
          .source = text_or("source", {}),
          .story = text_or("story", {}),
          .text = row.at("text").text(),
          .valence = row.at("valence").number(-1, 1),
          .arousal = row.at("arousal").number(-1, 1),
          .split = split_of_name(row.at("split").text(), where + ".split")};
}

}  // namespace

PassagePool::PassagePool(const std::filesystem::path& jsonl) {
  std::ifstream in(jsonl);
  if (!in) throw Error(jsonl.string(), "cannot be read");
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    passages_.push_back(read_passage(line, fmt::format("{}: line {}", jsonl.string(), number), number));
  }
  if (std::ranges::none_of(passages_, [](const auto& passage) { return passage.split == Split::kTrain; }))
    throw Error(jsonl.string(), "no passages to train on");
}

const PoolPassage& PassagePool::draw(ValenceArousal emotion, Split split, Random& random) const {
  const Quadrant quadrant = quadrant_of(emotion);
  std::vector<double> cumulative;
  double sum = 0;
  for (const PoolPassage& p : passages_) {
    const double square = std::pow(p.valence - emotion.valence, 2) + std::pow(p.arousal - emotion.arousal, 2);
    const bool fits = p.split == split && quadrant_of(p.point()) == quadrant;
    // The floor keeps a quadrant drawable whose passages are all far away.
    sum += fits ? std::exp(-square / (kReach * kReach)) + 1e-9 : 0;
    cumulative.push_back(sum);
  }
  if (sum == 0) throw Error("passages", "none of the emotion's quadrant", "at least one", name_of(quadrant));
  const auto place = std::upper_bound(cumulative.begin(), cumulative.end() - 1, random.uniform() * sum);
  return passages_[static_cast<std::size_t>(place - cumulative.begin())];
}

void write_passages(const std::vector<PoolPassage>& passages, const std::filesystem::path& jsonl) {
  std::string lines;
  for (const PoolPassage& passage : passages) {
    const nlohmann::ordered_json row{{"id", passage.id},
                                     {"source", passage.source},
                                     {"story", passage.story},
                                     {"split", name_of(passage.split)},
                                     {"quadrant", name_of(quadrant_of(passage.point()))},
                                     {"valence", passage.valence},
                                     {"arousal", passage.arousal},
                                     {"text", passage.text}};
    lines += write_json(row) + '\n';
  }
  write_text(jsonl, lines);
}

}  // namespace s2m
