#include "story2midi/plan/harmony.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "story2midi/base/random.h"
#include "story2midi/plan/colours.h"
#include "story2midi/plan/sections.h"
#include "story2midi/plan/themes.h"

namespace s2m {
namespace {

constexpr int kDegrees = 7, kDominant = 4;
using Weights = std::array<double, kDegrees>;
using Changes = std::array<Weights, kDegrees>;

// Percent of the changes from a degree that go to each: tools/chord_bigrams.py over POP909's annotated chords (39,683 in
// major, 36,574 in minor).
constexpr Changes kMajorChanges{{{0, 12, 15, 23, 24, 25, 1},
                                 {7, 0, 10, 9, 68, 5, 0},
                                 {6, 16, 0, 26, 4, 48, 0},
                                 {24, 6, 19, 0, 47, 4, 0},
                                 {53, 3, 9, 15, 0, 19, 1},
                                 {10, 28, 15, 28, 19, 0, 0},
                                 {15, 4, 19, 9, 12, 40, 0}}};
constexpr Changes kMinorChanges{{{0, 1, 13, 26, 16, 26, 17},
                                 {20, 0, 9, 5, 49, 12, 6},
                                 {27, 2, 0, 21, 16, 15, 19},
                                 {19, 1, 6, 0, 33, 11, 30},
                                 {63, 0, 4, 12, 0, 17, 4},
                                 {9, 1, 11, 9, 20, 0, 50},
                                 {37, 1, 30, 5, 13, 14, 0}}};
// Nats by which a degree gains with valence: unpleasant music has more of the mode's darker chords (Kolchinsky et al. 2017:
// minor chords go with words of lower valence).
constexpr Weights kMajorValence{0, -0.6, -0.8, 0.3, 0.3, -0.8, 0};
constexpr Weights kMinorValence{0, -0.6, 0.8, -0.5, 0, 0.6, 0.8};
constexpr double kInnerTonic = 0.5;                       // keeps the tonic for beginnings and ends
constexpr Weights kContrastOpening{0, 2, 1, 3, 0, 4, 0};  // a contrast begins away from the tonic
constexpr double kSlowBar = 3.2, kFastBar = 1.6;          // seconds: two chords a bar, one chord a bar

// How the story's feelings turn into a number from 0 to 1 for each choice: a fixed direction for each, folded.
constexpr double kStoryWeight = 0.12;

struct Phrase {
  int first = 0, bars = 0;  // in the piece
  int role = 0;             // statement, answer, contrast, return
  int section = 0;
  bool closes = false;   // an authentic cadence
  bool is_last = false;  // of the piece
  Key next;              // the key that follows
};

struct Walk {
  const Changes* changes;
  Weights weights;
};

double folded(double x) {
  const double part = x - 2 * std::floor(x / 2);
  return part > 1 ? 2 - part : part;
}

// Writes the chords of one phrase after another.
class Harmony {
 public:
  Harmony(Plan& plan, const StoryFeelings& story) : plan_(plan), story_(story) {
    for (auto& section : plan.sections)
      for (auto& bar : section.bars) bars_.push_back(&bar);
    degrees_.resize(bars_.size());
    std::vector<ThemedSection> sections;
    for (std::size_t i = 0; i < plan.sections.size(); ++i)
      sections.push_back({static_cast<int>(plan.sections[i].bars.size()), story.sections[i]});
    returns_ = returning_bars(sections);
  }

  void write_all() {
    int first = 0, number = 0;
    for (const auto& section : plan_.sections) {
      const int bars = static_cast<int>(section.bars.size());
      for (int at = 0; at < bars; at += kPhraseBars) write(phrase(number, first, at, bars));
      first += bars;
      ++number;
    }
  }

 private:
  BarPlan& bar(int i) { return *bars_[static_cast<std::size_t>(i)]; }
  int count() const { return static_cast<int>(bars_.size()); }

  Phrase phrase(int section, int first, int at, int bars) {
    Phrase phrase{first + at, std::min(kPhraseBars, bars - at), at / kPhraseBars % kPhrasesPerPeriod,
                  section};
    const int end = phrase.first + phrase.bars;
    phrase.is_last = end == count();
    phrase.closes = phrase.is_last || at + kPhraseBars >= bars || phrase.role % 2 == 1;
    phrase.next = phrase.is_last ? bar(end - 1).key : bar(end).key;
    return phrase;
  }

