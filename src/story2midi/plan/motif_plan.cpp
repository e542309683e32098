#include "story2midi/plan/motif_plan.h"

#include <algorithm>
#include <array>

#include "story2midi/plan/motif_tables.h"
#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

constexpr std::size_t kMostThemes = 5;  // orchestral movements have three to five

// A phrase of four bars: what each of them does with the theme.
using PhraseForm = std::array<ThemeUse, kPhraseBars>;

ThemeUse use(ThemeForm form, int bar, int steps) { return {1, form, bar, steps}; }

// Periods (Caplin 1998): statement and answer begin alike; the contrast turns the theme round, moves it in sequence and
// breaks it up; the return brings it back. The last bar of each closes.
PhraseForm form_of(int role, bool is_calm) {
  using enum ThemeForm;
  switch (role) {
    case 0:
      return {use(kStatement, 0, 0), use(kStatement, 1, 0), use(kSequence, 0, 1), use(kClose, 0, 0)};
    case 1:
      return {use(kStatement, 0, 0), use(kStatement, 1, 0), use(kSequence, 0, -1), use(kClose, 1, 0)};
    case 2:
      return {use(kInversion, 0, 2), use(kSequence, 0, 2), use(kFragment, 0, 3), {}};
    default:
      return {use(kStatement, 0, 0), use(kStatement, 1, 0),
              is_calm ? use(kAugmentation, 0, 0) : use(kFragment, 0, 1), use(kClose, 1, 0)};
  }
}

void set_phrase(std::vector<BarPlan>& bars, std::size_t at, int theme) {
  const int role = static_cast<int>(at) / kPhraseBars % kPhrasesPerPeriod;
  const auto form = form_of(role, bars[at].arousal < 0);
  const std::size_t count = std::min<std::size_t>(kPhraseBars, bars.size() - at);
  for (std::size_t i = 0; i < count; ++i) {
    bars[at + i].theme = form[i];
    if (form[i].theme > 0) bars[at + i].theme.theme = theme;
  }
}

}  // namespace

void plan_themes(Plan& plan, const StoryFeelings& story) {
  const Metre metre = plan.sections.front().bars.front().metre;
  std::vector<MotifChoice> choices{motif_choice(story.mean)};
  for (std::size_t s = 0; s < plan.sections.size(); ++s) {
    const bool frame = s == 0 || s + 1 == plan.sections.size();
    const auto choice = frame ? choices.front() : motif_choice(story.sections[s]);
    auto found = std::ranges::find(choices, choice);
    if (found == choices.end() && choices.size() < kMostThemes) found = choices.insert(choices.end(), choice);
    const int theme = found == choices.end() ? 1 : static_cast<int>(found - choices.begin()) + 1;
    auto& bars = plan.sections[s].bars;
    for (std::size_t at = 0; at < bars.size(); at += kPhraseBars) set_phrase(bars, at, theme);
  }
  for (const auto& choice : choices) plan.themes.push_back(motif_of(choice, metre));
  auto& last = plan.sections.back().bars.back().theme;
  last = {1, ThemeForm::kClose, 1, 0};
}

}  // namespace s2m
