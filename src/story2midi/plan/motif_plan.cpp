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

// Where somebody is named: their theme, in sequence, and a close.
PhraseForm named_form(const Motif& theme) {
  using enum ThemeForm;
  const auto second = theme.bars > 1 ? use(kStatement, 1, 0) : use(kSequence, 0, -1);
  return {use(kStatement, 0, 0), second, use(kSequence, 0, 1), use(kClose, 0, 0)};
}

struct Phrase {
  std::span<BarPlan> bars;
  int role = 0;  // in its period
};

std::vector<Phrase> phrases_of(Plan& plan) {
  std::vector<Phrase> phrases;
  for (auto& section : plan.sections)
    for (std::size_t at = 0; at < section.bars.size(); at += kPhraseBars)
      phrases.push_back(
          {std::span(section.bars).subspan(at, std::min<std::size_t>(kPhraseBars, section.bars.size() - at)),
           static_cast<int>(at) / kPhraseBars % kPhrasesPerPeriod});
  return phrases;
}

void set_phrase(const Phrase& phrase, const PhraseForm& form, int theme) {
  for (std::size_t i = 0; i < phrase.bars.size(); ++i) {
    phrase.bars[i].theme = form[i];
    if (form[i].theme > 0) phrase.bars[i].theme.theme = theme;
  }
}

// The story's theme and those of its sections. Returns what was chosen.
std::vector<MotifChoice> set_sections(Plan& plan, const StoryFeelings& story, std::size_t most) {
  std::vector<MotifChoice> choices{motif_choice(story.mean)};
  std::vector<int> themes;
  for (std::size_t s = 0; s < plan.sections.size(); ++s) {
    const bool frame = s == 0 || s + 1 == plan.sections.size();
    const auto choice = frame ? choices.front() : motif_choice(story.sections[s]);
    auto found = std::ranges::find(choices, choice);
    if (found == choices.end() && choices.size() < most) found = choices.insert(choices.end(), choice);
    const int theme = found == choices.end() ? 1 : static_cast<int>(found - choices.begin()) + 1;
    themes.insert(themes.end(), (plan.sections[s].bars.size() + kPhraseBars - 1) / kPhraseBars, theme);
  }
  const auto phrases = phrases_of(plan);
  for (std::size_t i = 0; i < phrases.size(); ++i)
    set_phrase(phrases[i], form_of(phrases[i].role, phrases[i].bars.front().arousal < 0), themes[i]);
  return choices;
}

// A row that no theme has yet: of the same feeling, else of the next.
std::size_t free_row(std::size_t row, const std::vector<MotifChoice>& taken, std::size_t MotifChoice::*part) {
  const std::size_t rows = motif_rows().size();
  for (std::size_t on = 0; on < rows; ++on) {
    const std::size_t candidate = on < 2 ? row ^ on : (row + on) % rows;
    if (std::ranges::find(taken, candidate, part) == taken.end()) return candidate;
  }
  return row;
}

Motif theme_of(const CastMember& member, std::vector<MotifChoice>& taken, Metre metre) {
  if (!member.theme.tones.empty()) return motif_of(member.theme, metre);
  MotifChoice choice = motif_choice(member.mean);
  choice.contour = free_row(choice.contour, taken, &MotifChoice::contour);
  choice.rhythm = free_row(choice.rhythm, taken, &MotifChoice::rhythm);
  taken.push_back(choice);
  Motif motif = motif_of(choice, metre);
  motif.name = member.name;
  return motif;
}

constexpr int kRest = 2;              // phrases at least before the same name's theme returns
constexpr std::size_t kShortest = 4;  // phrases of a piece with such themes
constexpr int kNever = -1000;

// Who has each phrase; -1: nobody. Of those named the one who has been silent longest; never two phrases in a row, nor
// the first or one of the last two.
std::vector<int> phrases_of_cast(const std::vector<Phrase>& phrases, const std::vector<CastMember>& cast) {
  std::vector<int> who(phrases.size(), -1);
  std::vector<int> last(cast.size(), kNever);
  for (std::size_t p = 1; p + 2 < phrases.size(); ++p) {
    if (who[p - 1] >= 0 || phrases[p].bars.front().density <= 0) continue;
    const int now = static_cast<int>(p);
    for (std::size_t i = 0; i < cast.size(); ++i) {
      const auto& best = who[p];
      if (std::ranges::binary_search(cast[i].phrases, now) && now - last[i] > kRest &&
          (best < 0 || last[i] < last[static_cast<std::size_t>(best)]))
        who[p] = static_cast<int>(i);
    }
    if (who[p] >= 0) last[static_cast<std::size_t>(who[p])] = now;
  }
  return who;
}

// The last phrase but one: the story's theme, answered by those of the first two names.
PhraseForm combined(const std::vector<int>& themes) {
  using enum ThemeForm;
  PhraseForm form{use(kStatement, 0, 0), use(kStatement, 0, 0), use(kStatement, 1, 0), use(kClose, 0, 0)};
  form[1].theme = themes[0];
  if (themes.size() > 1) form[2] = {themes[1], kStatement, 0, 0};
  return form;
}

void set_cast(Plan& plan, const std::vector<CastMember>& cast, std::vector<MotifChoice> taken, Metre metre) {
  const auto phrases = phrases_of(plan);
  if (cast.empty() || phrases.size() < kShortest) return;
  const auto who = phrases_of_cast(phrases, cast);
  std::vector<int> themes;
  for (std::size_t i = 0; i < cast.size(); ++i) {
    if (std::ranges::find(who, static_cast<int>(i)) == who.end()) continue;
    plan.themes.push_back(theme_of(cast[i], taken, metre));
    themes.push_back(static_cast<int>(plan.themes.size()));
    for (std::size_t p = 0; p < phrases.size(); ++p)
      if (who[p] == static_cast<int>(i))
        set_phrase(phrases[p], named_form(plan.themes.back()), themes.back());
  }
  const Phrase& closing = phrases[phrases.size() - 2];
  if (themes.empty() || closing.bars.front().density <= 0) return;
  const auto form = combined(themes);
  for (std::size_t i = 0; i < closing.bars.size(); ++i) closing.bars[i].theme = form[i];
}

}  // namespace

void set_theme(std::span<BarPlan> bars, int phrases_before, int theme) {
  for (int phrase = phrases_before; !bars.empty(); ++phrase) {
    const auto count = std::min<std::size_t>(kPhraseBars, bars.size());
    const Phrase one{bars.first(count), phrase % kPhrasesPerPeriod};
    set_phrase(one, form_of(one.role, bars.front().arousal < 0), theme);
    bars = bars.subspan(count);
  }
}

void set_named_theme(std::span<BarPlan> phrase, const Motif& theme, int number) {
  set_phrase({phrase, 0}, named_form(theme), number);
}

void plan_themes(Plan& plan, const StoryFeelings& story, const StoryThemes& named) {
  const Metre metre = plan.sections.front().bars.front().metre;
  const std::size_t most = std::max<std::size_t>(2, kMostThemes - std::min(kMostThemes, named.cast.size()));
  auto choices = set_sections(plan, story, most);
  for (const auto& choice : choices) plan.themes.push_back(motif_of(choice, metre));
  if (named.own) plan.themes.front() = motif_of(*named.own, metre);
  set_cast(plan, named.cast, std::move(choices), metre);
  auto& last = plan.sections.back().bars.back().theme;
  last = {1, ThemeForm::kClose, plan.themes.front().bars - 1, 0};
}

}  // namespace s2m
