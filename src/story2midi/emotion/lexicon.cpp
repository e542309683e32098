#include "story2midi/emotion/lexicon.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m {
namespace {

constexpr double kNegated = -0.74;
constexpr std::size_t kNegationReach = 3;  // words
constexpr double kUsualWords = 12;         // of a sentence
constexpr std::string_view kNegations[] = {"no",       "not",     "never",   "none", "nobody",
                                           "nothing",  "neither", "nowhere", "nor",  "without",
                                           "scarcely", "hardly",  "cannot"};

struct Ending {
  std::string_view ending, instead;
};
constexpr Ending kEndings[] = {{"s", ""},    {"es", ""}, {"ies", "y"}, {"ed", ""},  {"ed", "e"}, {"ing", ""},
                               {"ing", "e"}, {"ly", ""}, {"er", ""},   {"er", "e"}, {"est", ""}};

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

struct Lexicon::Sums {
  double words = 0;
  double valence = 0, pleasant = 0, unpleasant = 0;  // with negations
  double strength = 0;                               // without
  double highest = 0, lowest = 0;
};

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
  // Of a word listed twice the first counts. A model file's list is sorted as it is.
  if (!std::ranges::is_sorted(words_, {}, &Word::text)) std::ranges::stable_sort(words_, {}, &Word::text);
  const auto same = [](const Word& a, const Word& b) { return a.text == b.text; };
  words_.erase(std::unique(words_.begin(), words_.end(), same), words_.end());
}

std::string Lexicon::lines() const {
  std::string lines;
  for (const auto& [word, valence] : words_) lines += fmt::format("{}\t{}\n", word, valence);
  return lines;
}

std::optional<double> Lexicon::valence(std::string_view word) const {
  const auto known = std::ranges::lower_bound(words_, word, {}, &Word::text);
  return known == words_.end() || known->text != word ? std::nullopt : std::optional(known->valence);
}

std::optional<double> Lexicon::valence_of_form(std::string_view word) const {
  auto known = valence(word);
  for (const auto& [ending, instead] : kEndings) {
    if (known) break;
    if (!word.ends_with(ending)) continue;
    known = valence(std::string(word.substr(0, word.size() - ending.size())) + std::string(instead));
  }
  return known;
}

Lexicon::Sums Lexicon::sums(std::string_view text, Lookup lookup) const {
  const auto words = words_of(text);
  Sums sums;
  sums.words = static_cast<double>(std::max<std::size_t>(1, words.size()));
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto known = (this->*lookup)(words[i]);
    if (!known) continue;
    const auto at = words.begin() + static_cast<std::ptrdiff_t>(i);
    const bool negated =
        std::any_of(at - static_cast<std::ptrdiff_t>(std::min(i, kNegationReach)), at, negates);
    const double said = *known * (negated ? kNegated : 1);
    sums.valence += said;
    (said > 0 ? sums.pleasant : sums.unpleasant) += said;
    sums.highest = std::max(sums.highest, said);
    sums.lowest = std::min(sums.lowest, said);
    sums.strength += std::abs(*known);
  }
  return sums;
}

Emotion Lexicon::read(std::string_view text) const {
  const Sums found = sums(text, &Lexicon::valence);
  const double length = std::sqrt(found.words);
  return {found.valence / length, found.strength / length, {}};
}

LexiconFeatures Lexicon::features(std::string_view text) const {
  const Sums found = sums(text, &Lexicon::valence);
  const double length = std::sqrt(found.words);
  const auto marks = [&](char mark) { return static_cast<double>(std::ranges::count(text, mark)); };
  const double values[] = {found.valence / length,
                           found.strength / length,
                           found.pleasant / length,
                           found.unpleasant / length,
                           marks('!') / length,
                           marks('?') / length,
                           found.highest,
                           found.lowest,
                           std::log(found.words / kUsualWords)};
  LexiconFeatures features;
  std::ranges::transform(values, features.begin(), [](double value) { return static_cast<float>(value); });
  return features;
}

ListedFeatures Lexicon::listed_features(std::string_view text) const {
  const Sums found = sums(text, &Lexicon::valence_of_form);
  return {static_cast<float>(found.valence / found.words),
          static_cast<float>(found.valence / std::sqrt(found.words)),
          static_cast<float>(found.strength / found.words)};
}

}  // namespace s2m
