#include "lab/reports/section_agreement.h"

#include <optional>
#include <utility>

#include "lab/analysis/music_quality.h"
#include "lab/statistics/statistics.h"
#include "story2midi/base/random.h"

namespace s2m {
namespace {

EmotionCurve passages_of(const Section& section, const EmotionCurve& curve) {
  EmotionCurve own;
  for (const CurvePoint& point : curve.points)
    if (point.passage.start_byte >= section.start_byte && point.passage.start_byte < section.end_byte)
      own.points.push_back(point);
  return own;
}

// By section; nothing where it is silent.
std::vector<std::optional<ValenceArousal>> heard_sections(const Piece& piece, const Judge& judge) {
  std::vector<std::optional<ValenceArousal>> all;
  int first = 0;
  const int sounding = static_cast<int>(bars(piece.score).size());
  for (const Section& section : piece.plan.sections) {
    const int count = static_cast<int>(section.bars.size()), start = first;
    first += count;
    auto& heard = all.emplace_back();
    if (start >= sounding) continue;
    const Score music = bars_of(piece.score, start, count);
    if (end_ticks(music) == 0) continue;
    const Judgement judged = judge.judge(music);
    heard = {judged.valence, judged.arousal};
  }
  return all;
}

}  // namespace

std::vector<JudgedSection> judged_sections(const EmotionCurve& curve, const Piece& piece,
                                           const Judge& judge) {
  std::vector<JudgedSection> judged;
  const auto heard = heard_sections(piece, judge);
  for (std::size_t i = 0; i < heard.size(); ++i) {
    const EmotionCurve own = passages_of(piece.plan.sections[i], curve);
    if (heard[i] && !own.points.empty()) judged.push_back({own.mean(), *heard[i]});
  }
  return judged;
}

Plan judged_plan(const Piece& piece, const Judge& judge) {
  Plan plan = piece.plan;
  const auto heard = heard_sections(piece, judge);
  ValenceArousal last;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    last = heard[i].value_or(last);
    for (BarPlan& bar : plan.sections[i].bars) bar.valence = last.valence, bar.arousal = last.arousal;
  }
  return plan;
}

// Fisher and Yates.
Plan with_shuffled_sections(const Plan& plan, std::uint64_t seed) {
  Plan shuffled = plan;
  shuffled.cues.clear();
  auto& sections = shuffled.sections;
  Random random(seed);
  for (std::size_t i = sections.size(); i > 1; --i)
    std::swap(sections[i - 1].bars, sections[random.below(i)].bars);
  return shuffled;
}

SectionAgreement section_agreement(std::span<const JudgedSection> sections) {
  std::vector<double> story_valence, story_arousal, valence, arousal;
  for (const auto& [story, music] : sections) {
    story_valence.push_back(story.valence);
    story_arousal.push_back(story.arousal);
    valence.push_back(music.valence);
    arousal.push_back(music.arousal);
  }
  return {spearman(story_valence, valence), spearman(story_arousal, arousal),
          static_cast<int>(sections.size())};
}

}  // namespace s2m
