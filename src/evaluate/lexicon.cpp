#include "evaluate/lexicon.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <vector>

#include "base/error.h"

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

Lexicon::Lexicon(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw Error(file.string(), "cannot be read");
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.empty()) continue;
    const std::size_t tab = line.find('\t');
    double valence = 0;
    const char* const begin = line.data() + std::min(tab, line.size() - 1) + 1;
    const auto [end, fault] = std::from_chars(begin, line.data() + line.size(), valence);
    if (tab == std::string::npos || fault != std::errc() || !std::isfinite(valence))
      throw Error(file.string() + ": line " + std::to_string(number), "not a word and its valence",
                  "WORD<TAB>VALENCE", "'" + line.substr(0, 40) + "'");
    valence_.emplace(line.substr(0, tab), valence);
  }
}

std::optional<double> Lexicon::valence(std::string_view word) const {
  const auto known = valence_.find(std::string(word));
  return known == valence_.end() ? std::nullopt : std::optional(known->second);
}

Emotion Lexicon::read(std::string_view text) const {
  const auto words = words_of(text);
  Emotion sum;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto known = valence(words[i]);
    if (!known) continue;
    const auto at = words.begin() + static_cast<std::ptrdiff_t>(i);
    const bool negated =
        std::any_of(at - static_cast<std::ptrdiff_t>(std::min(i, kNegationReach)), at, negates);
    sum.valence += *known * (negated ? kNegated : 1);
    sum.arousal += std::abs(*known);
  }
  const double length = std::sqrt(static_cast<double>(std::max<std::size_t>(1, words.size())));
  return {sum.valence / length, sum.arousal / length, {}};
}

}  // namespace s2m
