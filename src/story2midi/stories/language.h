// Whether a text is English.
#pragma once

#include <string_view>

namespace s2m {

// False only where the text is surely in another language: by its script, by the most frequent words of English and of
// other languages, and by the letters that stand together in English. Fewer than 20 words are taken for English.
bool looks_english(std::string_view utf8);

}  // namespace s2m