  void write(const Phrase& phrase) {
    auto steps = places(phrase);
    std::vector<int> fixed(steps.size(), -1);
    fix(phrase, steps, fixed);
    fill(phrase, steps, fixed);
    const Scale scale = scale_of(plan_, bar(phrase.first));
    for (auto& step : steps) write_plain(step, scale);
    colour(steps, {scale, mean(phrase), feeling(phrase), phrase.role});
    prepare(phrase, steps);
    smooth_bass(steps);
    store(phrase, steps);
  }

  // One chord a bar or two, by the length of the bar; the last bar of a phrase has one.
  std::vector<Step> places(const Phrase& phrase) {
    std::vector<Step> steps;
    for (int i = 0; i < phrase.bars; ++i) {
      const BarPlan& at = bar(phrase.first + i);
      const double seconds = bar_seconds(at);
      const bool last = i + 1 == phrase.bars;
      const bool two = seconds >= kSlowBar || (seconds >= kFastBar && i + 2 >= phrase.bars);
      steps.push_back({i, 0});
      if (two && !last && second_half(at.metre) > 0) steps.push_back({i, second_half(at.metre)});
    }
    return steps;
  }

  // The degree of a cadence: the dominant, or the chord that shows the mode.
  static int cadence_degree(Scale scale) {
    switch (scale) {
      case Scale::kDorian:
        return 3;
      case Scale::kPhrygian:
        return 1;
      case Scale::kLydian:
        return 1;
      case Scale::kMixolydian:
        return 6;
      default:
        return kDominant;
    }
  }

  void fix(const Phrase& phrase, std::vector<Step>& steps, std::vector<int>& fixed) {
    const int cadence = cadence_degree(scale_of(plan_, bar(phrase.first)));
    for (std::size_t i = 0; i < steps.size(); ++i) take_up(phrase, steps[i], fixed[i]);
    if (phrase.role != 2 || phrase.is_last) fixed.front() = 0;
    if (phrase.closes && steps.size() > 1) {
      fixed[steps.size() - 2] = cadence;
      steps[steps.size() - 2].is_cadence = true;
    }
    fixed.back() = phrase.closes ? 0 : cadence;
    steps.back().is_cadence = true;
  }

  // A returning bar has the degrees of the bar it takes up.
  void take_up(const Phrase& phrase, const Step& step, int& fixed) {
    const int from = returns_[static_cast<std::size_t>(phrase.first + step.bar)] - 1;
    if (from < 0) return;
    for (const auto& [position, degree] : degrees_[static_cast<std::size_t>(from)])
      if (position == step.position) fixed = degree;
  }

  Walk walk_of(const Phrase& phrase) {
    const bool major = bar(phrase.first).key.mode == Mode::kMajor;
    const double valence = mean(phrase).valence;
    Walk walk{major ? &kMajorChanges : &kMinorChanges, {}};
    for (std::size_t d = 0; d < kDegrees; ++d)
      walk.weights[d] =
          std::exp((major ? kMajorValence : kMinorValence)[d] * valence) * (d == 0 ? kInnerTonic : 1);
    return walk;
  }

  // Degrees between those that are fixed, by the table of changes on the condition of what comes.
  void fill(const Phrase& phrase, std::vector<Step>& steps, const std::vector<int>& fixed) {
    const auto walk = walk_of(phrase);
    std::vector<Weights> ahead(steps.size());
    ahead.back().fill(1);
    for (std::size_t i = steps.size(); i-- > 0;)
      for (std::size_t d = 0; d < kDegrees; ++d) {
        if (i + 1 < steps.size()) {
          ahead[i][d] = 0;
          for (std::size_t to = 0; to < kDegrees; ++to)
            ahead[i][d] += (0.01 + (*walk.changes)[d][to]) * walk.weights[to] * ahead[i + 1][to];
        }
        if (fixed[i] >= 0 && fixed[i] != static_cast<int>(d)) ahead[i][d] = 0;
      }
    for (std::size_t i = 0; i < steps.size(); ++i) {
      Weights odds = ahead[i];
      for (std::size_t d = 0; d < kDegrees; ++d)
        odds[d] *= i == 0 ? (fixed[i] >= 0 ? 1 : kContrastOpening[d])
                          : (0.01 + (*walk.changes)[static_cast<std::size_t>(steps[i - 1].degree)][d]) *
                                walk.weights[d];
      steps[i].degree = pick(odds, choice(phrase, static_cast<int>(i)));
    }
  }

