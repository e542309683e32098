// A story as long as a novel, for those who have none at hand.
#pragma once

#include <cstddef>
#include <string>

namespace s2m::bench {

// At least `words` words in paragraphs of five sentences of about 18 words, a novel's length; their parts are
// drawn, so that sentences differ. The same each time.
std::string generated_story(std::size_t words);

std::size_t count_words(const std::string& text);  // between white space

}  // namespace s2m::bench
