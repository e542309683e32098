#include "story2midi/plan/gestures.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "story2midi/emotion/labels.h"
#include "story2midi/plan/figures.h"
#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

constexpr double kPlaneWeight = 2.5;  // nats for a distance of one

// Centres after Russell (1980) and Scherer (2005); usual log odds of 90 texts and 12 stories. Articulation after
// Gabrielsson and Juslin (1996): detached for anger and joy, legato for sadness and tenderness.
constexpr std::array<Gesture, kLabelCount> kGestures{{
    {"admiration", {0.6, 0.1}, -4.75, "arpeggio", "broken", 1, "Liszt's and Debussy's rolling chords of awe"},
    {"amusement", {0.7, 0.4}, -6.24, "oom_pah", "offbeat", 0.8, "galop and scherzo: bass and short chords"},
    {"anger",
     {-0.6, 0.8},
     -4.79,
     "stabs",
     "tremolo",
     0.8,
     "Gabrielsson, Juslin (1996): loud, sharp, detached"},
    {"annoyance",
     {-0.5, 0.4},
     -4.56,
     "ostinato",
     "stabs",
     0.85,
     "Huron (2006): repetition that will not stop"},
    {"approval", {0.4, 0}, -3.69, "alberti", "sustained", 1, "Ratner (1980): the galant accompaniment"},
    {"caring", {0.6, -0.5}, -5.57, "rocking", "sustained", 1.05, "lullabies: Brahms op. 49/4, Chopin op. 57"},
    {"confusion",
     {-0.2, 0.2},
     -5.0,
     "offbeat",
     "ostinato",
     0.9,
     "chords off the beat unsettle the metre (Huron 2006)"},
    {"curiosity", {0.2, 0.2}, -4.77, "offbeat", "alberti", 0.85, "pizzicato and comping of comic mystery"},
    {"desire", {0.4, 0.3}, -6.13, "broken", "arpeggio", 1.05, "the nocturne's broken chords"},
    {"disappointment", {-0.5, -0.4}, -4.76, "sighing", "sustained", 1, "the sigh (Monelle 2000)"},
    {"disapproval",
     {-0.5, 0.3},
     -5.24,
     "repeated",
     "ostinato",
     0.9,
     "repeated chords of recitative and protest"},
    {"disgust", {-0.7, 0.3}, -5.88, "stabs", "bare", 0.85, "short dissonant chords (Juslin, Laukka 2003)"},
    {"embarrassment",
     {-0.4, 0.1},
     -5.83,
     "sighing",
     "offbeat",
     0.95,
     "suspiratio: tones after rests (Bartel 1997)"},
    {"excitement",
     {0.6, 0.8},
     -4.89,
     "tresillo",
     "repeated",
     0.9,
     "syncopation moves the body (Witek et al. 2014)"},
    {"fear", {-0.7, 0.7}, -5.6, "tremolo", "ostinato", 0.95, "silent film: hurry, agitato (Rapee 1924)"},
    {"gratitude",
     {0.7, -0.2},
     -5.76,
     "chorale",
     "broken",
     1.05,
     "the hymn of thanks: Beethoven op. 132, third movement"},
    {"grief", {-0.8, -0.6}, -5.96, "chorale", "sighing", 1.05, "funeral chorales: Chopin op. 28/20, op. 35"},
    {"joy", {0.8, 0.6}, -4.93, "oom_pah", "tresillo", 0.85, "dances: bass, then chords"},
    {"love", {0.8, 0.1}, -5.83, "broken", "arpeggio", 1.05, "the nocturne: Field, Chopin"},
    {"nervousness", {-0.4, 0.5}, -5.95, "ostinato", "tremolo", 0.85, "quick repeated figures (Huron 2006)"},
    {"optimism", {0.6, 0.3}, -4.98, "alberti", "march", 0.95, "the galant accompaniment, lightly moving"},
    {"pride", {0.6, 0.4}, -6.14, "march", "chorale", 0.9, "the dotted march (Monelle 2006)"},
    {"realization", {0.1, 0.1}, -4.73, "sustained", "arpeggio", 1, "held chords under recitative"},
    {"relief", {0.5, -0.5}, -5.87, "broken", "sustained", 1.05, "broken chords that come to rest"},
    {"remorse", {-0.6, -0.3}, -5.89, "bare", "sighing", 1.05, "Schubert's Leiermann: a lone low tone"},
    {"sadness",
     {-0.7, -0.5},
     -4.81,
     "sighing",
     "sustained",
     1.05,
     "Gabrielsson, Juslin (1996): slow, soft, legato"},
    {"surprise", {0.2, 0.7}, -5.41, "offbeat", "tremolo", 0.8, "sudden chords (Huron 2006)"},
    {"neutral", {0, -0.1}, -0.21, "alberti", "sustained", 1, "Ratner (1980): the plainest accompaniment"},
}};

double log_odds(double probability) {
  const double p = std::clamp(probability, 1e-3, 1 - 1e-3);
  return std::log(p / (1 - p));
}

void set_phrase(std::vector<BarPlan>& bars, std::size_t at, const Gesture& gesture, double articulation) {
  const bool contrast = at / kPhraseBars % kPhrasesPerPeriod == 2;
  const Figure* figure = find_figure(contrast ? gesture.contrast : gesture.figure);
  for (std::size_t i = at; i < std::min(bars.size(), at + kPhraseBars); ++i) {
    bars[i].figure = figure->name;
    bars[i].bass = figure->bass;
    bars[i].articulation = std::min(1.0, bars[i].articulation * articulation);
  }
}

}  // namespace

std::span<const Gesture> gestures() { return kGestures; }

const Gesture& gesture_of(const Emotion& emotion) {
  const auto score = [&](std::size_t i) {
    const auto& centre = kGestures[i].centre;
    const double apart = std::hypot(emotion.valence - centre.valence, emotion.arousal - centre.arousal);
    const double odds =
        emotion.labels.size() == kLabelCount ? log_odds(emotion.labels[i]) - kGestures[i].usual : 0;
    return odds - kPlaneWeight * apart;
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < kLabelCount; ++i)
    if (score(i) > score(best)) best = i;
  return kGestures[best];
}

void plan_figures(Plan& plan, const StoryFeelings& story) {
  for (std::size_t s = 0; s < plan.sections.size(); ++s) {
    auto& bars = plan.sections[s].bars;
    const Gesture& gesture = gesture_of(story.sections[s]);
    // Without labels the cue alone says how notes are touched.
    const double articulation = story.sections[s].labels.empty() ? 1 : gesture.articulation;
    for (std::size_t at = 0; at < bars.size(); at += kPhraseBars) set_phrase(bars, at, gesture, articulation);
  }
  auto& last = plan.sections.back().bars.back();
  last.figure = "sustained";
  last.bass = "held";
}

}  // namespace s2m
