#include "lab/datasets/text_passages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <set>

#include "lab/corpora/text_emotions.h"
#include "lab/reports/emotion_figures.h"
#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr std::size_t kShortest = 120, kLongest = 600;  // bytes
constexpr std::uint64_t kHeldOutEvery = 20;             // books
constexpr int kTaleSentences = 3;
constexpr std::size_t kKeptPart = 12;  // of the candidates, a quadrant
constexpr double kClear = 0.3;         // how far from neutral on both axes

double certainty(const EmotionText& text) {
  return std::min(std::abs(text.point->valence), 1.5 * std::abs(text.point->arousal));
}

}  // namespace

std::vector<EmotionText> labelled_passages(const std::vector<EmotionText>& texts) {
  static const std::set<std::string> kSources = {"goemotions", "emobank", "xed", "isear"};
  std::vector<EmotionText> passages = tale_windows(texts, kTaleSentences);
  std::ranges::copy_if(texts, std::back_inserter(passages),
                       [](const EmotionText& text) { return kSources.contains(text.source); });
  std::erase_if(passages, [](const EmotionText& text) { return !text.quadrant || text.text.size() < 12; });
  return passages;
}

std::vector<EmotionText> narrative_candidates(const std::filesystem::path& text, std::size_t count) {
  std::ifstream in(text);
  if (!in) throw Error(text.string(), "cannot be read");
  // Every `stride` bytes the next fitting paragraph.
  const std::uint64_t stride =
      std::max<std::uint64_t>(1, std::filesystem::file_size(text) / std::max<std::size_t>(1, count));
  std::vector<EmotionText> candidates;
  std::uint64_t read = 0, next = 0, book = 0;
  for (std::string line; std::getline(in, line);) {
    read += line.size() + 1;
    book += line.empty();
    if (read < next || line.size() < kShortest || line.size() > kLongest) continue;
    next += stride;
    EmotionText candidate;
    candidate.text = line;
    candidate.source = "narrative";
    candidate.group = fmt::format("book {}", book + 1);
    candidate.split = book % kHeldOutEvery == kHeldOutEvery - 1 ? Split::kValidation : Split::kTrain;
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

std::vector<EmotionText> most_certain(std::vector<EmotionText> candidates, const EmotionReader& reader,
                                      const Progress& progress) {
  std::vector<std::string> words;
  for (const EmotionText& candidate : candidates) words.push_back(candidate.text);
  const auto emotions = reader.read_each(words, progress);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    candidates[i].point = emotions[i];
    candidates[i].quadrant = clear_quadrant(*candidates[i].point, kClear);
  }
  const std::size_t most = candidates.size() / kKeptPart;
  std::erase_if(candidates, [](const EmotionText& text) { return !text.quadrant; });
  std::ranges::stable_sort(candidates, std::greater{}, certainty);
  PerQuadrant<std::size_t> kept{};
  std::erase_if(candidates, [&](const EmotionText& text) { return ++kept[index_of(*text.quadrant)] > most; });
  return candidates;
}

std::vector<PoolPassage> pool_passages(const std::vector<EmotionText>& texts) {
  std::map<std::string, int> counts;
  std::vector<PoolPassage> passages;
  for (const EmotionText& text : texts)
    passages.push_back({.id = fmt::format("{}-{}", text.source, ++counts[text.source]),
                        .source = text.source,
                        .story = text.group,
                        .text = text.text,
                        .valence = text.point->valence,
                        .arousal = text.point->arousal,
                        .split = text.split});
  return passages;
}

}  // namespace s2m
