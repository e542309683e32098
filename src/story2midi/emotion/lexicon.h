// A sentiment word list (VADER format): the baseline for every reader, and extra input features for
// ours.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/emotion/emotion.h"

namespace s2m {

// What stands beside an encoder's states (EncoderConfig::features), each divided by the root of the number of
// words: sums of valence, of its strength, of what is above and below zero, exclamation marks, question
// marks; and undivided: the highest and the lowest valence, the logarithm of the number of words less that of
// twelve.
inline constexpr std::size_t kLexiconFeatures = 9;
using LexiconFeatures = std::array<float, kLexiconFeatures>;

// Fewer, for lists that are read beside another: the sum of valence divided by the number of words and by its
// root, and the sum of its strength divided by their number.
inline constexpr std::size_t kListedFeatures = 3;
using ListedFeatures = std::array<float, kListedFeatures>;

// A list as VADER's is (Hutto, Gilbert 2014): a word and its mean valence, from -4 to 4 there, a line. A
// negation within three words before turns a word's valence and weakens it to .74, as VADER does.
class Lexicon {
 public:
  Lexicon() = default;  // of no words
  // `file` is VADER's vader_lexicon.txt. Throws Error naming the line.
  explicit Lexicon(const std::filesystem::path& file);
  // From lines of word, tab, valence; Errors name `where`.
  Lexicon(std::string_view lines, const std::string& where);
  // Such lines, in the order of the words: what a model file keeps.
  std::string lines() const;

  // Valence: the sum of the words' valences over the square root of the number of words. Arousal, of which
  // the list knows nothing, by the strength of feeling: the sum of |valence| over the same. Both are on a
  // scale of their own, and without labels.
  Emotion read(std::string_view text) const;
  LexiconFeatures features(std::string_view text) const;
  // Here a word that is not listed counts as the one that it is a form of: "calmer" as "calm".
  ListedFeatures listed_features(std::string_view text) const;
  // Of one word in lower case, from -kStrongest to kStrongest; empty where the list has it not.
  std::optional<double> valence(std::string_view word) const;
  std::optional<double> valence_of_form(std::string_view word) const;
  static constexpr double kStrongest = 4;

 private:
  using Lookup = std::optional<double> (Lexicon::*)(std::string_view word) const;
  struct Sums;
  Sums sums(std::string_view text, Lookup lookup) const;

  struct Word {
    std::string text;
    double valence;
  };
  std::vector<Word> words_;  // in the order of their texts, each once
};

}  // namespace s2m
