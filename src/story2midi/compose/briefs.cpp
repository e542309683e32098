#include "story2midi/compose/briefs.h"

#include <algorithm>
#include <map>
#include <utility>

#include "story2midi/compose/bar_event.h"
#include "story2midi/plan/figures.h"
#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

// How strongly a plan's wishes count, in nats of log odds. A theme is first stated as it is, and again much like it when it
// has long been silent; else the decoder takes part, and the more where the theme is developed. Stronger wishes made every bar alike (docs/research/tried.md).
struct Strength {
  float rhythm, pitch;
};
constexpr Strength kFirstStatement{8, 6}, kRecall{3.2F, 2.4F}, kReturn{1.6F, 1.8F}, kClose{1.4F, 1.4F},
    kDevelopment{0.8F, 1.0F};
constexpr Strength kAccompaniment{0.4F, 1.2F}, kLastChord{6, 5};

constexpr int kUnderMelody = 5;  // semitones from the bar's register up to the figure's highest note
constexpr int kFigureSpan = 19;  // from there down to its lowest
constexpr int kBassBelow = 19;   // semitones from the bar's register down to the bass

constexpr std::uint8_t byte(int value) { return static_cast<std::uint8_t>(value); }

// Pitch classes by semitones above the home tonic. In minor both forms of the seventh degree belong to the scale.
std::array<bool, 12> classes_of(Scale scale, const Key& local, const Key& home) {
  std::array<bool, 12> classes{};
  const auto add = [&](int step) {
    classes[static_cast<std::size_t>((local.tonic - home.tonic + step + 24) % 12)] = true;
  };
  for (const int step : scale_steps(scale)) add(step);
  if (scale == Scale::kMinor) add(11);
  return classes;
}

Event chord_event(const Chord& chord, const Key& home) {
  Event event{.kind = kChordEvent};
  event.values[kChordPosition] = byte(chord.start);
  event.values[kDegree] = byte((chord.root - home.tonic + 24) % 12);
  event.values[kQuality] = byte(static_cast<int>(chord.quality));
  event.values[kInversion] = byte((chord.bass - chord.root + 12) % 12);
  return event;
}

// Notes from the bar line as events of a part, in the grammar's order.
std::vector<Event> events_of(std::vector<PartNote> notes, Part part, int transposition) {
  std::ranges::sort(notes, [](const PartNote& a, const PartNote& b) {
    return a.start != b.start ? a.start < b.start : a.pitch > b.pitch;
  });
  std::vector<Event> events;
  for (const PartNote& note : notes) {
    Event event{.kind = byte(kMelodyEvent + static_cast<int>(part))};
    event.values[kPosition] = byte(note.start);
    event.values[kPitch] = byte(octave_folded(note.pitch + transposition));
    event.values[kDuration] = byte(duration_value(note.length));
    events.push_back(event);
  }
  return events;
}

constexpr int kLongSilent = 8;  // bars

// `last_stated`: the bar before in which this bar of the theme was stated; -1: none.
Strength theme_strength(const ThemeUse& theme, int bar, int last_stated) {
  if (theme.form == ThemeForm::kStatement)
    return last_stated < 0 ? kFirstStatement : bar - last_stated > kLongSilent ? kRecall : kReturn;
  return theme.form == ThemeForm::kClose ? kClose : kDevelopment;
}

// Notes that a part of a bar should hold.
void want(BarBrief& brief, Part part, std::vector<PartNote> notes, Strength strength) {
  brief.wanted[static_cast<std::size_t>(part)] = {events_of(std::move(notes), part, brief.transposition),
                                                  strength.rhythm, strength.pitch};
}

