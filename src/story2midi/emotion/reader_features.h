// The linear reader's features beside n-grams: three word lists, and the word vectors of
// surrounding_words.h.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/emotion/lexicon.h"
#include "story2midi/emotion/surrounding_words.h"

namespace s2m {

// AFINN (Nielsen 2011) grades words, the opinion lexicon (Hu, Liu 2004) calls them good or bad: what one list
// lacks another has, and where they agree is more certain.
inline constexpr std::size_t kOwnLists = 2;
using OwnLists = std::array<Lexicon, kOwnLists>;

// In this order: the encoder's list, its own lists, the surroundings. The first alone takes part in the
// n-grams' own regressions, all in what is stacked on them.
inline constexpr std::size_t kReaderFeatures =
    kLexiconFeatures + kOwnLists * kListedFeatures + kSurroundingOutputs;

// `listed` are the features of the encoder's list (Lexicon::features).
std::vector<float> reader_features(std::string_view text, std::span<const float> listed,
                                   const OwnLists& lists, const SurroundingWords& surroundings);

}  // namespace s2m
