#include "story2midi/plan/motif_tables.h"

#include <algorithm>

namespace s2m {
namespace {

using enum Feeling;
constexpr std::array<MotifRow, 2 * kFeelingCount> kRows{{
    {kJoy,
     {"skip", "qeqe", "eeq_"},
     {"rocket", {0, 2, 4, 2, 4, 5, 4, 2}, {5, 4, 2, 4, 2, 1, 0, 2}, 4},
     "the Mannheim rocket (Ratner 1980); large rising steps for joy (Gabrielsson, Lindstrom 2010)"},
    {kJoy,
     {"swing", "q_eq", "eqq_"},
     {"horn call", {4, 2, 0, 2, 4, 4, 5, 4}, {2, 3, 4, 2, 1, 2, 0, 1}, 2},
     "the horn call of the hunt (Monelle 2006)"},
    {kLove,
     {"cantabile", "q_qe", "eqq_"},
     {"rising sixth", {-3, 2, 1, 0, 1, 2, 0, 1}, {3, 2, 1, 0, -1, 0, 1, 0}, 1},
     "the exclamatory sixth of song (Cooke 1959)"},
    {kLove,
     {"cradle", "q_q_", "eqq_"},
     {"arch", {2, 3, 4, 3, 2, 3, 4, 2}, {4, 3, 2, 1, 2, 1, 0, 1}, 0},
     "the melodic arch (Huron 1996)"},
    {kPride,
     {"dotted", "dqdq", "dqq_"},
     {"fanfare", {0, 0, 2, 4, 4, 2, 4, 7}, {7, 5, 4, 2, 4, 4, 2, 0}, 4},
     "fanfare and dotted march (Monelle 2006)"},
    {kPride,
     {"anthem", "q_dq", "qqq_"},
     {"rising fourth", {-3, -3, 0, 0, 1, 1, 2, 4}, {4, 4, 2, 1, 0, 1, 2, 1}, 0},
     "anthems: the rising fourth (Cooke 1959)"},
    {kFear,
     {"breathless", "bebe", "beq_"},
     {"neighbour", {0, 1, 0, -1, 0, 1, 3, 1}, {0, 1, 0, -1, -2, -1, 0, -1}, 0},
     "small intervals and broken rhythm for fear (Juslin, Laukka 2003)"},
    {kFear,
     {"halting", "bqbq", "beq_"},
     {"creeping", {0, 1, 2, 1, 2, 3, 2, 3}, {4, 3, 4, 3, 2, 3, 2, 1}, 4},
     "film misterioso: creeping steps (Rapee 1924)"},
    {kAnger,
     {"hammer", "sqsq", "ssq_"},
     {"repeated tone", {4, 4, 4, 2, 4, 4, 5, 4}, {5, 5, 4, 2, 4, 4, 2, 1}, 0},
     "repeated tones and sharp rhythm for anger (Gabrielsson, Juslin 1996)"},
    {kAnger,
     {"grim", "dqdq", "sqq_"},
     {"plunge", {7, 7, 4, 2, 7, 7, 5, 4}, {4, 4, 2, 0, 4, 4, 2, 1}, 0},
     "large falling leaps for anger (Juslin, Laukka 2003)"},
    {kSadness,
     {"plaint", "eqeq", "q_q_"},
     {"falling fourth", {4, 3, 2, 1, 2, 1, 0, 1}, {3, 2, 1, 0, 1, 0, -1, 0}, 0},
     "the lament's falling tetrachord (Rosand 1979)"},
    {kSadness,
     {"lament", "q_dq", "q_q_"},
     {"sigh", {2, 1, 2, 1, 0, -1, 0, -1}, {1, 0, -1, 0, -1, -2, -3, -1}, -3},
     "the sigh (Monelle 2000); small falling intervals (Huron 2008)"},
    {kWonder,
     {"rising", "qtqt", "q_e_"},
     {"open fifth", {-3, 1, 2, 4, 5, 4, 2, 4}, {4, 5, 4, 1, 2, 4, 2, 1}, 4},
     "rising fifths, open ends (Lehman 2018)"},
    {kWonder,
     {"opening", "q_te", "q_e_"},
     {"question", {0, 1, 2, 3, 4, 3, 2, 3}, {2, 4, 3, 5, 4, 3, 4, 3}, 4},
     "a question rises at its end (Huron 2006)"},
}};

struct Place {
  int start, length;  // in twelfths or eighteenths of a beat
};
// A word's notes in a beat of `parts`.
std::vector<Place> places_of(char word, bool compound) {
  switch (word) {
    case 'q':
      return compound ? std::vector<Place>{{0, 18}} : std::vector<Place>{{0, 12}};
    case 'e':
      return compound ? std::vector<Place>{{0, 12}, {12, 6}} : std::vector<Place>{{0, 6}, {6, 6}};
    case 'd':
      return compound ? std::vector<Place>{{0, 9}, {9, 3}, {12, 6}} : std::vector<Place>{{0, 9}, {9, 3}};
    case 's':
      return compound ? std::vector<Place>{{0, 3}, {3, 3}, {6, 6}, {12, 6}}
                      : std::vector<Place>{{0, 3}, {3, 3}, {6, 6}};
    case 'r':
      return compound ? std::vector<Place>{{0, 6}, {6, 12}} : std::vector<Place>{{0, 6}, {6, 3}, {9, 3}};
    case 't':
      return compound ? std::vector<Place>{{0, 6}, {6, 6}, {12, 6}}
                      : std::vector<Place>{{0, 4}, {4, 4}, {8, 4}};
    case 'f':
      return compound ? std::vector<Place>{{0, 6}, {6, 3}, {9, 3}, {12, 6}}
                      : std::vector<Place>{{0, 3}, {3, 3}, {6, 3}, {9, 3}};
    case 'b':
      return compound ? std::vector<Place>{{6, 6}, {12, 6}} : std::vector<Place>{{6, 6}};
    default:
      return {};
  }
}

// Adds a bar of words from `start` on.
void add_bar(std::vector<MotifNote>& notes, std::string_view words, Metre metre, int start) {
  const auto starts = beats(metre);
  const int count = static_cast<int>(starts.size());
  for (int i = 0; i < count; ++i) {
    const int end = i + 1 < count ? starts[static_cast<std::size_t>(i) + 1] : bar_length(metre);
    const int beat = end - starts[static_cast<std::size_t>(i)];
    const bool compound = beat % 9 == 0;
    const int parts = compound ? 18 : 12;
    const int word = i > 0 && i + 1 == count ? 3 : i < 3 ? i : 1 + i % 2;
    if (words[static_cast<std::size_t>(word)] == '_' && i > 0 && !notes.empty()) notes.back().length += beat;
    for (const auto& [at, length] : places_of(words[static_cast<std::size_t>(word)], compound)) {
      const int from = at * beat / parts, to = (at + length) * beat / parts;
      if (to > from) notes.push_back({start + starts[static_cast<std::size_t>(i)] + from, to - from, 0});
    }
  }
}

}  // namespace

std::span<const MotifRow> motif_rows() { return kRows; }

MotifChoice motif_choice(const Emotion& emotion) {
  const auto row = [&](Feeling feeling) {
    return 2 * static_cast<std::size_t>(feeling) + (emotion.arousal < 0 ? 1 : 0);
  };
  const Feeling first = feeling_of(emotion);
  const Feeling second = second_feeling_of(emotion).value_or(first);
  return {row(std::min(first, second)), row(std::max(first, second))};
}

Motif motif_of(const MotifChoice& choice, Metre metre) {
  const auto& rhythm = kRows[choice.rhythm].rhythm;
  const auto& contour = kRows[choice.contour].contour;
  Motif motif{std::string(rhythm.name), std::string(contour.name), 2, {}};
  add_bar(motif.notes, rhythm.first, metre, 0);
  const auto first = motif.notes.size();
  add_bar(motif.notes, rhythm.second, metre, bar_length(metre));
  for (std::size_t i = 0; i < motif.notes.size(); ++i)
    motif.notes[i].degree = i < first ? contour.first[i % 8] : contour.second[(i - first) % 8];
  motif.notes.back().degree = contour.close;
  return motif;
}

}  // namespace s2m
