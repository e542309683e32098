#include "story2midi/sheets/sheet_frame.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/perform/labels.h"
#include "story2midi/perform/performance_plan.h"

namespace s2m {
namespace {

constexpr double kShownTempoChange = .08;  // share
constexpr double kFinalSlowing = .06;      // likewise, of the last two bars
constexpr double kHairpinSteps = 8;        // of velocity

// The character of a section, after the corners and edges of the valence-arousal plane; empty in its middle.
std::string_view character_of(const Section& section) {
  double valence = 0, arousal = 0;
  for (const BarPlan& bar : section.bars) valence += bar.valence, arousal += bar.arousal;
  valence /= static_cast<double>(section.bars.size());
  arousal /= static_cast<double>(section.bars.size());
  constexpr double kEdge = .25;
  const auto place = [](double value) { return value < -kEdge ? 0U : value > kEdge ? 2U : 1U; };
  constexpr std::array<std::array<std::string_view, 3>, 3> kWords{
      {{"mesto", "tranquillo", "dolce"}, {"espressivo", "", "grazioso"}, {"agitato", "animato", "con brio"}}};
  return kWords[place(arousal)][place(valence)];
}

double beats_per_minute(const SheetBar& bar) {
  const bool is_compound = bar.metre.denominator >= 8 && bar.metre.numerator % 3 == 0;
  return is_compound ? bar.tempo_bpm / 1.5 : bar.tempo_bpm;
}

void mark_section(const Section& section, const std::string& letter, SheetBar& bar) {
  bar.words = section.title;
  bar.rehearsal = letter;
  bar.shows_tempo = true;
  bar.tempo_words = tempo_word(beats_per_minute(bar));
  if (const auto character = character_of(section); !character.empty())
    bar.tempo_words.append(" ").append(character);
}

void mark_tempos(const std::vector<Phrase>& phrases, std::vector<SheetBar>& bars) {
  double shown = 0;
  for (const Phrase& phrase : phrases) {
    SheetBar& bar = bars[static_cast<std::size_t>(phrase.first_bar)];
    const bool has_changed = std::abs(bar.tempo_bpm / std::max(1.0, shown) - 1) >= kShownTempoChange;
    bar.shows_tempo = bar.shows_tempo || has_changed;
    if (bar.shows_tempo) shown = bar.tempo_bpm;
  }
  if (bars.size() < 4) return;
  SheetBar& last = bars.back();
  if (last.tempo_bpm < bars[bars.size() - 3].tempo_bpm * (1 - kFinalSlowing) && !last.shows_tempo)
    bars[bars.size() - 2].expression = "rit.";
}

}  // namespace

std::vector<BarPlan> bar_plans(const Plan& plan) {
  std::vector<BarPlan> bars;
  for (const Section& section : plan.sections)
    bars.insert(bars.end(), section.bars.begin(), section.bars.end());
  return bars;
}

std::string_view tempo_word(double beats_per_minute) {
  constexpr std::pair<double, std::string_view> kWords[] = {
      {60, "Largo"},     {66, "Larghetto"}, {76, "Adagio"}, {108, "Andante"},
      {120, "Moderato"}, {168, "Allegro"},  {200, "Presto"}};
  for (const auto& [below, word] : kWords)
    if (beats_per_minute < below) return word;
  return "Prestissimo";
}

std::vector<SheetBar> sheet_bars(const PartScore& written, const Plan& plan) {
  const auto letters = section_letters(plan);
  if (written.bars.size() != static_cast<std::size_t>(bar_count(plan)))
    throw Error("sheet", "the plan is of another piece", std::to_string(written.bars.size()) + " bars",
                std::to_string(bar_count(plan)));
  std::vector<SheetBar> bars;
  for (const PartBar& bar : written.bars)
    bars.push_back({bar.start, bar.positions, bar.metre, bar.key.value_or(written.key), bar.tempo_bpm});
  std::size_t first = 0;
  for (std::size_t i = 0; i < plan.sections.size(); ++i) {
    if (plan.sections[i].bars.empty()) continue;
    mark_section(plan.sections[i], plan.sections.size() > 1 ? letters[i] : "", bars[first]);
    first += plan.sections[i].bars.size();
  }
  mark_tempos(phrases_of(performance_plan(plan)), bars);
  return bars;
}

DynamicLevel level_of_loudness(double velocity) {
  constexpr std::pair<double, DynamicLevel> kLevels[] = {{40, DynamicLevel::kPp},
                                                         {52, DynamicLevel::kP},
                                                         {64, DynamicLevel::kMp},
                                                         {78, DynamicLevel::kMf},
                                                         {92, DynamicLevel::kF}};
  for (const auto& [below, level] : kLevels)
    if (velocity < below) return level;
  return DynamicLevel::kFf;
}

LoudnessMarks loudness_marks(const PartScore& written, const Plan& plan) {
  const auto performance = performance_plan(plan);
  LoudnessMarks marks;
  bool is_open = true;  // whether the level is not known where the next phrase begins
  const auto mark = [&](int start, double loudness) {
    const auto level = level_of_loudness(loudness);
    if (is_open || marks.dynamics.empty() || marks.dynamics.back().level != level)
      marks.dynamics.push_back({start, level});
    is_open = false;
  };
  for (const Phrase& phrase : phrases_of(performance)) {
    const auto at = [&](int bar) { return static_cast<std::size_t>(phrase.first_bar + bar); };
    const auto loudness = [&](int bar) { return performance.bars[at(bar)].loudness; };
    int peak = 0;
    for (int bar = 1; bar < phrase.bars; ++bar)
      if (loudness(bar) > loudness(peak)) peak = bar;
    const PartBar &first = written.bars[at(0)], &top = written.bars[at(peak)],
                  &last = written.bars[at(phrase.bars - 1)];
    mark(first.start, loudness(0));
    if (loudness(peak) - loudness(0) >= kHairpinSteps) {
      marks.hairpins.push_back({first.start, top.start, HairpinKind::kCrescendo});
      mark(top.start, loudness(peak));
    }
    if (loudness(peak) - loudness(phrase.bars - 1) < kHairpinSteps) continue;
    marks.hairpins.push_back(
        {top.start + top.positions, last.start + last.positions, HairpinKind::kDiminuendo});
    is_open = true;
  }
  return marks;
}

}  // namespace s2m
