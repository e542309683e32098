#include "lab/corpora/lexicon.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m {
namespace {

constexpr double kNegated = -0.74;
constexpr std::size_t kNegationReach = 3;  // words
constexpr std::string_view kNegations[] = {"no",       "not",     "never",   "none", "nobody",
                                           "nothing",  "neither", "nowhere", "nor",  "without",
                                           "scarcely", "hardly",  "cannot"};

bool negates(std::string_view word) {
  return word.ends_with("n't") || std::ranges::find(kNegations, word) != std::end(kNegations);
}

// Words in lower case, with their apostrophes.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (text.substr(i, 3) == "\u2019") {
      c = '\'';
      i += 2;
    }
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool part = (c >= 'a' && c <= 'z') || c == '\'';
    if (part && !in_word) words.emplace_back();
    if (part) words.back() += c;
    in_word = part;
  }
  return words;
}

}  // namespace

Lexicon::Lexicon(const std::filesystem::path& file) : Lexicon(read_text(file), file.string()) {}

Lexicon::Lexicon(std::string_view lines, const std::string& where) {
  words_.reserve(static_cast<std::size_t>(std::ranges::count(lines, '\n')));
  for (std::size_t number = 1; !lines.empty(); ++number) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    if (line.empty()) continue;
    const std::size_t tab = line.find('\t');
    double valence = 0;
    const char* const begin = line.data() + std::min(tab, line.size() - 1) + 1;
    const auto [end, fault] = std::from_chars(begin, line.data() + line.size(), valence);
    if (tab == std::string::npos || fault != std::errc() || !std::isfinite(valence))
      throw Error(where + ": line " + std::to_string(number), "not a word and its valence",
                  "WORD<TAB>VALENCE", "'" + std::string(line.substr(0, 40)) + "'");
    words_.push_back({std::string(line.substr(0, tab)), valence});
  }
  // Of a word listed twice the first counts.
  std::ranges::stable_sort(words_, {}, &Word::text);
  const auto same = [](const Word& a, const Word& b) { return a.text == b.text; };
  words_.erase(std::unique(words_.begin(), words_.end(), same), words_.end());
}

Emotion Lexicon::read(std::string_view text) const {
  const auto words = words_of(text);
  double valence = 0, strength = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto known = std::ranges::lower_bound(words_, words[i], {}, &Word::text);
    if (known == words_.end() || known->text != words[i]) continue;
    const auto at = words.begin() + static_cast<std::ptrdiff_t>(i);
    const bool negated =
        std::any_of(at - static_cast<std::ptrdiff_t>(std::min(i, kNegationReach)), at, negates);
    valence += known->valence * (negated ? kNegated : 1);
    strength += std::abs(known->valence);
  }
  const double length = std::sqrt(static_cast<double>(std::max<std::size_t>(1, words.size())));
  return {valence / length, strength / length, {}};
}

}  // namespace s2m
