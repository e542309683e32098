// Text cut into words as BERT's tokenizer does before it looks for word pieces (Devlin et al. 2019): controls
// removed, Chinese characters and punctuation each a word, accents and case removed where asked.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace s2m {

struct BertTextOptions {
  bool lowercase = true;
  bool strip_accents = true;
  bool split_chinese = true;
  bool operator==(const BertTextOptions&) const = default;
};

// A normalised word and the origin of each of its characters.
struct BertWord {
  struct Character {
    std::size_t at;          // first byte in `text`
    std::size_t begin, end;  // bytes of the source
  };
  std::string text;  // UTF-8
  std::vector<Character> characters;
  void clear() { text.clear(), characters.clear(); }
};

// Reads word after word. Malformed bytes are skipped, as replacement characters are.
class BertWords {
 public:
  BertWords(std::string_view text, const BertTextOptions& options) : text_(text), options_(options) {}
  // False at the end. `word` keeps its memory from call to call.
  bool next(BertWord& word);

 private:
  struct Character {
    char32_t value;
    std::size_t begin, end;
    bool alone;             // a word of its own
    bool inserted = false;  // a further part of the code point before it
  };
  bool refill();
  void wait_for(char32_t value, std::size_t begin);
  void strip_accents();

  std::string_view text_;
  BertTextOptions options_;
  std::size_t at_ = 0;
  std::vector<Character> waiting_;  // of the code point read last, after normalisation
  std::size_t taken_ = 0;           // of them
};

}  // namespace s2m
