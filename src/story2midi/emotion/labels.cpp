#include "story2midi/emotion/labels.h"

#include <algorithm>

namespace s2m {

std::vector<LabelProbability> likeliest_labels(std::span<const double> labels, std::size_t most,
                                               double least) {
  std::vector<LabelProbability> found;
  for (std::size_t i = 0; i < std::min(labels.size(), kLabelCount); ++i)
    if (labels[i] >= least) found.push_back({kLabelNames[i], labels[i]});
  std::ranges::stable_sort(found, std::ranges::greater(), &LabelProbability::probability);
  if (found.size() > most) found.resize(most);
  return found;
}

}  // namespace s2m
