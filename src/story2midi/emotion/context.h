// Context: the emotion of a passage is averaged with that of its neighbours.
#pragma once

#include <span>
#include <vector>

#include "story2midi/emotion/emotion.h"
#include "story2midi/stories/passages.h"

namespace s2m {

inline constexpr double kContextHalfWords = 10;

// A row of numbers a passage.
using PassageRows = std::vector<std::vector<double>>;

// Words of each passage, at least one.
std::vector<double> word_counts(std::span<const Passage> passages);

// Of each row the mean of all rows, weighted by their passages' words and halved with each `half_words`
// between the middles of the passages; what is farther than eight times that does not count.
PassageRows in_context(std::span<const double> words, const PassageRows& rows, double half_words);

// What was read of passages of one story, in order, felt with what was read around it (kContextHalfWords).
std::vector<Emotion> feel_in_context(std::span<const Passage> passages, std::span<const Emotion> read);

}  // namespace s2m
