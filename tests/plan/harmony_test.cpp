// Progressions and keys as a musician would judge them.
#include "story2midi/plan/harmony.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "story2midi/base/error.h"
#include "story2midi/emotion/labels.h"
#include "story2midi/music/chord_name.h"
#include "story2midi/music/key.h"
#include "story2midi/plan/colours.h"
#include "story2midi/plan/keys.h"
#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

std::vector<BarPlan> bars_of(const Plan& plan) {
  std::vector<BarPlan> bars;
  for (const auto& section : plan.sections) bars.insert(bars.end(), section.bars.begin(), section.bars.end());
  return bars;
}

Emotion feeling(double valence, double arousal, std::string_view label = {}) {
  Emotion emotion{{valence, arousal}, std::vector<double>(kLabelCount, 0.004), {}};
  for (std::size_t i = 0; i < kLabelCount; ++i)
    if (kLabelNames[i] == label) emotion.labels[i] = 0.6;
  return emotion;
}

EmotionCurve story(std::initializer_list<Emotion> emotions) {
  EmotionCurve curve;
  for (const auto& emotion : emotions) {
    const std::size_t start = curve.points.size() * 400;
    curve.points.push_back({{std::string(399, 'w'), start, start + 399}, emotion});
  }
  return curve;
}

std::vector<Plan> many_plans() {
  std::vector<Plan> plans;
  for (double valence = -0.9; valence <= 0.9; valence += 0.3)
    for (double arousal = -0.8; arousal <= 0.8; arousal += 0.4)
      for (const auto* label : {"fear", "joy", "love", "sadness"})
        plans.push_back(make_plan(story({feeling(valence, arousal, label)}), {.bars = 16}));
  return plans;
}

std::vector<Plan> whole_stories() {
  std::vector<Plan> plans;
  for (int i = 0; i < 12; ++i) {
    EmotionCurve curve;
    for (int k = 0; k < 24; ++k) {
      const std::size_t start = static_cast<std::size_t>(k) * 400;
      curve.points.push_back({{std::string(399, 'w'), start, start + 399},
                              feeling(0.7 * std::sin(0.5 * k + i), 0.6 * std::cos(0.37 * k + 2 * i))});
    }
    plans.push_back(make_plan(curve, {.bars = 64}));
  }
  return plans;
}

// Share of the time under a triad of the tonic.
double tonic_share(const Plan& plan) {
  double tonic = 0, all = 0;
  for (const auto& bar : bars_of(plan))
    for (std::size_t i = 0; i < bar.chords.size(); ++i) {
      const int end = i + 1 < bar.chords.size() ? bar.chords[i + 1].start : bar_length(bar.metre);
      all += end - bar.chords[i].start;
      if (bar.chords[i].root == bar.key.tonic) tonic += end - bar.chords[i].start;
    }
  return tonic / all;
}

TEST(Harmony, EveryBarHasChordsFromItsLineOn) {
  for (const auto metre : written_metres())
    for (const auto& bar : bars_of(make_plan(story({feeling(0.3, 0.1)}), {.bars = 18, .metre = metre}))) {
      ASSERT_FALSE(bar.chords.empty());
      EXPECT_EQ(bar.chords.front().start, 0);
      for (const auto& chord : bar.chords) EXPECT_LT(chord.start, bar_length(metre));
    }
}

TEST(Harmony, ThePieceEndsOnTheHomeTonicAfterItsDominant) {
  auto plans = many_plans();
  const auto stories = whole_stories();
  plans.insert(plans.end(), stories.begin(), stories.end());
  for (const auto& plan : plans) {
    const auto bars = bars_of(plan);
    const auto& last = bars.back();
    EXPECT_EQ(last.key, plan.key);
    ASSERT_EQ(last.chords.size(), 1u);
    EXPECT_EQ(last.chords[0].root, plan.key.tonic);
    EXPECT_EQ(last.chords[0].bass, plan.key.tonic);
    EXPECT_EQ(last.chords[0].quality,
              plan.key.mode == Mode::kMajor ? ChordQuality::kMajor : ChordQuality::kMinor);
    const auto& before = bars[bars.size() - 2].chords.back();
    EXPECT_EQ((before.root - plan.key.tonic + 12) % 12, 7);
    for (std::size_t i = bars.size() - 4; i < bars.size(); ++i)
      EXPECT_EQ(bars[i].key, plan.key) << "the last phrase";
  }
}

