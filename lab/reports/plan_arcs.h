// Correlation of the planned emotion of tales with the emotion that their annotators gave.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lab/corpora/emotion_texts.h"
#include "story2midi/emotion/emotion.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// Sentences of one tale, in order.
using TaleSentences = std::span<const EmotionText* const>;

// As a story: three sentences a paragraph.
std::string tale_story(TaleSentences sentences);

// What its annotators said of each sentence, in the bytes of that story.
EmotionCurve tale_curve(TaleSentences sentences);

// The tales of a split, in the texts' order, each with its sentences.
std::vector<std::vector<const EmotionText*>> tales_of(const std::vector<EmotionText>& texts, Split split);

// Pearson's r of two arcs of ten means each: of what the listeners said, by the sentences' lengths, and of
// the plan's bars. Zero where an arc is flat.
struct ArcsFollowed {
  double valence = 0, arousal = 0;
};
ArcsFollowed arcs_followed(TaleSentences sentences, const Plan& plan);

}  // namespace s2m
