#include "story2midi/plan/colours.h"

#include <algorithm>

namespace s2m {
namespace {

using enum ChordQuality;
constexpr int kSubdominant = 3, kDominant = 4;

bool is_major(const ColourPlace& place) { return mode_of(place.scale) == Mode::kMajor; }
bool is_plain_mode(const ColourPlace& place) {
  return place.scale == Scale::kMajor || place.scale == Scale::kMinor;
}

void write(Step& step, int root, ChordQuality quality, int bass) {
  step.root = root;
  step.quality = quality;
  step.bass = bass;
}

// What stands at step i, before step i + 1; false: not here.
using Use = bool (*)(std::span<Step> steps, std::size_t i, const ColourPlace& place);

bool goes_to(std::span<Step> steps, std::size_t i, int degree) {
  return i + 1 < steps.size() && steps[i + 1].degree == degree;
}

bool borrowed_subdominant(std::span<Step> steps, std::size_t i, const ColourPlace& place) {
  if (!is_major(place) || place.emotion.valence >= 0.35 || steps[i].degree != kSubdominant) return false;
  write(steps[i], 5, kMinor, 5);
  return true;
}

bool neapolitan(std::span<Step> steps, std::size_t i, const ColourPlace& place) {
  const bool grave = place.feeling == Feeling::kSadness || place.feeling == Feeling::kFear;
  const bool predominant = steps[i].degree == kSubdominant || steps[i].degree == 1;
  if (is_major(place) || !grave || place.emotion.valence > -0.35 || !predominant ||
      !goes_to(steps, i, kDominant))
    return false;
  write(steps[i], 1, kMajor, 5);
  return true;
}

bool diminished_seventh(std::span<Step> steps, std::size_t i, const ColourPlace& place) {
  const bool tense = place.feeling == Feeling::kFear || place.feeling == Feeling::kAnger;
  if (is_major(place) || !tense || place.emotion.arousal < 0.1 || !goes_to(steps, i, 0)) return false;
  write(steps[i], 11, kDiminished7, 11);
  return true;
}

bool secondary_diminished(std::span<Step> steps, std::size_t i, const ColourPlace& place) {
  const bool tense = place.feeling == Feeling::kFear || place.feeling == Feeling::kAnger;
  if (!tense || place.emotion.arousal < 0.1 || !goes_to(steps, i, kDominant)) return false;
  write(steps[i], 6, kDiminished7, 6);
  return true;
}

bool flat_seventh(std::span<Step> steps, std::size_t i, const ColourPlace& place) {
  const bool proud = place.feeling == Feeling::kPride || place.feeling == Feeling::kJoy;
  if (!is_major(place) || !proud || place.emotion.arousal < 0.3 || steps[i].degree == 0 ||
      !goes_to(steps, i, kSubdominant))
    return false;
  write(steps[i], 10, kMajor, 10);
  return true;
}

bool flat_sixth(std::span<Step> steps, std::size_t i, const ColourPlace& place) {
  const bool wide = place.feeling == Feeling::kWonder || place.feeling == Feeling::kPride;
  if (!is_major(place) || !wide || steps[i].degree != 5 || !goes_to(steps, i, kDominant)) return false;
  write(steps[i], 8, kMajor, 8);
  return true;
}

bool secondary_dominant(std::span<Step> steps, std::size_t i, const ColourPlace& place) {
  if (place.emotion.arousal < 0 || i + 1 >= steps.size()) return false;
  const int target = steps[i + 1].degree;
  const bool fits =
      target == kDominant || target == kSubdominant || target == 5 || (is_major(place) && target == 1);
  if (!fits || chord_intervals(steps[i + 1].quality)[2] != 7) return false;
  const int root = (steps[i + 1].root + 7) % 12;
  if (root == steps[i].root && target != kSubdominant) return false;
  write(steps[i], root, kDominant7, root);
  return true;
}

struct Row {
  ColourRule rule;
  Use use;
};
constexpr std::array<Row, 7> kRows{{
    {{"borrowed iv", "IV in major, valence under .35", "Schubert; Huron (2006): the darkened subdominant"},
     borrowed_subdominant},
    {{"Neapolitan", "ii or iv before V in minor, sadness or fear, valence under -.35",
      "Kostka, Payne, Tonal Harmony (2018), ch. 22"},
     neapolitan},
    {{"vii dim7", "before i in minor, fear or anger, arousal from .1",
      "Meyer (1956); Smit et al. (2019): diminished chords are heard as tense and negative"},
     diminished_seventh},
    {{"vii dim7 of V", "before V, fear or anger, arousal from .1", "Kostka, Payne, ch. 16; film agitato"},
     secondary_diminished},
    {{"bVII", "before IV in major, joy or pride, arousal from .3",
      "de Clercq, Temperley (2011): bVII before IV in rock"},
     flat_seventh},
    {{"bVI", "vi before V in major, wonder or pride",
      "Lehman, Hollywood Harmony (2018): chromatic mediants for wonder"},
     flat_sixth},
    {{"secondary dominant", "before ii, IV, V or vi, arousal from 0",
      "Piston, Harmony (1941), ch. 14: it drives forward"},
     secondary_dominant},
}};

// Sevenths and suspensions of calm and tender music, which take no chord's place.
void soften(std::span<Step> steps, const ColourPlace& place) {
  if (place.emotion.arousal > 0.1 || !(place.feeling == Feeling::kLove || place.feeling == Feeling::kWonder))
    return;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    Step& step = steps[i];
    if (step.is_cadence) continue;
    if (step.quality == kMinor && step.degree != 0) step.quality = kMinor7;
    if (step.quality == kMajor && (step.degree == kSubdominant || step.degree == 5) && step.root != 10)
      step.quality = kMajor7;
  }
}

}  // namespace

void write_plain(Step& step, Scale scale) {
  const auto tone = [&](int up) {
    return semitones_of_degree(scale, step.degree + up) - semitones_of_degree(scale, step.degree);
  };
  step.root = step.bass = semitones_of_degree(scale, step.degree);
  const int third = tone(2), fifth = tone(4);
  step.quality = fifth == 6 ? kDiminished : third == 3 ? kMinor : kMajor;
  const bool raises = scale == Scale::kMinor && step.degree == kDominant;
  if (step.degree == kDominant && (raises || step.quality == kMajor))
    step.quality = step.is_cadence ? kDominant7 : kMajor;
  if (step.quality == kDiminished && step.degree == 1) {
    step.quality = kHalfDiminished7;
    step.bass = (step.root + 3) % 12;
  }
}

void colour(std::span<Step> steps, const ColourPlace& place) {
  if (is_plain_mode(place)) {
    for (const Row& row : kRows) {
      bool used = false;
      for (std::size_t i = steps.size() - 1; i-- > 1 && !used;)
        used = !steps[i].is_cadence && row.use(steps, i, place);
      if (used) break;
    }
  }
  soften(steps, place);
}

std::span<const ColourRule> colour_rules() {
  static const auto kRules = [] {
    std::array<ColourRule, kRows.size()> rules;
    std::ranges::transform(kRows, rules.begin(), &Row::rule);
    return rules;
  }();
  return kRules;
}

}  // namespace s2m
