// Names that return in a story: of its people and places, told by their capitals.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/stories/passages.h"

namespace s2m {

struct RecurringName {
  std::string name;                   // one word, as it is written: "Anna", "Giant"
  std::vector<std::size_t> passages;  // those that name it, once for each time, ascending
  bool operator==(const RecurringName&) const = default;
};

// Words that stand three times or more with a capital, in two passages or more, though no sentence begins there. Of
// words that mostly stand side by side ("Captain Reed") the more frequent one is taken. Speakers of a script are
// names as well. The most frequent comes first. For English: German has a capital for each noun.
std::vector<RecurringName> recurring_names(std::span<const Passage> passages);

// How often a text holds a name of one or several words, as whole words and with these capitals.
int mentions(std::string_view text, std::string_view name);

}  // namespace s2m
