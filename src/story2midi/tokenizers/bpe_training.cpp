#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <queue>
#include <unordered_map>
#include <unordered_set>

#include "story2midi/base/error.h"
#include "story2midi/tokenizers/bpe.h"
#include "story2midi/tokenizers/pretokens.h"
#include "story2midi/tokenizers/token_pair.h"

namespace s2m {
namespace {

constexpr int kFirstByteId = 4;        // after <s>, <pad>, </s>, <unk>
constexpr std::size_t kMaxPiece = 64;  // bytes; longer pieces are rules and noise, and teach nothing
constexpr std::int64_t kLeastCount = 2;

struct Word {
  std::vector<TokenId> symbols;
  std::int64_t count = 0;
};

std::vector<Word> count_words(const std::function<bool(std::string&)>& next_line) {
  std::unordered_map<std::string, std::int64_t> counts;
  std::string line, key;
  while (next_line(line))
    for_each_pretoken(line, [&](std::string_view piece) {
      if (piece.size() > kMaxPiece) return;
      key.assign(piece);
      ++counts[key];
    });
  std::vector<std::pair<std::string, std::int64_t>> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end());  // the same words in any order give the same vocabulary
  std::vector<Word> words;
  for (const auto& [text, count] : sorted) {
    words.push_back({{}, count});
    for (const char byte : text)
      words.back().symbols.push_back(kFirstByteId + static_cast<unsigned char>(byte));
  }
  return words;
}

// Merges over a table of counted words. Each pair knows its count and the words it may stand in; the queue
// holds pairs by a count that was true once, so a pair that became rarer is put back when it comes up.
class MergeLearner {
 public:
  explicit MergeLearner(std::vector<Word> words) : words_(std::move(words)) {
    for (int byte = 0; byte < 256; ++byte) {
      texts_.emplace_back(1, static_cast<char>(byte));
      ids_.emplace(texts_.back(), kFirstByteId + byte);
    }
    for (std::size_t word = 0; word < words_.size(); ++word) {
      count_pairs(words_[word], words_[word].count);
      list_pairs(word, [](const TokenPair&) { return true; });
    }
    for (const auto& [pair, statistics] : pairs_) queue_.push({statistics.count, pair});
  }

  void learn(std::size_t token_count) {
    while (texts_.size() < token_count) {
      const auto best = next_pair();
      if (!best) return;
      merge(*best);
    }
  }

  const std::vector<std::string>& texts() const { return texts_; }  // from id kFirstByteId on
  const std::vector<TokenPair>& merges() const { return merges_; }

 private:
  struct Statistics {
    std::int64_t count = 0;
    std::vector<std::uint32_t> words;
  };
  struct Candidate {
    std::int64_t count;
    TokenPair pair;
    // The most frequent comes first; of equals the pair of the oldest tokens.
    bool operator<(const Candidate& other) const {
      return count != other.count ? count < other.count : pair > other.pair;
    }
  };

  void count_pairs(const Word& word, std::int64_t by) {
    for (std::size_t i = 0; i + 1 < word.symbols.size(); ++i)
      pairs_[{word.symbols[i], word.symbols[i + 1]}].count += by;
  }

  template <class Wanted>
  void list_pairs(std::size_t word, Wanted wanted) {
    const auto& symbols = words_[word].symbols;
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
      const TokenPair pair(symbols[i], symbols[i + 1]);
      if (!wanted(pair)) continue;
      auto& list = pairs_[pair].words;
      if (list.empty() || list.back() != word) list.push_back(static_cast<std::uint32_t>(word));
    }
  }

  std::optional<TokenPair> next_pair() {
    while (!queue_.empty()) {
      const auto [count, pair] = queue_.top();
      queue_.pop();
      const std::int64_t now = pairs_[pair].count;
      if (now == count && count >= kLeastCount) return pair;
      if (now < count && now >= kLeastCount) queue_.push({now, pair});
    }
    return std::nullopt;
  }

  TokenId token_for(const TokenPair& pair) {
    const std::string text = texts_[static_cast<std::size_t>(pair.first - kFirstByteId)] +
                             texts_[static_cast<std::size_t>(pair.second - kFirstByteId)];
    const auto [place, added] = ids_.emplace(text, kFirstByteId + static_cast<TokenId>(texts_.size()));
    if (added) texts_.push_back(text);  // otherwise another pair makes the same text already
    return place->second;
  }

  void merge(const TokenPair& pair) {
    const TokenId token = token_for(pair);
    merges_.push_back(pair);
    const auto touched = std::move(pairs_[pair].words);
    pairs_[pair].words.clear();
    std::unordered_set<TokenPair, TokenPairHash> fresh;
    for (const auto word : touched) {
      count_pairs(words_[word], -words_[word].count);
      replace(words_[word].symbols, pair, token);
      count_pairs(words_[word], words_[word].count);
      list_pairs(word, [&](const TokenPair& p) {
        const bool is_fresh = p.first == token || p.second == token;
        if (is_fresh) fresh.insert(p);
        return is_fresh;
      });
    }
    for (const auto& p : fresh) queue_.push({pairs_[p].count, p});
    pairs_.erase(pair);
  }

  static void replace(std::vector<TokenId>& symbols, const TokenPair& pair, TokenId token) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      const bool here = i + 1 < symbols.size() && symbols[i] == pair.first && symbols[i + 1] == pair.second;
      symbols[kept++] = here ? token : symbols[i];
      if (here) ++i;
    }
    symbols.resize(kept);
  }

  std::vector<Word> words_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, TokenId> ids_;
  std::vector<TokenPair> merges_;
  std::unordered_map<TokenPair, Statistics, TokenPairHash> pairs_;
  std::priority_queue<Candidate> queue_;
};

std::string vocabulary_text(const std::vector<std::string>& texts) {
  auto json = nlohmann::ordered_json::object();
  auto& members = json.get_ref<nlohmann::ordered_json::object_t&>();
  for (const char* token : {"<s>", "<pad>", "</s>", "<unk>"}) members.emplace_back(token, members.size());
  for (const auto& text : texts) members.emplace_back(to_byte_alphabet(text), members.size());
  members.emplace_back("<mask>", members.size());
  return json.dump();
}

std::string merges_text(const MergeLearner& learner) {
  std::string text;
  const auto name = [&](TokenId id) {
    return to_byte_alphabet(learner.texts()[static_cast<std::size_t>(id - kFirstByteId)]);
  };
  for (const auto& [left, right] : learner.merges()) text += name(left) + ' ' + name(right) + '\n';
  return text;
}

}  // namespace

BytePairEncoder train_bpe(const std::function<bool(std::string& line)>& next_line, int vocabulary_size) {
  constexpr int kSmallest = kFirstByteId + 256 + 1;
  if (vocabulary_size < kSmallest)
    throw Error("train_bpe", "vocabulary too small", "at least " + std::to_string(kSmallest) + " tokens",
                std::to_string(vocabulary_size));
  MergeLearner learner(count_words(next_line));
  learner.learn(static_cast<std::size_t>(vocabulary_size - kFirstByteId - 1));
  return BytePairEncoder(vocabulary_text(learner.texts()), merges_text(learner));
}

}  // namespace s2m
