// Whether the music of a story's sections feels as their text does, by the ranks of both.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lab/judge/judge.h"
#include "story2midi/emotion/emotion.h"
#include "story2midi/perform/piece.h"

namespace s2m {

// Of one section: the mean of its passages by their length, and the judge's reading of its bars alone.
struct JudgedSection {
  ValenceArousal story, music;
};
// Sections without passages or notes are left out.
std::vector<JudgedSection> judged_sections(const EmotionCurve& curve, const Piece& piece, const Judge& judge);

// The piece's plan with the judge's reading of each section in its bars; a silent one is as the one before.
Plan judged_plan(const Piece& piece, const Judge& judge);

// The plan whose sections keep their places, titles and bytes but have each other's bars, in an order drawn from the seed.
Plan with_shuffled_sections(const Plan& plan, std::uint64_t seed);

// Spearman's rank correlations over sections.
struct SectionAgreement {
  double valence = 0, arousal = 0;
  int sections = 0;
};
SectionAgreement section_agreement(std::span<const JudgedSection> sections);

}  // namespace s2m
