#include "story2midi/plan/turns.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace s2m {
namespace {

constexpr std::size_t kBlockWords = 100;  // on either side of a gap
constexpr std::size_t kShortestWord = 4;  // letters: most function words are shorter
constexpr double kWords = 0.5, kTimeOrPlace = 0.5, kSpeaker = 0.3;

// Function words of four letters and more.
constexpr std::array<std::string_view, 64> kFunctionWords{
    "about", "above",  "after", "again",   "against", "along", "also",   "among", "been",  "before", "behind",
    "being", "below",  "both",  "could",   "does",    "down",  "each",   "even",  "ever",  "every",  "from",
    "have",  "here",   "hers",  "herself", "himself", "into",  "itself", "just",  "like",  "many",   "more",
    "most",  "much",   "must",  "never",   "only",    "other", "over",   "said",  "same",  "shall",  "should",
    "some",  "such",   "than",  "that",    "their",   "them",  "then",   "there", "these", "they",   "this",
    "those", "though", "very",  "were",    "what",    "when",  "which",  "with",  "would"};

// What a sentence of another time or place may begin with, in lower case.
constexpr std::array<std::string_view, 46> kOpenings{
    "the next ",        "next morning",   "next day",       "the following ",  "that night",
    "that evening",     "that afternoon", "that morning",   "that day",        "one day",
    "one night",        "one morning",    "one evening",    "one afternoon",   "meanwhile",
    "years later",      "months later",   "weeks later",    "days later",      "hours later",
    "later that",       "at dawn",        "at dusk",        "at midnight",     "at noon",
    "at last",          "in the morning", "in the evening", "in the meantime", "in spring",
    "in summer",        "in autumn",      "in winter",      "when spring",     "when summer",
    "when autumn",      "when winter",    "by morning",     "by evening",      "by nightfall",
    "long ago",         "once upon",      "elsewhere",      "far away",        "back at ",
    "on the other side"};

std::string lower(std::string_view text) {
  std::string all(text);
  std::ranges::transform(all, all.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return all;
}

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80;
}

// A number for each word with a meaning of its own.
class Vocabulary {
 public:
  std::vector<int> words_of(std::string_view text) {
    std::vector<int> ids;
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at;
      while (end < text.size() && is_letter(text[end])) ++end;
      if (end - at >= kShortestWord) add(lower(text.substr(at, end - at)), ids);
      at = std::max(end, at + 1);
    }
    return ids;
  }

 private:
  void add(std::string word, std::vector<int>& ids) {
    if (std::ranges::binary_search(kFunctionWords, std::string_view(word))) return;
    if (word.size() > kShortestWord && word.ends_with('s')) word.pop_back();
    ids.push_back(ids_.try_emplace(std::move(word), static_cast<int>(ids_.size())).first->second);
  }

  std::unordered_map<std::string, int> ids_;
};

// How many words of a kind a block of text holds.
class Block {
 public:
  void add(int word) { change(word, 1); }
  void remove(int word) { change(word, -1); }
  // Cosine of the counts; 0 for an empty block.
  double likeness(const Block& other) const {
    double dot = 0;
    for (const auto& [word, count] : counts_)
      if (const auto found = other.counts_.find(word); found != other.counts_.end())
        dot += count * found->second;
    return squares_ > 0 && other.squares_ > 0 ? dot / std::sqrt(squares_ * other.squares_) : 0;
  }

 private:
  void change(int word, int by) {
    int& count = counts_[word];
    squares_ += by * (2.0 * count + by);
    count += by;
    if (count == 0) counts_.erase(word);
  }

  std::map<int, int> counts_;
  double squares_ = 0;
};

// The likeness of the words before and after each passage.
std::vector<double> cohesion(std::span<const CurvePoint> points) {
  Vocabulary vocabulary;
  std::vector<int> words;
  std::vector<std::size_t> starts;
  for (const auto& point : points) {
    starts.push_back(words.size());
    for (const int word : vocabulary.words_of(point.passage.text)) words.push_back(word);
  }
  Block before, after;
  std::size_t first = 0, last = std::min(kBlockWords, words.size());
  for (std::size_t i = 0; i < last; ++i) after.add(words[i]);
  std::vector<double> likeness;
  std::size_t gap = 0;
  for (const std::size_t start : starts) {
    for (; gap < start; ++gap) {
      after.remove(words[gap]);
      before.add(words[gap]);
      if (last < words.size()) after.add(words[last++]);
      if (gap - first >= kBlockWords) before.remove(words[first++]);
    }
    likeness.push_back(before.likeness(after));
  }
  return likeness;
}

// How deep each valley lies below the peaks on its sides, in standard deviations above the mean depth; 0 to 1.
std::vector<double> valleys(const std::vector<double>& likeness) {
  const auto count = likeness.size();
  std::vector<double> depths(count);
  double sum = 0, squares = 0;
  for (std::size_t i = 1; i + 1 < count; ++i) {
    if (likeness[i] > likeness[i - 1] || likeness[i] > likeness[i + 1]) continue;
    auto left = i, right = i;
    while (left > 1 && likeness[left - 1] >= likeness[left]) --left;
    while (right + 1 < count && likeness[right + 1] >= likeness[right]) ++right;
    depths[i] = likeness[left] + likeness[right] - 2 * likeness[i];
  }
  for (const double depth : depths) sum += depth, squares += depth * depth;
  const double mean = sum / static_cast<double>(count),
               deviation = std::sqrt(std::max(0.0, squares / static_cast<double>(count) - mean * mean));
  for (double& depth : depths)
    depth = deviation > 1e-9 ? std::clamp((depth - mean) / (2 * deviation), 0.0, 1.0) : 0;
  return depths;
}

bool opens_elsewhere(std::string_view text) {
  while (!text.empty() && !is_letter(text.front())) text.remove_prefix(1);
  const auto opening = lower(text.substr(0, 20));
  return std::ranges::any_of(kOpenings, [&](std::string_view known) { return opening.starts_with(known); });
}

}  // namespace

std::vector<double> turns_of(std::span<const CurvePoint> points) {
  if (points.empty()) return {};
  auto turns = valleys(cohesion(points));
  for (std::size_t i = 0; i < points.size(); ++i) {
    double turn = kWords * turns[i];
    const auto& passage = points[i].passage;
    if (opens_elsewhere(passage.text)) turn += kTimeOrPlace;
    const bool named = i > 0 && !passage.speaker.empty() && !points[i - 1].passage.speaker.empty();
    if (named && passage.speaker != points[i - 1].passage.speaker) turn += kSpeaker;
    turns[i] = i == 0 ? 0 : std::min(1.0, turn);
  }
  return turns;
}

}  // namespace s2m
