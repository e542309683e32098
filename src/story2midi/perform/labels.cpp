#include "story2midi/perform/labels.h"

#include <algorithm>
#include <map>

#include "story2midi/plan/sections.h"
#include "story2midi/stories/passages.h"

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

std::int32_t length_ticks(const Section& section) {
  std::int32_t ticks = 0;
  for (const BarPlan& bar : section.bars) ticks += bar_length(bar.metre) * kTicksPerPosition;
  return ticks;
}

std::vector<const Passage*> passages_of(const Section& section, const EmotionCurve& curve) {
  std::vector<const Passage*> passages;
  for (const CurvePoint& point : curve.points)
    if (point.passage.start_byte >= section.start_byte && point.passage.start_byte < section.end_byte)
      passages.push_back(&point.passage);
  return passages;
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

void add_captions(const Plan& plan, const EmotionCurve& curve, Score& score) {
  if (score.tracks.empty()) return;
  auto& captions = score.tracks.front().lyrics;
  std::int32_t at = 0;
  for (const Section& section : plan.sections) {
    const std::int32_t length = length_ticks(section);
    const auto passages = passages_of(section, curve);
    double all = 0, before = 0;  // bytes
    for (const Passage* passage : passages) all += static_cast<double>(passage->text.size());
    for (const Passage* passage : passages) {
      std::int32_t start = at + static_cast<std::int32_t>(length * before / all);
      if (!plan.cues.empty() && passage->start_seconds)
        start = std::clamp(ticks_at(score, *passage->start_seconds), at, at + length - 1);
      captions.push_back({start, single_spaced(passage->text)});
      before += static_cast<double>(passage->text.size());
    }
    at += length;
  }
  std::ranges::stable_sort(captions, {}, &Lyric::start_ticks);
}

}  // namespace s2m
