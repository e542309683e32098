#include "lab/corpora/text_emotions.h"

#include <utility>

namespace s2m {

std::vector<EmotionText> tale_windows(const std::vector<EmotionText>& texts, int sentences) {
  std::vector<EmotionText> windows;
  const auto reach = static_cast<std::size_t>(sentences);
  for (std::size_t i = 0; i + reach <= texts.size(); ++i) {
    const EmotionText& last = texts[i + reach - 1];
    if (texts[i].source != "tales" || last.group != texts[i].group || last.source != "tales") continue;
    EmotionText window = texts[i];
    ValenceArousal sum = *window.point;
    for (std::size_t k = 1; k < reach; ++k) {
      window.text += " " + texts[i + k].text;
      sum.valence += texts[i + k].point->valence;
      sum.arousal += texts[i + k].point->arousal;
      window.raw.valence += texts[i + k].raw.valence;
      window.raw.arousal += texts[i + k].raw.arousal;
    }
    const auto count = static_cast<double>(sentences);
    window.point = ValenceArousal{sum.valence / count, sum.arousal / count};
    window.raw = {window.raw.valence / count, window.raw.arousal / count};
    window.quadrant = clear_quadrant(*window.point);
    windows.push_back(std::move(window));
  }
  return windows;
}

}  // namespace s2m
