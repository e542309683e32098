#include "train/data/folds.h"

#include <map>
#include <string>

namespace s2m::train {

std::vector<int> folds_of(const std::vector<const EmotionText*>& texts) {
  std::map<std::string, int> tales, turns;
  for (const EmotionText* text : texts)
    if (text->source == "tales") tales[text->group] = 0;
  int number = 0;
  for (auto& [name, fold] : tales) fold = number++ % kFolds;
  std::vector<int> folds;
  for (const EmotionText* text : texts)
    folds.push_back(text->source == "tales" ? tales.at(text->group) : turns[text->source]++ % kFolds);
  return folds;
}

}  // namespace s2m::train
