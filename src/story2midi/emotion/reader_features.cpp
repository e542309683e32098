#include "story2midi/emotion/reader_features.h"

#include <algorithm>
#include <iterator>

namespace s2m {

std::vector<float> reader_features(std::string_view text, std::span<const float> listed,
                                   const OwnLists& lists, const SurroundingWords& surroundings) {
  std::vector<float> features(listed.begin(), listed.end());
  for (const auto& list : lists) std::ranges::copy(list.listed_features(text), std::back_inserter(features));
  std::ranges::copy(surroundings.read(text), std::back_inserter(features));
  return features;
}

}  // namespace s2m
