#include "story2midi/reading/word_influence_json.h"

#include <nlohmann/json.hpp>

#include "story2midi/base/json_members.h"
#include "story2midi/emotion/emotion_json.h"

namespace s2m {
namespace {

nlohmann::ordered_json json_of(std::span<const WordInfluence> influences) {
  auto words = nlohmann::ordered_json::array();
  for (const auto& [word, change] : influences)
    words.push_back({{"word", word}, {"valence", change.valence}, {"arousal", change.arousal}});
  return words;
}

}  // namespace

std::string to_json(const Emotion& emotion, std::span<const WordInfluence> words) {
  auto json = json_of(emotion);
  json["words"] = json_of(words);
  return write_json(json);
}

std::string to_json(const EmotionCurve& curve, std::span<const std::vector<WordInfluence>> words) {
  auto passages = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    passages.push_back(json_of(curve.points[i]));
    passages.back()["words"] = json_of(words[i]);
  }
  return write_json(nlohmann::ordered_json{{"passages", passages}});
}

}  // namespace s2m
