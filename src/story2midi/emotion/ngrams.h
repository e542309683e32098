// N-gram features of a text: words, pairs of words, and character n-grams of three to five letters, hashed into a
// fixed number of buckets (Weinberger et al. 2009).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace s2m {

// Words in lower case, and each of . , ; : ! ? " - by itself, in order; curly marks are straight ones.
std::vector<std::string> words_and_marks(std::string_view text);

struct NgramValue {
  std::uint32_t bucket = 0;
  float value = 0;
  bool operator==(const NgramValue&) const = default;
};

// The two families, each in the order of its buckets, which are told apart by the family too; a value is 1 +
// the logarithm of how often. Words are those of words_and_marks; letters are bytes as they stand, with a
// blank before and after each word, marks and all.
struct NgramCounts {
  std::vector<NgramValue> words, letters;
};
NgramCounts count_ngrams(std::string_view text, std::uint32_t buckets);
// Equal buckets as one value, in order.
std::vector<NgramValue> counted(std::vector<std::uint32_t> buckets);

// How telling it is to stand in so many of the texts: inverse document frequency.
float rarity_of(int with, std::size_t texts);
// Each value times how telling its bucket is (`rarity`, one a bucket: inverse document frequency; 0 leaves it
// out), each family brought to length one; words first.
std::vector<NgramValue> weigh_ngrams(const NgramCounts& counts, std::span<const float> rarity);

}  // namespace s2m
