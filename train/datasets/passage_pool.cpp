#include "train/datasets/passage_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "text/passages.h"

namespace s2m::train {
namespace {

Split split_of(const std::string& where, const std::string& name) {
  if (name == "train") return Split::kTrain;
  if (name == "validation" || name == "valid") return Split::kValidation;
  if (name == "test") return Split::kTest;
  throw Error(where, "unknown split", "train, validation or test", name);
}

// The text's tokens between <s> and </s>, cut at the end.
std::vector<TokenId> ids_of(const BytePairEncoder& vocabulary, const std::string& text, int max_tokens) {
  std::vector<TokenId> ids = vocabulary.encode_with_ends(single_spaced(text));
  const auto most = static_cast<std::size_t>(max_tokens);
  if (ids.size() > most) {
    ids[most - 1] = ids.back();
    ids.resize(most);
  }
  return ids;
}

}  // namespace

int quadrant_of(double valence, double arousal) {
  if (arousal >= 0) return valence >= 0 ? 1 : 2;
  return valence < 0 ? 3 : 4;
}

PassagePool::PassagePool(const std::filesystem::path& jsonl, const BytePairEncoder& vocabulary,
                         int max_tokens) {
  std::ifstream in(jsonl);
  if (!in) throw Error(jsonl.string(), "cannot be read");
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    const std::string where = fmt::format("{}: line {}", jsonl.string(), ++number);
    try {
      const auto json = nlohmann::json::parse(line);
      passages_.push_back({ids_of(vocabulary, json.at("text").get<std::string>(), max_tokens),
                           json.at("valence").get<double>(), json.at("arousal").get<double>(),
                           split_of(where, json.at("split").get<std::string>())});
    } catch (const nlohmann::json::exception& fault) {
      throw Error(where, fault.what());
    }
  }
  const auto learnt = [](const PoolPassage& passage) { return passage.split == Split::kTrain; };
  if (std::none_of(passages_.begin(), passages_.end(), learnt))
    throw Error(jsonl.string(), "no passages to train on");
}

const PoolPassage& PassagePool::draw(double valence, double arousal, Split split, Random& random) const {
  const int quadrant = quadrant_of(valence, arousal);
  std::vector<double> cumulative;
  double sum = 0;
  for (const PoolPassage& p : passages_) {
    const double square = std::pow(p.valence - valence, 2) + std::pow(p.arousal - arousal, 2);
    const bool fits = p.split == split && quadrant_of(p.valence, p.arousal) == quadrant;
    // The floor keeps a quadrant drawable whose passages are all far away.
    sum += fits ? std::exp(-square / (kReach * kReach)) + 1e-9 : 0;
    cumulative.push_back(sum);
  }
  if (sum == 0)
    throw Error("passages", "none of the emotion's quadrant", "at least one", fmt::to_string(quadrant));
  const auto place = std::upper_bound(cumulative.begin(), cumulative.end() - 1, random.uniform() * sum);
  return passages_[static_cast<std::size_t>(place - cumulative.begin())];
}

}  // namespace s2m::train