// What the plan wants of the accompaniment of a bar whose chords are known.
void want_accompaniment(BarBrief& brief, const BarPlan& bar) {
  const int middle = static_cast<int>(bar.register_pitch);
  const FigureBar place{.metre = bar.metre,
                        .chords = bar.chords,
                        .bass_pitch = middle - kBassBelow,
                        .low_pitch = middle + kUnderMelody - kFigureSpan,
                        .high_pitch = middle + kUnderMelody};
  const Strength strength = brief.bars_left == 1 ? kLastChord : kAccompaniment;
  if (!bar.bass.empty()) want(brief, Part::kBass, realise_bass(bar.bass, place), strength);
  if (!bar.figure.empty()) want(brief, Part::kFigure, realise_figure(bar.figure, place), strength);
}

const std::vector<Event>& wanted(const BarBrief& brief, Part part) {
  return brief.wanted[static_cast<std::size_t>(part)].notes;
}

// The descriptions of parts that are wanted are those of the wanted notes.
void describe_wishes(std::vector<BarBrief>& briefs) {
  std::vector<std::vector<Event>> bars;
  for (const BarBrief& brief : briefs) {
    auto& bar = bars.emplace_back(std::vector{brief.description});
    for (const WantedNotes& part : brief.wanted) bar.insert(bar.end(), part.notes.begin(), part.notes.end());
  }
  std::vector<std::span<Event>> spans(bars.begin(), bars.end());
  describe(spans);
  for (std::size_t i = 0; i < briefs.size(); ++i) {
    const auto copy = [&](std::initializer_list<BarField> fields) {
      for (const BarField field : fields) briefs[i].description.values[field] = bars[i].front().values[field];
    };
    if (!wanted(briefs[i], Part::kMelody).empty()) copy({kMelodyDensity, kMelodyRegister, kMelodyReturn});
    if (!wanted(briefs[i], Part::kBass).empty() && !wanted(briefs[i], Part::kFigure).empty())
      copy({kDensity, kRegister, kThickness});
  }
}

}  // namespace

BarBrief brief_of(const DescribedBar& bar, const Key& home) {
  BarBrief brief;
  brief.description = bar.description;
  const int local = bar.description.values[kLocalKey];
  const Key key = local ? local_key_of(local, home) : home;
  brief.scale =
      classes_of(bar.scale.value_or(key.mode == Mode::kMajor ? Scale::kMajor : Scale::kMinor), key, home);
  brief.final_mode = home.mode;
  brief.transposition = transposition_to_c(home);
  brief.bars_left = bar.bars_left;
  brief.positions_left = bar.positions_left;
  brief.closes_phrase = bar.closes_phrase;
  return brief;
}

std::vector<BarBrief> briefs_of(const Plan& plan) {
  int bars_left = bar_count(plan), positions_left = 0;
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars) positions_left += bar_positions(bar.metre);
  std::vector<BarBrief> briefs;
  std::map<std::pair<int, int>, int> stated;  // themes and their bars: where they stood last
  for (const auto& section : plan.sections)
    for (std::size_t i = 0; i < section.bars.size(); ++i) {
      const BarPlan& bar = section.bars[i];
      const bool closes = i % kPhraseBars == kPhraseBars - 1 || i + 1 == section.bars.size();
      const Event description = bar_event(bar, plan.key, bars_left);
      briefs.push_back(
          brief_of({description, bars_left, positions_left, closes, scale_of(plan, bar)}, plan.key));
      for (const Chord& chord : bar.chords) briefs.back().chords.push_back(chord_event(chord, plan.key));
      const int number = static_cast<int>(briefs.size()) - 1;
      const auto before = stated.find({bar.theme.theme, bar.theme.bar});
      want(briefs.back(), Part::kMelody, theme_notes(plan, number),
           theme_strength(bar.theme, number, before == stated.end() ? -1 : before->second));
      if (bar.theme.form == ThemeForm::kStatement) stated[{bar.theme.theme, bar.theme.bar}] = number;
      if (!bar.chords.empty()) want_accompaniment(briefs.back(), bar);
      --bars_left, positions_left -= bar_positions(bar.metre);
    }
  describe_wishes(briefs);
  return briefs;
}

}  // namespace s2m
