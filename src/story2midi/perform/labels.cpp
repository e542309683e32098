#include "story2midi/perform/labels.h"

#include <algorithm>
#include <map>

#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

// The theme that most of the section's bars state; 0: none.
int theme_of(const Section& section) {
  std::map<int, int> bars;
  for (const BarPlan& bar : section.bars)
    if (bar.theme.theme > 0) ++bars[bar.theme.theme];
  const auto most = std::ranges::max_element(bars, {}, [](const auto& entry) { return entry.second; });
  return most == bars.end() ? 0 : most->first;
}

// A to Z, then AA, AB, ...
std::string letter_of(int number) {
  std::string letter(1, static_cast<char>('A' + number % 26));
  return number < 26 ? letter : letter_of(number / 26 - 1) + letter;
}

}  // namespace

std::vector<std::string> section_letters(const Plan& plan) {
  std::vector<std::string> letters;
  std::map<int, std::string> of_theme;
  int next = 0;
  for (const Section& section : plan.sections) {
    const int theme = theme_of(section);
    const auto known = of_theme.find(theme);
    if (theme > 0 && known != of_theme.end()) {
      letters.push_back(known->second += '\'');
      continue;
    }
    letters.push_back(letter_of(next++));
    if (theme > 0) of_theme[theme] = letters.back();
  }
  return letters;
}

void add_labels(const Plan& plan, Score& score) {
  const auto letters = section_letters(plan);
  std::int32_t at = 0;
  Marker climax{0, "climax"};
  double loudest = 0;
  for (std::size_t i = 0; i < plan.sections.size(); ++i) {
    const Section& section = plan.sections[i];
    if (!section.title.empty()) score.markers.push_back({at, letters[i] + ": " + section.title});
    for (std::size_t bar = 0; bar < section.bars.size(); ++bar) {
      const BarPlan& one = section.bars[bar];
      if (bar > 0 && bar % kPhraseBars == 0 && !section.title.empty())
        score.cues.push_back({at, letters[i] + "." + std::to_string(bar / kPhraseBars + 1)});
      if (one.dynamics > loudest) loudest = one.dynamics, climax.start_ticks = at;
      at += bar_length(one.metre) * kTicksPerPosition;
    }
  }
  if (score.markers.empty()) return;
  score.cues.push_back(climax);
  std::ranges::stable_sort(score.cues, {}, &Marker::start_ticks);
}

}  // namespace s2m