TEST(Harmony, PhrasesEndWithHalfAndAuthenticCadencesInTurn) {
  for (const auto& plan : many_plans()) {
    const auto bars = bars_of(plan);
    const auto root = [&](std::size_t bar) {
      return (bars[bar].chords.back().root - plan.key.tonic + 12) % 12;
    };
    EXPECT_EQ(root(3), 7);
    EXPECT_EQ(root(6), 7);
    EXPECT_EQ(root(7), 0);
    EXPECT_EQ(root(11), 7);
  }
}

TEST(Harmony, TheTonicDoesNotStopTheHarmony) {
  double all = 0, strong = 0;
  int count = 0, strong_count = 0;
  for (const auto& plan : many_plans()) {
    const double share = tonic_share(plan);
    all += share;
    ++count;
    EXPECT_LE(share, 0.6);
    if (std::abs(plan.sections[0].bars[0].valence) < 0.75) continue;
    strong += share;
    ++strong_count;
  }
  EXPECT_LE(all / count, 0.40);
  EXPECT_GE(all / count, 0.25);
  EXPECT_LE(strong / strong_count, 0.45);
}

TEST(Harmony, ANewKeyIsPreparedByItsDominantSeventh) {
  int changes = 0;
  for (const auto& plan : whole_stories()) {
    const auto bars = bars_of(plan);
    for (std::size_t i = 1; i < bars.size(); ++i) {
      if (bars[i].key == bars[i - 1].key) continue;
      ++changes;
      const auto& chord = bars[i - 1].chords.back();
      EXPECT_EQ((chord.root - bars[i].key.tonic + 12) % 12, 7);
      EXPECT_EQ(chord.quality, ChordQuality::kDominant7);
    }
  }
  EXPECT_GT(changes, 12);
}

// Of neighbouring windows of eight bars, as real music has them: parallel .01 to .06, relative or remote .21 to .29.
TEST(Harmony, SectionsStandInRelatedKeysAndRarelyInTheParallel) {
  int pairs = 0, parallel = 0, other = 0;
  for (const auto& plan : whole_stories()) {
    const auto bars = bars_of(plan);
    for (std::size_t i = 8; i < bars.size(); i += 8) {
      const Key before = bars[i - 8].key, now = bars[i].key;
      ++pairs;
      parallel += before.tonic == now.tonic && before.mode != now.mode;
      other += before.mode != now.mode && before.tonic != now.tonic;
    }
  }
  EXPECT_LE(parallel, 0.08 * pairs);
  EXPECT_GE(other, 0.12 * pairs);
}

TEST(Harmony, TheModeOfASectionFollowsItsFeeling) {
  const auto plan =
      make_plan(story({feeling(0.6, 0), feeling(0.6, 0), feeling(-0.7, 0), feeling(0.6, 0)}), {.bars = 64});
  for (const auto& section : plan.sections) {
    double valence = 0;
    for (const auto& bar : section.bars) valence += bar.valence;
    EXPECT_EQ(section.bars.front().key.mode, valence > 0 ? Mode::kMajor : Mode::kMinor) << section.start_byte;
  }
}

TEST(Harmony, ClosestKeysShareAllButOneTone) {
  const Key c{0, Mode::kMajor};
  EXPECT_EQ(related_key(c, 0, Mode::kMinor), (Key{9, Mode::kMinor}));
  EXPECT_EQ(related_key(c, 1, Mode::kMajor), (Key{7, Mode::kMajor}));
  EXPECT_EQ(related_key(c, -1, Mode::kMajor), (Key{5, Mode::kMajor}));
  EXPECT_EQ(related_key({9, Mode::kMinor}, 0, Mode::kMajor), c);
}

TEST(Harmony, AnAskedKeyHoldsThroughout) {
  for (const auto& bar : bars_of(make_plan(story({feeling(0.6, 0), feeling(-0.7, 0), feeling(0.6, 0)}),
                                           {.bars = 48, .key = Key{2, Mode::kMinor}})))
    EXPECT_EQ(bar.key, (Key{2, Mode::kMinor}));
}

