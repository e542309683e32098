#include "lab/reports/plan_arcs.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "lab/statistics/statistics.h"

namespace s2m {
namespace {

constexpr std::size_t kParagraphSentences = 3;
constexpr std::size_t kParts = 10;

// Means of values along a line, each at the middle of its length; a part where none lies is as the one
// before.
class Arc {
 public:
  explicit Arc(double length) : length_(length) {}
  void add(double length, double value) {
    const double middle = (at_ + length / 2) / length_;
    at_ += length;
    const auto part = std::min(kParts - 1, static_cast<std::size_t>(middle * kParts));
    sums_[part] += length * value;
    weights_[part] += length;
  }
  std::vector<double> means() const {
    std::vector<double> means;
    for (std::size_t i = 0; i < kParts; ++i)
      means.push_back(weights_[i] > 0 ? sums_[i] / weights_[i] : means.empty() ? 0 : means.back());
    return means;
  }

 private:
  double length_, at_ = 0;
  std::array<double, kParts> sums_{}, weights_{};
};

}  // namespace

std::string tale_story(TaleSentences sentences) {
  std::string story;
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    if (i > 0) story += i % kParagraphSentences == 0 ? "\n\n" : " ";
    story += sentences[i]->text;
  }
  return story;
}

EmotionCurve tale_curve(TaleSentences sentences) {
  const std::string story = tale_story(sentences);
  EmotionCurve curve;
  std::size_t at = 0;
  for (const EmotionText* sentence : sentences) {
    const auto start = story.find(sentence->text, at);
    at = start + sentence->text.size();
    CurvePoint point{{sentence->text, start, at}, {}};
    point.emotion.valence = sentence->raw.valence;
    point.emotion.arousal = sentence->raw.arousal;
    curve.points.push_back(std::move(point));
  }
  return curve;
}

std::vector<std::vector<const EmotionText*>> tales_of(const std::vector<EmotionText>& texts, Split split) {
  std::vector<std::vector<const EmotionText*>> tales;
  for (const EmotionText& text : texts) {
    if (text.source != "tales" || text.split != split) continue;
    if (tales.empty() || tales.back().front()->group != text.group) tales.emplace_back();
    tales.back().push_back(&text);
  }
  return tales;
}

ArcsFollowed arcs_followed(TaleSentences sentences, const Plan& plan) {
  double length = 0;
  for (const EmotionText* sentence : sentences) length += static_cast<double>(sentence->text.size());
  const auto bars = static_cast<double>(bar_count(plan));
  Arc felt_valence(length), felt_arousal(length), planned_valence(bars), planned_arousal(bars);
  for (const EmotionText* sentence : sentences) {
    felt_valence.add(static_cast<double>(sentence->text.size()), sentence->raw.valence);
    felt_arousal.add(static_cast<double>(sentence->text.size()), sentence->raw.arousal);
  }
  for (const Section& section : plan.sections)
    for (const BarPlan& bar : section.bars) {
      planned_valence.add(1, bar.valence);
      planned_arousal.add(1, bar.arousal);
    }
  return {pearson(felt_valence.means(), planned_valence.means()),
          pearson(felt_arousal.means(), planned_arousal.means())};
}

}  // namespace s2m
