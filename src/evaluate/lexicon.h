// What a list of words knows of emotion: the floor that every reader must pass.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "emotion/emotion.h"

namespace s2m {

// VADER's word list (Hutto, Gilbert 2014): a word and its mean valence from -4 to 4 a line.
class Lexicon {
 public:
  // `file` is VADER's vader_lexicon.txt. Throws Error naming the line.
  explicit Lexicon(const std::filesystem::path& file);

  // Valence: the sum of the words' valences over the square root of the number of words. Arousal, of which
  // the list knows nothing, by the strength of feeling: the sum of |valence| over the same. A negation within
  // three words before turns a word's valence and weakens it to .74, as VADER does. Both are on a scale of
  // their own, and without labels.
  Emotion read(std::string_view text) const;
  // Of one word in lower case, from -kStrongest to kStrongest; empty where the list has it not.
  std::optional<double> valence(std::string_view word) const;
  static constexpr double kStrongest = 4;

 private:
  std::unordered_map<std::string, double> valence_;
};

}  // namespace s2m