TEST(Harmony, ModesHaveTheirOwnChords) {
  const std::map<Scale, int> shown{
      {Scale::kDorian, 5}, {Scale::kPhrygian, 1}, {Scale::kLydian, 2}, {Scale::kMixolydian, 10}};
  for (const auto& [scale, root] : shown) {
    const auto plan =
        make_plan(story({feeling(0.2, 0.3)}), {.bars = 16, .key = Key{0, mode_of(scale)}, .scale = scale});
    const auto steps = scale_steps(scale);
    bool found = false;
    for (const auto& bar : bars_of(plan))
      for (const auto& chord : bar.chords) {
        found = found || chord.root == root;
        for (const int tone : chord_intervals(chord.quality))
          EXPECT_NE(std::ranges::find(steps, (chord.root + tone) % 12), steps.end())
              << name_of(scale) << ": " << name_of(chord, plan.key);
      }
    EXPECT_TRUE(found) << name_of(scale);
  }
  EXPECT_THROW(make_plan(story({feeling(0, 0)}), {.key = Key{0, Mode::kMajor}, .scale = Scale::kDorian}),
               Error);
}

std::map<std::string, int> qualities(const Plan& plan) {
  std::map<std::string, int> count;
  for (const auto& bar : bars_of(plan))
    for (const auto& chord : bar.chords) ++count[std::string(chord_suffix(chord.quality))];
  return count;
}

TEST(Harmony, ColourFollowsFeeling) {
  EXPECT_GT(qualities(make_plan(story({feeling(-0.7, 0.6, "fear")}), {.bars = 32}))["dim7"], 1);
  EXPECT_EQ(qualities(make_plan(story({feeling(0.7, 0.6, "joy")}), {.bars = 32}))["dim7"], 0);
  auto tender = qualities(make_plan(story({feeling(0.6, -0.5, "love")}), {.bars = 32}));
  EXPECT_GT(tender["m7"] + tender["maj7"], 1);
}

double similarity(const Plan& a, const Plan& b) {
  const auto bigrams = [](const Plan& plan) {
    std::map<std::pair<int, int>, double> count;
    int last = -1;
    for (const auto& bar : bars_of(plan))
      for (const auto& chord : bar.chords) {
        const int now = 12 * static_cast<int>(chord.quality) + (chord.root - bar.key.tonic + 12) % 12;
        if (last >= 0) ++count[{last, now}];
        last = now;
      }
    return count;
  };
  auto one = bigrams(a), other = bigrams(b);
  double dot = 0, aa = 0, bb = 0;
  for (const auto& [key, n] : one) {
    dot += n * other[key];
    aa += n * n;
  }
  for (const auto& [key, n] : other) bb += n * n;
  return dot / std::sqrt(aa * bb);
}

TEST(Harmony, ALikeStoryHasALikeProgressionAndAnotherStoryAnother) {
  const auto base = make_plan(story({feeling(0.6, 0.5, "joy")}), {.bars = 16});
  const auto near = make_plan(story({feeling(0.61, 0.5, "joy")}), {.bars = 16});
  EXPECT_GT(similarity(base, near), 0.9);
  for (const auto* label : {"curiosity", "pride", "love"})
    EXPECT_LT(similarity(base, make_plan(story({feeling(0.6, 0.5, label)}), {.bars = 16})), 0.95) << label;
}

TEST(Harmony, TheSecondChordStandsOnTheBarsHeaviestOtherBeat) {
  EXPECT_EQ(second_half({4, 4}), 24);
  EXPECT_EQ(second_half({3, 4}), 24);
  EXPECT_EQ(second_half({6, 8}), 18);
  EXPECT_EQ(second_half({12, 8}), 36);
  EXPECT_EQ(second_half({5, 4}), 36);
}

TEST(ChordNames, ThereAndBack) {
  for (int root = 0; root < 12; ++root)
    for (int quality = 0; quality < kChordQualityCount; ++quality)
      for (const int bass : {0, 3, 4, 7}) {
        const Chord chord{0, static_cast<std::uint8_t>(root), static_cast<ChordQuality>(quality),
                          static_cast<std::uint8_t>((root + bass) % 12)};
        for (int tonic = 0; tonic < 12; ++tonic)
          for (const auto mode : {Mode::kMajor, Mode::kMinor})
            EXPECT_EQ(parse_chord_name(name_of(chord, {tonic, mode})), chord)
                << name_of(chord, {tonic, mode});
      }
  EXPECT_EQ(name_of(Chord{0, 8, ChordQuality::kDiminished7, 8}, {2, Mode::kMinor}), "G#dim7");
  EXPECT_EQ(name_of(Chord{0, 10, ChordQuality::kMajor, 2}, {0, Mode::kMajor}), "Bb/D");
  for (const auto* bad : {"", "H", "Cmaj9", "C/", "C/H", "c", "x"})
    EXPECT_THROW(parse_chord_name(bad), Error) << bad;
}

}  // namespace
}  // namespace s2m
