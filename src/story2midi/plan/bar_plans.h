// What every way of planning makes of the emotions along a text: bars, their levels and titles.
#pragma once

#include <string>
#include <vector>

#include "story2midi/emotion/emotion.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// The curve with the valence and arousal that are asked. Throws Error for an empty curve unless both are.
EmotionCurve as_asked(EmotionCurve curve, const PlanOptions& options);

Metre metre_for(const EmotionCurve& curve, const PlanOptions& options);

// At most 48 bytes of a passage, without a heading before it; without words its quadrant.
std::string opening_words(const CurvePoint& opening);

// Of each bar: the mean over two bars on either side, but for a single bar that feels otherwise than both its neighbours.
std::vector<Emotion> smoothed(const std::vector<Emotion>& bars);

// The musical cues of an emotion (plan/rules.h).
BarPlan bar_for(const Emotion& emotion);

// The last two bars of a piece give way in tempo, loudness and density.
void shape_ending(std::vector<BarPlan>& bars);

// Four decimals, so that a plan reads well; more of tempos, which add up to times.
BarPlan rounded(BarPlan bar);

}  // namespace s2m
