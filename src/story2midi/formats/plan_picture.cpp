#include "story2midi/formats/plan_picture.h"

#include "story2midi/perform/labels.h"

namespace s2m {
namespace {

// A bar goes on with the theme of the bar before.
bool continues(const PictureTheme& theme, int bar, const ThemeUse& use, const std::string& form) {
  return use.bar > 0 && theme.first_bar + theme.bars == bar && theme.theme == use.theme && theme.form == form;
}

std::string owner_of(const Plan& plan, int theme) {
  const auto index = static_cast<std::size_t>(theme) - 1;
  return index < plan.themes.size() ? plan.themes[index].name : std::string();
}

}  // namespace

PictureOptions picture_of(const Plan& plan) {
  PictureOptions picture;
  const auto letters = section_letters(plan);
  int bar = 0;
  for (std::size_t i = 0; i < plan.sections.size(); ++i) {
    const Section& section = plan.sections[i];
    if (!section.bars.empty()) picture.sections.push_back({bar, letters[i], section.title});
    for (const BarPlan& one : section.bars) {
      picture.valence.push_back(static_cast<float>(one.valence));
      picture.arousal.push_back(static_cast<float>(one.arousal));
      const ThemeUse& use = one.theme;
      const std::string form = use.form == ThemeForm::kStatement ? "" : std::string(name_of(use.form));
      if (use.theme > 0 && !picture.themes.empty() && continues(picture.themes.back(), bar, use, form))
        ++picture.themes.back().bars;
      else if (use.theme > 0)
        picture.themes.push_back({bar, 1, use.theme, form, owner_of(plan, use.theme)});
      ++bar;
    }
  }
  if (picture.sections.size() == 1) picture.sections.front().letter.clear();
  return picture;
}

}  // namespace s2m
