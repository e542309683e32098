#include "story2midi/emotion/ngrams.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace s2m {
namespace {

constexpr std::size_t kFewestLetters = 3, kMostLetters = 5;

// FNV-1a, of 32 bits.
constexpr std::uint32_t kHashStart = 2166136261u;
std::uint32_t hash_on(std::uint32_t hash, std::string_view bytes) {
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619u;
  return hash;
}
constexpr std::string_view kWord = "w", kPair = "p", kLetters = "l";

// The upper bits of FNV's products are mixed best.
std::uint32_t bucket_of(std::uint32_t hash, std::uint32_t buckets) {
  return static_cast<std::uint32_t>(std::uint64_t{hash} * buckets >> 32);
}

// Curly quotation marks as straight ones, dashes as hyphens.
std::string plain_marks(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto mark = text.substr(i, 3);
    const bool known = mark.size() == 3 && mark.starts_with("\xe2\x80");
    const char last = known ? mark[2] : '\0';
    const char straight = last == '\x98' || last == '\x99'                     ? '\''
                          : last == '\x9c' || last == '\x9d'                   ? '"'
                          : last == '\x93' || last == '\x94' || last == '\x95' ? '-'
                                                                               : '\0';
    plain += straight != '\0' ? straight : text[i];
    if (straight != '\0') i += 2;
  }
  return plain;
}

bool in_word(char c) { return (c >= 'a' && c <= 'z') || c == '\''; }

std::vector<std::string> words_of_plain(std::string_view text) {
  constexpr std::string_view marks = ".,;:!?\"-";
  std::vector<std::string> words;
  bool open = false;
  for (const char byte : text) {
    const char c = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
    const bool letter = in_word(c);
    if ((letter && !open) || marks.find(c) != std::string_view::npos) words.emplace_back();
    if (letter || marks.find(c) != std::string_view::npos) words.back() += c;
    open = letter;
  }
  return words;
}

std::vector<NgramValue> count_words(std::string_view text, std::uint32_t buckets) {
  const auto words = words_of_plain(text);
  std::vector<std::uint32_t> found;
  for (std::size_t i = 0; i < words.size(); ++i) {
    found.push_back(bucket_of(hash_on(hash_on(kHashStart, kWord), words[i]), buckets));
    if (i == 0) continue;
    const auto first = hash_on(hash_on(hash_on(kHashStart, kPair), words[i - 1]), " ");
    found.push_back(bucket_of(hash_on(first, words[i]), buckets));
  }
  return counted(std::move(found));
}

std::vector<NgramValue> count_letters(std::string_view text, std::uint32_t buckets) {
  constexpr std::string_view blanks = " \t\r\n";
  std::vector<std::uint32_t> found;
  for (std::size_t at = text.find_first_not_of(blanks); at != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(blanks, at), text.size());
    const auto word = " " + std::string(text.substr(at, end - at)) + " ";
    for (std::size_t first = 0; first + kFewestLetters <= word.size(); ++first) {
      auto hash = hash_on(hash_on(kHashStart, kLetters), word.substr(first, kFewestLetters - 1));
      for (std::size_t last = first + kFewestLetters - 1; last < std::min(first + kMostLetters, word.size());
           ++last) {
        hash = hash_on(hash, std::string_view(word).substr(last, 1));
        found.push_back(bucket_of(hash, buckets));
      }
    }
    at = text.find_first_not_of(blanks, end);
  }
  return counted(std::move(found));
}

void weigh(const std::vector<NgramValue>& counts, std::span<const float> rarity,
           std::vector<NgramValue>& all) {
  double squares = 0;
  const std::size_t first = all.size();
  for (const auto& [bucket, count] : counts) {
    const float value = count * rarity[bucket];
    if (value == 0) continue;
    all.push_back({bucket, value});
    squares += double{value} * value;
  }
  const auto unit = static_cast<float>(1 / std::sqrt(std::max(squares, 1e-12)));
  for (auto& ngram : std::span(all).subspan(first)) ngram.value *= unit;
}

}  // namespace

std::vector<NgramValue> counted(std::vector<std::uint32_t> buckets) {
  std::ranges::sort(buckets);
  std::vector<NgramValue> values;
  for (const std::uint32_t bucket : buckets) {
    if (values.empty() || values.back().bucket != bucket) values.push_back({bucket, 0});
    ++values.back().value;
  }
  for (auto& [bucket, value] : values) value = 1 + std::log(value);
  return values;
}

std::vector<std::string> words_and_marks(std::string_view text) { return words_of_plain(plain_marks(text)); }

float rarity_of(int with, std::size_t texts) {
  return static_cast<float>(1 + std::log((1.0 + static_cast<double>(texts)) / (1.0 + with)));
}

NgramCounts count_ngrams(std::string_view text, std::uint32_t buckets) {
  const auto plain = plain_marks(text);
  return {count_words(plain, buckets), count_letters(plain, buckets)};
}

std::vector<NgramValue> weigh_ngrams(const NgramCounts& counts, std::span<const float> rarity) {
  std::vector<NgramValue> all;
  all.reserve(counts.words.size() + counts.letters.size());
  weigh(counts.words, rarity, all);
  weigh(counts.letters, rarity, all);
  return all;
}

}  // namespace s2m
