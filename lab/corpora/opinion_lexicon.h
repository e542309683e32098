// The opinion lexicon (Hu and Liu 2004): English words of positive and of negative opinion.
#pragma once

#include <filesystem>

#include "story2midi/emotion/lexicon.h"

namespace s2m {

// From the publisher's folder: positive-words.txt and negative-words.txt, a word a line and comments behind
// ';'. A word of the one has valence 1, of the other -1; of the few in both the first counts. Throws Error
// where a file is missing or has no word.
Lexicon opinion_lexicon(const std::filesystem::path& folder);

}  // namespace s2m
