#include "story2midi/plan/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/plan/sections.h"
#include "story2midi/stories/words.h"

namespace s2m {
namespace {

constexpr const char* kOpening = "Opening";
constexpr double kFewestWords = 100;         // of an opening that is a movement
constexpr std::size_t kBesideInterlude = 3;  // passages on either side that an interlude feels like

double words_in(const Story& story, const Movement& chapter) {
  double words = 0;
  for (std::size_t i = chapter.first; i < chapter.last; ++i)
    words += static_cast<double>(word_count(story.passages[i].text));
  return words;
}

std::vector<Movement> chapters_of(const Story& story) {
  std::vector<Movement> chapters;
  for (const StoryPart& part : story.parts) {
    if (part.kind != PartKind::kChapter) continue;
    if (!chapters.empty() && chapters.back().first == part.first_passage) {
      chapters.back().title = part.heading;  // "BOOK ONE" right above "CHAPTER I"
      continue;
    }
    if (chapters.empty() && part.first_passage > 0) chapters.push_back({kOpening, false, 0, 0});
    chapters.push_back({part.heading, false, part.first_passage, 0});
  }
  for (std::size_t i = 0; i < chapters.size(); ++i)
    chapters[i].last = i + 1 < chapters.size() ? chapters[i + 1].first : story.passages.size();
  if (chapters.size() > 2 && chapters[0].title == kOpening && words_in(story, chapters[0]) < kFewestWords) {
    chapters[1].first = 0;
    chapters.erase(chapters.begin());
  }
  return chapters;
}

EmotionCurve part_of_curve(const EmotionCurve& curve, std::size_t first, std::size_t last) {
  return {{curve.points.begin() + static_cast<std::ptrdiff_t>(first),
           curve.points.begin() + static_cast<std::ptrdiff_t>(last)}};
}

// What the whole asks of one chapter that has a share of its words.
PlanOptions options_for(const SuiteOptions& options, double share, std::size_t interludes) {
  PlanOptions own = options.plan;
  if (own.bars)
    own.bars =
        std::max(kPhraseBars, static_cast<int>(std::lround(*own.bars * share / kPhraseBars)) * kPhraseBars);
  if (own.duration_seconds) {
    const double between = options.interlude_seconds.value_or(0) * static_cast<double>(interludes);
    if (between >= *own.duration_seconds)
      throw Error("interlude_seconds", "leave no time for the chapters",
                  fmt::format("less than {} s in all", *own.duration_seconds), fmt::format("{} s", between));
    own.duration_seconds = (*own.duration_seconds - between) * share;
  }
  return own;
}

Movement interlude_between(const Movement& before, const Movement& after, const EmotionCurve& curve,
                           const SuiteOptions& options) {
  const auto mean =
      part_of_curve(curve, std::max(before.first, before.last - std::min(before.last, kBesideInterlude)),
                    std::min(after.last, after.first + kBesideInterlude))
          .mean();
  Movement interlude{fmt::format("Before {}", after.title), true};
  PlanOptions own{
      .duration_seconds = options.interlude_seconds, .valence = mean.valence, .arousal = mean.arousal};
  own.palette = options.plan.palette;
  own.themes = options.plan.themes;
  interlude.plan = make_plan({}, own);
  interlude.plan.sections.front().title = interlude.title;
  return interlude;
}

void check(const SuiteOptions& options) {
  const auto& seconds = options.interlude_seconds;
  if (seconds && !(*seconds >= kShortestInterlude && *seconds <= kLongestInterlude))
    throw Error("interlude_seconds", "is out of range",
                fmt::format("{} to {}", kShortestInterlude, kLongestInterlude), fmt::format("{}", *seconds));
  if (options.plan.words_per_minute || options.plan.cues)
    throw Error("plan", "times of one piece are given for a suite", "bars or a duration",
                "a reading speed or cues");
}

}  // namespace

std::vector<Movement> plan_suite(const Story& story, const EmotionCurve& curve, const SuiteOptions& asked) {
  check(asked);
  const auto chapters = chapters_of(story);
  if (chapters.size() < 2)
    throw Error("story", "has no chapters", "headings, or lines such as \"CHAPTER I\"",
                fmt::format("{} of them", chapters.size()));
  SuiteOptions options = asked;
  if (!options.plan.themes)
    options.plan.themes = parse_themes(write_themes(make_plan(curve, {.metre = asked.plan.metre})));
  double words = 0;
  for (const auto& chapter : chapters) words += words_in(story, chapter);
  std::vector<Movement> suite;
  for (const auto& chapter : chapters) {
    if (!suite.empty() && options.interlude_seconds)
      suite.push_back(interlude_between(suite.back(), chapter, curve, options));
    suite.push_back(chapter);
    suite.back().plan =
        make_plan(part_of_curve(curve, chapter.first, chapter.last),
                  options_for(options, words_in(story, chapter) / words, chapters.size() - 1));
  }
  return suite;
}

}  // namespace s2m
