#include "story2midi/emotion/context.h"

#include <algorithm>
#include <cmath>

#include "story2midi/stories/words.h"

namespace s2m {
namespace {

constexpr double kFarthestHalves = 8;

// Where the middle of each passage stands, in words from the story's start.
std::vector<double> middles(std::span<const double> words) {
  std::vector<double> at;
  double before = 0;
  for (const double own : words) {
    at.push_back(before + own / 2);
    before += own;
  }
  return at;
}

void add(std::vector<double>& sum, const std::vector<double>& row, double weight) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += weight * row[i];
}

std::vector<double> row_of(const Emotion& emotion) {
  std::vector<double> row{emotion.valence, emotion.arousal};
  row.insert(row.end(), emotion.labels.begin(), emotion.labels.end());
  return row;
}

}  // namespace

std::vector<double> word_counts(std::span<const Passage> passages) {
  std::vector<double> words;
  for (const auto& passage : passages)
    words.push_back(std::max(1.0, static_cast<double>(word_count(passage.text))));
  return words;
}

PassageRows in_context(std::span<const double> words, const PassageRows& rows, double half_words) {
  const auto at = middles(words);
  PassageRows means;
  for (std::size_t i = 0, first = 0; i < rows.size(); ++i) {
    while (at[i] - at[first] > kFarthestHalves * half_words) ++first;
    std::vector<double> sum(rows[i].size());
    double weights = 0;
    for (std::size_t j = first; j < rows.size() && at[j] - at[i] <= kFarthestHalves * half_words; ++j) {
      const double weight = words[j] * std::exp2(-std::abs(at[j] - at[i]) / half_words);
      add(sum, rows[j], weight);
      weights += weight;
    }
    for (double& value : sum) value /= weights;
    means.push_back(std::move(sum));
  }
  return means;
}

std::vector<Emotion> feel_in_context(std::span<const Passage> passages, std::span<const Emotion> read) {
  PassageRows rows;
  for (const Emotion& emotion : read) rows.push_back(row_of(emotion));
  std::vector<Emotion> felt;
  for (const auto& row : in_context(word_counts(passages), rows, kContextHalfWords))
    felt.push_back({row[0], row[1], {row.begin() + 2, row.end()}});
  return felt;
}

}  // namespace s2m
