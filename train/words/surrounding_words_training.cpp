#include "train/words/surrounding_words_training.h"

#include <map>
#include <set>

#include "story2midi/base/error.h"
#include "train/words/sparse_ridge.h"

namespace s2m::train {
namespace {

// In the order of the words.
SurroundingWeights common_words(const std::vector<std::string>& texts, int fewest) {
  std::map<std::string, int> with;
  for (const auto& text : texts) {
    const auto words = words_and_marks(text);
    for (const auto& word : std::set<std::string>(words.begin(), words.end())) ++with[word];
  }
  SurroundingWeights common;
  for (const auto& [word, sentences] : with) {
    if (sentences < fewest) continue;
    common.words += word + '\n';
    common.rarity.push_back(rarity_of(sentences, texts.size()));
  }
  return common;
}

}  // namespace

SurroundingWeights train_surrounding_words(const Sentences& sentences,
                                           const SurroundingWordsOptions& options) {
  auto trained = common_words(sentences.texts, options.fewest_sentences);
  if (trained.words.empty()) throw Error("surrounding words", "no word stands in enough sentences");
  const KnownWords known(trained.words);
  SparseRows rows;
  for (const auto& text : sentences.texts) rows.add(weigh_ngrams(known.count(text), trained.rarity));
  const auto around = surroundings_of(sentences);
  trained.weights = fit_sparse_ridge({.rows = rows,
                                      .targets = around,
                                      .outputs = kSurroundingOutputs,
                                      .columns = known.size(),
                                      .penalty = options.penalty,
                                      .steps = options.steps,
                                      .on_step = options.on_step});
  return trained;
}

}  // namespace s2m::train