  static int pick(const Weights& odds, double share) {
    double total = 0, sum = 0;
    for (const double weight : odds) total += weight;
    for (int d = 0; d < kDegrees; ++d) {
      sum += odds[static_cast<std::size_t>(d)];
      if (sum >= share * total && odds[static_cast<std::size_t>(d)] > 0) return d;
    }
    return 0;
  }

  // From 0 to 1, for the i-th chord of a phrase.
  double choice(const Phrase& phrase, int i) {
    const int number = 7 * phrase.section + 5 * (phrase.first / kPhraseBars) + i;
    double sum = 0.618 * number;
    if (story_.variation != 0)
      sum += 2 * random_uniform(story_.variation, static_cast<std::uint64_t>(number), 0);
    for (int k = 0; k < kFeelingCount; ++k)
      sum += kStoryWeight * story_.scores[static_cast<std::size_t>(k)] *
             std::cos(1 + 2.4 * k + 1.7 * (k + 1) * number);
    return folded(sum);
  }

  ValenceArousal mean(const Phrase& phrase) {
    ValenceArousal sum;
    for (int i = 0; i < phrase.bars; ++i) {
      sum.valence += bar(phrase.first + i).valence / phrase.bars;
      sum.arousal += bar(phrase.first + i).arousal / phrase.bars;
    }
    return sum;
  }

  Feeling feeling(const Phrase& phrase) const {
    return feeling_of(story_.sections[static_cast<std::size_t>(phrase.section)]);
  }

  // Before another key its dominant seventh; the tonic before it belongs to both keys.
  void prepare(const Phrase& phrase, std::vector<Step>& steps) {
    const Key here = bar(phrase.first).key;
    if (phrase.next == here) return;
    const int half = second_half(bar(phrase.first + phrase.bars - 1).metre);
    if (half > 0) steps.push_back({steps.back().bar, half});
    Step& last = steps.back();
    last.degree = kDominant;
    last.is_cadence = true;
    last.root = last.bass = (phrase.next.tonic + 7 - here.tonic + 12) % 12;
    last.quality = ChordQuality::kDominant7;
    if (half == 0 || steps.size() < 2) return;
    Step& pivot = steps[steps.size() - 2];
    pivot.degree = 0;
    write_plain(pivot, scale_of(here.mode));
  }

  // A first inversion where it lets the bass move by step in place of a leap; cadences keep their roots.
  static void smooth_bass(std::vector<Step>& steps) {
    for (std::size_t i = 1; i + 1 < steps.size(); ++i) {
      Step& step = steps[i];
      if (step.is_cadence || step.bass != step.root) continue;
      const int third = (step.root + chord_intervals(step.quality)[1]) % 12;
      const auto apart = [](int a, int b) { return std::min((a - b + 12) % 12, (b - a + 12) % 12); };
      const int before = steps[i - 1].bass, after = steps[i + 1].bass;
      if (apart(step.root, before) > 3 && apart(third, before) <= 2 && apart(third, after) <= 2 &&
          third != before && third != after)
        step.bass = third;
    }
  }

  void store(const Phrase& phrase, const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      BarPlan& at = bar(phrase.first + step.bar);
      const auto pitch = [&](int semitones) {
        return static_cast<std::uint8_t>((at.key.tonic + semitones) % 12);
      };
      degrees_[static_cast<std::size_t>(phrase.first + step.bar)].push_back({step.position, step.degree});
      at.chords.push_back({step.position, pitch(step.root), step.quality, pitch(step.bass)});
    }
  }

  Plan& plan_;
  const StoryFeelings& story_;
  std::vector<BarPlan*> bars_;
  std::vector<std::vector<std::pair<int, int>>> degrees_;  // of each bar: positions and degrees
  std::vector<int> returns_;  // of each bar, the one whose chords return (themes.h)
};

}  // namespace

int second_half(Metre metre) {
  const auto starts = beats(metre);
  const double middle = bar_length(metre) / 2.0;
  int best = 0;
  for (const int at : starts) {
    if (at == 0) continue;
    const double more = metrical_weight(metre, at) - (best > 0 ? metrical_weight(metre, best) : 0);
    if (more > 0 || (more == 0 && std::abs(at - middle) <= std::abs(best - middle))) best = at;
  }
  return best;
}

void plan_chords(Plan& plan, const StoryFeelings& story) { Harmony(plan, story).write_all(); }

}  // namespace s2m
