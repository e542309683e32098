#include "story2midi/stories/names.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "story2midi/base/unicode.h"

namespace s2m {
namespace {

constexpr int kFewestMentions = 3;
constexpr double kMostlyBeside = 0.6;  // share of a word's places that stand beside another name
// With capitals wherever they stand, and nobody's names.
constexpr std::array kNoNames = std::to_array<std::string_view>(
    {"Mr",        "Mrs",       "Miss",     "Ms",       "Dr",        "St",     "Monday",
     "Tuesday",   "Wednesday", "Thursday", "Friday",   "Saturday",  "Sunday", "January",
     "February",  "March",     "April",    "May",      "June",      "July",   "August",
     "September", "October",   "November", "December", "Christmas", "Easter", "English",
     "French",    "German",    "American", "British",  "Chapter",   "God",    "Lord",
     "Oh",        "Ah",        "Yes",      "No",       "Sir",       "Madam"});

struct Word {
  std::string_view text;
  bool opens = false;          // a sentence, a speech or a line may begin with it
  bool after_capital = false;  // the word right before it has a capital too
};

bool has_capital(std::string_view word) {
  const auto first = code_point_at(word, 0);
  if (!is_upper(first.value) || first.length == word.size()) return false;
  return is_lower(code_point_at(word, first.length).value);
}

// Without "'s".
std::string_view stem_of(std::string_view word) {
  for (const std::string_view end : {"'s", "\u2019s"})
    if (word.ends_with(end)) word.remove_suffix(end.size());
  return word;
}

bool opens_after(std::string_view between) {
  if (between.find_first_of(".!?:;\n\"([*_") != std::string_view::npos) return true;
  return between.find("\u201c") != between.npos || between.find("\u2018") != between.npos ||
         between.find("\u2014") != between.npos || between.find(" '") != between.npos ||
         between.find("\u2026") != between.npos;
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  std::size_t last_end = 0, start = text.npos;
  const auto end_word = [&](std::size_t end) {
    if (start == text.npos) return;
    const auto between = text.substr(last_end, start - last_end);
    const bool opens = words.empty() || opens_after(between);
    const bool beside = !words.empty() && (between == " " || between == "\n" || between == ". ");
    words.push_back(
        {stem_of(text.substr(start, end - start)), opens, beside && has_capital(words.back().text)});
    last_end = end, start = text.npos;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto point = code_point_at(text, at);
    const bool joins = start != text.npos &&
                       (point.value == '\'' || point.value == 0x2019 || point.value == '-') &&
                       at + point.length < text.size() &&
                       char_class(code_point_at(text, at + point.length).value) == CharClass::kLetter;
    if (char_class(point.value) == CharClass::kLetter || is_nonspacing_mark(point.value) || joins) {
      if (start == text.npos) start = at;
    } else {
      end_word(at);
    }
    at += point.length;
  }
  end_word(text.size());
  return words;
}

struct Use {
  int inside = 0, in_all = 0, small = 0;  // with a capital within sentences, anywhere; without
  std::map<std::string, int> beside;
  std::vector<std::size_t> passages = {};
};

using Uses = std::map<std::string, Use, std::less<>>;

std::string lower_first(std::string_view word) {
  std::string lower(word);
  if (lower[0] >= 'A' && lower[0] <= 'Z') lower[0] = static_cast<char>(lower[0] - 'A' + 'a');
  return lower;
}

// `small`: how often a word stands without a capital.
void count_words(const Passage& passage, std::size_t index, Uses& uses,
                 std::map<std::string, int, std::less<>>& small) {
  const auto words = words_of(passage.text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    if (!word.text.empty() && !has_capital(word.text)) ++small[std::string(word.text)];
    if (word.text.empty() || !has_capital(word.text) ||
        std::ranges::find(kNoNames, word.text) != kNoNames.end())
      continue;
    Use& use = uses[std::string(word.text)];
    use.inside += !word.opens;
    ++use.in_all;
    use.passages.push_back(index);
    if (word.after_capital) {
      ++use.beside[std::string(words[i - 1].text)];
      ++uses[std::string(words[i - 1].text)].beside[std::string(word.text)];
    }
  }
}

void count_speaker(std::string_view speaker, std::size_t index, Uses& uses) {
  while (!speaker.empty()) {
    const auto comma = std::min(speaker.find(','), speaker.size());
    std::string name;
    for (const char c : speaker.substr(0, comma))
      name += name.empty() || c < 'A' || c > 'Z' ? c : static_cast<char>(c - 'A' + 'a');
    if (!name.empty() && has_capital(name)) {
      Use& use = uses[name];
      ++use.inside, ++use.in_all;
      use.passages.push_back(index);
    }
    speaker.remove_prefix(std::min(comma + 2, speaker.size()));
  }
}

bool is_name(const Use& use) {
  return use.inside >= kFewestMentions - 1 && use.in_all >= kFewestMentions && use.inside > use.small &&
         use.passages.front() != use.passages.back();
}

// Whether it is the less frequent part of a name of two words.
bool is_part_of_another(std::string_view word, const Use& use, const Uses& uses) {
  return std::ranges::any_of(use.beside, [&](const auto& other) {
    const auto found = uses.find(other.first);
    if (other.second <= kMostlyBeside * use.in_all || found == uses.end() || !is_name(found->second))
      return false;
    return std::pair(found->second.in_all, other.first) > std::pair(use.in_all, std::string(word));
  });
}

}  // namespace

std::vector<RecurringName> recurring_names(std::span<const Passage> passages) {
  Uses uses;
  std::map<std::string, int, std::less<>> small;
  for (std::size_t i = 0; i < passages.size(); ++i) {
    count_words(passages[i], i, uses, small);
    count_speaker(passages[i].speaker, i, uses);
  }
  std::erase_if(uses, [](const auto& use) { return use.second.in_all < kFewestMentions; });
  for (auto& [word, use] : uses)
    if (const auto found = small.find(lower_first(word)); found != small.end()) use.small = found->second;
  std::vector<RecurringName> names;
  for (const auto& [word, use] : uses)
    if (is_name(use) && !is_part_of_another(word, use, uses)) names.push_back({word, use.passages});
  std::ranges::stable_sort(names, [](const RecurringName& a, const RecurringName& b) {
    if (a.passages.size() != b.passages.size()) return a.passages.size() > b.passages.size();
    return a.passages.front() < b.passages.front();
  });
  return names;
}

int mentions(std::string_view text, std::string_view name) {
  const auto is_letter = [](char32_t value) { return char_class(value) == CharClass::kLetter; };
  // Whether the character that ends at a byte is a letter.
  const auto letter_before = [&](std::size_t at) {
    std::size_t start = at;
    while (start > 0 && at - start < 4 && (static_cast<unsigned char>(text[--start]) & 0xc0) == 0x80) {
    }
    const auto point = at > 0 ? code_point_at(text, start) : CodePoint{};
    return at > 0 && start + point.length == at && is_letter(point.value);
  };
  int count = 0;
  for (std::size_t at = 0; !name.empty() && (at = text.find(name, at)) != text.npos; at += name.size()) {
    const std::size_t end = at + name.size();
    count += !letter_before(at) && !(end < text.size() && is_letter(code_point_at(text, end).value));
  }
  return count;
}

}  // namespace s2m
