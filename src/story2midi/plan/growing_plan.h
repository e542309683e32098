// A plan that grows by a section a turn, before what follows is known: for music beside interactive fiction and games.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "story2midi/plan/feelings.h"
#include "story2midi/plan/plan.h"

namespace s2m {

// Bars of each turn where none are asked: a phrase.
inline constexpr int kTurnBars = 4;

// Sections that were added stay as they are. Home key, metre and the first theme are those of the first turn.
//  - A turn that feels like those before it continues their period (statement, answer, contrast, return); another begins a
//    period with chords and, up to five themes, a theme of its own, in a key that is closely related to home.
//  - Emotions are smoothed over two bars back. Phrases swell; there is no climax, since nobody knows where it lies.
//  - Phrases end on half and full cadences in turn. A change of key is prepared where what follows is known.
class GrowingPlan {
 public:
  // `bars`: of each turn, whole phrases of four, at most kPeriodBars. Throws Error for other numbers, and for what needs the
  // whole: duration, reading speed and cues.
  explicit GrowingPlan(const PlanOptions& options);

  // A section that sets the passages of a turn, whose bytes count within the session's text. An empty curve goes on in the mood
  // of the turn before. Throws Error for an empty one at first, unless valence and arousal are asked. `next`: the key of what
  // follows, where it is known (key_of_next, or home before the end): another key's dominant seventh ends the section.
  void add(const EmotionCurve& turn, std::optional<Key> next = {});
  // The key that a turn will have which follows `turn`.
  Key key_of_next(const EmotionCurve& turn, const EmotionCurve& next) const;
  // A last phrase in the home key, with the first theme. Expects at least one turn.
  void close();

  // As far as it goes.
  const Plan& plan() const { return plan_; }
  // With bars that may follow: more than a decoder counts.
  Plan going_on() const;

 private:
  struct Period {
    Emotion mean;
    int bars = 0;
    int theme = 1;
    Key key;
  };
  Section& add_section(const EmotionCurve& turn, int bars);
  void begin(const EmotionCurve& turn);
  void enter_period(const Emotion& mean, int bars);
  // `next`: the key of the phrase that follows; none at the end.
  void plan_harmony(Section& section, std::optional<Key> next);
  int theme_of(const Emotion& mean);
  void name_themes(Section& section, const EmotionCurve& turn);
  std::vector<BarPlan> last_bars(int count) const;

  PlanOptions options_;
  int bars_;
  Plan plan_;
  Metre metre_;
  FeelingScores scores_{};
  EmotionCurve turn_;                // the last that was not empty
  std::vector<Emotion> last_steps_;  // of the last two bars, as they were read
  std::vector<Period> periods_;
};

}  // namespace s2m
