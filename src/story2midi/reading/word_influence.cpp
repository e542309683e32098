#include "story2midi/reading/word_influence.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "story2midi/stories/passages.h"

namespace s2m {
namespace {

struct Word {
  std::size_t start, size;
};

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size() && words.size() < kMostInfluences;) {
    const auto end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back({at, end - at});
    at = end + 1;
  }
  return words;
}

std::string without(std::string_view text, const Word& word) {
  std::string rest(text);
  return rest.erase(word.start, word.size + 1);
}

std::string without_punctuation(std::string_view word) {
  constexpr std::string_view kMarks = ".,;:!?\"'()[]-_";
  const auto first = word.find_first_not_of(kMarks), last = word.find_last_not_of(kMarks);
  return first == std::string_view::npos ? std::string(word)
                                         : std::string(word.substr(first, last - first + 1));
}

double size(const WordInfluence& influence) {
  return std::max(std::abs(influence.change.valence), std::abs(influence.change.arousal));
}

}  // namespace

std::vector<WordInfluence> word_influences(const EmotionReader& reader, std::string_view text) {
  const auto spaced = single_spaced(text);
  const auto words = words_of(spaced);
  std::vector<std::string> texts{spaced};
  if (words.size() > 1)
    for (const Word& word : words) texts.push_back(without(spaced, word));
  const auto emotions = reader.read_each(texts);
  std::vector<WordInfluence> influences;
  for (std::size_t i = 1; i < emotions.size(); ++i)
    influences.push_back(
        {without_punctuation(std::string_view(spaced).substr(words[i - 1].start, words[i - 1].size)),
         {emotions[0].valence - emotions[i].valence, emotions[0].arousal - emotions[i].arousal}});
  if (words.size() == 1) influences.push_back({without_punctuation(spaced), emotions[0]});
  return influences;
}

std::vector<WordInfluence> strongest(std::vector<WordInfluence> influences, std::size_t most, double least) {
  std::erase_if(influences, [&](const WordInfluence& influence) { return size(influence) < least; });
  std::ranges::stable_sort(influences, std::ranges::greater(), size);
  if (influences.size() > most) influences.resize(most);
  return influences;
}

}  // namespace s2m
