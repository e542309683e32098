#include "story2midi/plan/cast.h"

#include <algorithm>

#include "story2midi/stories/names.h"

namespace s2m {
namespace {

constexpr std::size_t kMostNames = 3;  // with the story's own and other sections' themes three to five

std::vector<Passage> passages_of(const EmotionCurve& curve) {
  std::vector<Passage> passages;
  for (const auto& point : curve.points) passages.push_back(point.passage);
  return passages;
}

std::vector<std::size_t> passages_that_name(const EmotionCurve& curve, const NamedTheme& theme) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < curve.points.size(); ++i)
    if (std::ranges::any_of(theme.names, [&](const std::string& name) {
          const Passage& passage = curve.points[i].passage;
          return mentions(passage.text, name) > 0 || mentions(passage.speaker, name) > 0;
        }))
      found.push_back(i);
  return found;
}

// Of the piece, by where the middle of a passage lies.
int phrase_of(const Course& course, const std::vector<Stretch>& stretches, std::size_t passage) {
  const double middle = (course.at[passage] + course.at[passage + 1]) / 2;
  int first = 0;
  for (const Stretch& stretch : stretches) {
    const int phrases = (stretch.bars + kPhraseBars - 1) / kPhraseBars;
    if (passage < stretch.last) {
      const int bar = static_cast<int>((middle - stretch.begin) / stretch.length() * stretch.bars);
      return first + std::clamp(bar / kPhraseBars, 0, std::max(0, phrases - 1));
    }
    first += phrases;
  }
  return first - 1;
}

void add_member(const Course& course, const std::vector<Stretch>& stretches, CastMember member,
                std::vector<std::size_t> passages, std::vector<CastMember>& cast) {
  passages.erase(std::unique(passages.begin(), passages.end()), passages.end());
  if (passages.empty()) return;
  EmotionCurve named;
  for (const std::size_t passage : passages) {
    named.points.push_back(course.curve.points[passage]);
    const int phrase = phrase_of(course, stretches, passage);
    if (member.phrases.empty() || member.phrases.back() < phrase) member.phrases.push_back(phrase);
  }
  member.mean = named.mean();
  cast.push_back(std::move(member));
}

}  // namespace

std::vector<CastMember> find_cast(const Course& course, const std::vector<Stretch>& stretches,
                                  const PlanOptions& options) {
  std::vector<CastMember> cast;
  if (options.themes) {
    for (const NamedTheme& theme : *options.themes)
      if (theme.names.front() != kStoryTheme)
        add_member(course, stretches, {theme.names.front(), {}, {}, theme},
                   passages_that_name(course.curve, theme), cast);
    return cast;
  }
  for (auto& [name, passages] : recurring_names(passages_of(course.curve)))
    if (cast.size() < kMostNames)
      add_member(course, stretches, {name, {}, {}, {.names = {name}, .tones = {}}}, std::move(passages),
                 cast);
  return cast;
}

}  // namespace s2m
