#include "lab/reports/theme_report.h"

#include <cmath>
#include <map>

#include "story2midi/base/error.h"
#include "story2midi/stories/story.h"
#include "story2midi/stories/tables.h"

namespace s2m {
namespace {

constexpr int kBars = 16;

struct Version {
  std::string kind;
  Plan plan;
};
using Stories = std::map<std::string, std::vector<Version>>;

Stories plans_of(const EmotionReader& reader, const std::filesystem::path& file) {
  Stories stories;
  for (const TableRow& row : read_table(file, "text")) {
    const std::string& kind = row.text("kind");
    if (kind != "original" && kind != "paraphrase" && kind != "replaced")
      throw Error(row.where, "not a kind of version", "original, paraphrase or replaced", "'" + kind + "'");
    auto& versions = stories[row.text("story")];
    if (versions.empty() != (kind == "original"))
      throw Error(row.where, "a story has one original, its first row", {}, "'" + kind + "'");
    versions.push_back(
        {kind, make_plan(reader.read_curve(story_of(row.text("text")).passages), {.bars = kBars})});
  }
  return stories;
}

using Bigrams = std::map<std::pair<int, int>, double>;

Bigrams bigrams_of(const Plan& plan) {
  Bigrams count;
  int last = -1;
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars)
      for (const auto& chord : bar.chords) {
        const int now = 12 * static_cast<int>(chord.quality) + (chord.root - bar.key.tonic + 12) % 12;
        if (last >= 0) ++count[{last, now}];
        last = now;
      }
  return count;
}

double dot(const Bigrams& a, const Bigrams& b) {
  double sum = 0;
  for (const auto& [change, n] : a)
    if (const auto found = b.find(change); found != b.end()) sum += n * found->second;
  return sum;
}

ThemeSteadiness steadiness_of(const std::string& name, const Stories& stories) {
  const auto& versions = stories.at(name);
  const Plan& original = versions.front().plan;
  const Motif& theme = original.themes.front();
  ThemeSteadiness found{.story = name, .theme = theme.rhythm + ", " + theme.contour};
  for (const auto& [kind, plan] : versions) {
    const bool same = plan.themes.front() == theme;
    if (kind == "replaced") ++found.replaced, found.same_replaced += same;
    if (kind != "paraphrase") continue;
    ++found.paraphrases;
    found.same_paraphrase += same;
    found.same_contour += plan.themes.front().contour == theme.contour;
    found.chords_near += chord_similarity(original, plan);
  }
  if (found.paraphrases > 0) found.chords_near /= found.paraphrases;
  for (const auto& [other, others] : stories)
    if (other != name)
      found.chords_far +=
          chord_similarity(original, others.front().plan) / static_cast<double>(stories.size() - 1);
  return found;
}

}  // namespace

double chord_similarity(const Plan& a, const Plan& b) {
  const auto one = bigrams_of(a), other = bigrams_of(b);
  const double norm = std::sqrt(dot(one, one) * dot(other, other));
  return norm > 0 ? dot(one, other) / norm : 0;
}

std::vector<ThemeSteadiness> evaluate_themes(const EmotionReader& reader, const std::filesystem::path& file) {
  const auto stories = plans_of(reader, file);
  std::vector<ThemeSteadiness> found;
  for (const auto& [name, versions] : stories) found.push_back(steadiness_of(name, stories));
  return found;
}

}  // namespace s2m
