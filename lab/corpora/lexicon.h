// A sentiment word list in VADER's format: the floor that evaluations print beside a reader.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/emotion/emotion.h"

namespace s2m {

// A word and its mean valence, from -4 to 4, on each line (Hutto, Gilbert 2014). A negation within three words before
// turns a word's valence and weakens it to .74, as VADER does.
class Lexicon {
 public:
  // `file` is VADER's vader_lexicon.txt. Throws Error naming the line.
  explicit Lexicon(const std::filesystem::path& file);
  // From lines of word, tab, valence; Errors name `where`.
  Lexicon(std::string_view lines, const std::string& where);

  // Valence: the sum of the words' valences over the square root of the number of words. Arousal, of which
  // the list knows nothing, by the strength of feeling: the sum of |valence| over the same. Both are on a
  // scale of their own, and without labels.
  Emotion read(std::string_view text) const;

 private:
  struct Word {
    std::string text;
    double valence;
  };
  std::vector<Word> words_;  // in the order of their texts, each once
};

}  // namespace s2m
