// The notes that a theme asks of a bar: transformed, in the bar's key, fitted to its chords.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "story2midi/plan/plan.h"
#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

constexpr int kAboveMean = 9;  // semitones of the melody above the mean of all notes
constexpr int kLowestMelody = 60, kHighestMelody = 79;
constexpr int kMostShift = 2;  // degrees that a bar moves to meet its chords

struct Place {
  const Section* section = nullptr;
  const BarPlan* bar = nullptr;
};
Place place_of(const Plan& plan, int number) {
  for (const auto& section : plan.sections) {
    if (number < static_cast<int>(section.bars.size()))
      return {&section, &section.bars[static_cast<std::size_t>(number)]};
    number -= static_cast<int>(section.bars.size());
  }
  return {};
}

// The motif's notes of one of its bars, from that bar's line.
std::vector<MotifNote> bar_of(const Motif& motif, int bar, int length) {
  std::vector<MotifNote> notes;
  for (auto note : motif.notes)
    if (note.start / length == bar) {
      note.start -= bar * length;
      notes.push_back(note);
    }
  return notes;
}

std::vector<MotifNote> until(const std::vector<MotifNote>& notes, int end) {
  std::vector<MotifNote> head;
  for (auto note : notes)
    if (note.start < end) {
      note.length = std::min(note.length, end - note.start);
      head.push_back(note);
    }
  return head;
}

std::vector<MotifNote> inverted(std::vector<MotifNote> notes) {
  const int axis = notes.empty() ? 0 : notes.front().degree;
  for (auto& note : notes) note.degree = 2 * axis - note.degree;
  return notes;
}

// The head again and again, a degree lower each time.
std::vector<MotifNote> fragmented(const std::vector<MotifNote>& notes, int head, int length) {
  std::vector<MotifNote> all;
  for (int at = 0, down = 0; at < length; at += head, ++down)
    for (auto note : until(notes, std::min(head, length - at))) {
      note.start += at;
      note.degree -= down;
      all.push_back(note);
    }
  return all;
}

std::vector<MotifNote> augmented(const std::vector<MotifNote>& notes, int length) {
  std::vector<MotifNote> all;
  for (const auto& note : until(notes, length / 2))
    all.push_back({2 * note.start, 2 * note.length, note.degree});
  return until(all, length);
}

// The first beat, then one long note and a breath.
std::vector<MotifNote> closed(const std::vector<MotifNote>& notes, Metre metre, int close) {
  const auto starts = beats(metre);
  const int length = bar_length(metre), beat = starts.size() > 1 ? starts[1] : length;
  auto all = starts.size() > 2 ? until(notes, beat) : std::vector<MotifNote>{};
  const int from = starts.size() > 2 ? beat : 0;
  all.push_back({from, std::max(1, length - from - beat / (starts.size() > 2 ? 1 : 2)), close});
  return all;
}

std::vector<MotifNote> transformed(const Motif& motif, const ThemeUse& use, Metre metre) {
  const int length = bar_length(metre);
  const auto starts = beats(metre);
  const int head = starts.size() > 2 ? starts[starts.size() / 2] : length / 2;
  auto notes = until(bar_of(motif, use.bar, length), length);
  switch (use.form) {
    case ThemeForm::kInversion:
      notes = inverted(notes);
      break;
    case ThemeForm::kFragment:
      notes = fragmented(notes, std::max(1, head), length);
      break;
    case ThemeForm::kAugmentation:
      notes = augmented(notes, length);
      break;
    case ThemeForm::kClose:
      notes = closed(notes, metre, motif.notes.empty() ? 0 : motif.notes.back().degree);
      break;
    default:
      break;
  }
  for (auto& note : notes) note.degree += use.steps;
  return notes;
}

bool is_strong(const BarPlan& bar, const MotifNote& note) {
  return metrical_weight(bar.metre, note.start) >= 0.5 || note.length >= kGridPerQuarter;
}

class Fit {
 public:
  Fit(const BarPlan& bar, Scale scale, int tonic) : bar_(bar), scale_(scale), tonic_(tonic) {}

  int plain(int degree) const { return tonic_ + semitones_of_degree(scale_, degree); }

  // Degrees by which the bar moves, so that most of its strong notes are chord tones.
  int shift(const std::vector<MotifNote>& notes) const {
    int best = 0;
    double least = cost(notes, 0);
    for (int up = 1; up <= kMostShift; ++up)
      for (const int by : {-up, up})
        if (const double now = cost(notes, by); now < least - 1e-9) {
          least = now;
          best = by;
        }
    return best;
  }

  int pitch(const MotifNote& note) const {
    const int pitch = plain(note.degree);
    const Chord* chord = chord_in_force(bar_.chords, note.start);
    if (chord == nullptr || is_chord_tone(*chord, pitch)) return pitch;
    if (is_strong(bar_, note)) return nearest_tone(*chord, pitch);
    return altered(*chord, pitch);
  }

 private:
  double cost(const std::vector<MotifNote>& notes, int by) const {
    double sum = 0.4 * std::abs(by);
    for (const auto& note : notes) {
      const Chord* chord = chord_in_force(bar_.chords, note.start);
      if (chord != nullptr && is_strong(bar_, note) && !is_chord_tone(*chord, plain(note.degree + by)))
        sum += 1;
    }
    return sum;
  }

  static int nearest_tone(const Chord& chord, int pitch) {
    for (int away = 1; away < 6; ++away)
      for (const int by : {-away, away})
        if (is_chord_tone(chord, pitch + by)) return pitch + by;
    return pitch;
  }

  // A tone that the chord alters follows the chord: the leading note over a dominant in minor.
  int altered(const Chord& chord, int pitch) const {
    for (const int by : {1, -1}) {
      const int tone = pitch + by;
      const int degree = degree_of_semitones(scale_, tone - tonic_);
      if (is_chord_tone(chord, tone) && plain(degree) != tone) return tone;
    }
    return pitch;
  }

  const BarPlan& bar_;
  Scale scale_;
  int tonic_;
};

// The tonic from which the theme lies about the melody's register throughout a section.
int tonic_near(const Section& section, const BarPlan& bar, const Motif& motif, Scale scale) {
  double mean = 0, degrees = 0;
  for (const auto& one : section.bars) mean += one.register_pitch / static_cast<double>(section.bars.size());
  for (const auto& note : motif.notes)
    degrees += semitones_of_degree(scale, note.degree) / static_cast<double>(motif.notes.size());
  const double target = std::clamp(mean + kAboveMean, 1.0 * kLowestMelody + 4, 1.0 * kHighestMelody - 4);
  return bar.key.tonic + 12 * static_cast<int>(std::lround((target - degrees - bar.key.tonic) / 12));
}

}  // namespace

Scale scale_of(const Plan& plan, const BarPlan& bar) {
  return plan.scale && bar.key == plan.key ? *plan.scale : scale_of(bar.key.mode);
}

std::vector<PartNote> theme_notes(const Plan& plan, int number) {
  const auto [section, bar] = place_of(plan, number);
  if (bar == nullptr || bar->theme.theme < 1 || bar->theme.theme > static_cast<int>(plan.themes.size()))
    return {};
  const Motif& motif = plan.themes[static_cast<std::size_t>(bar->theme.theme) - 1];
  if (motif.notes.empty()) return {};
  const Scale scale = scale_of(plan, *bar);
  const Fit fit(*bar, scale, tonic_near(*section, *bar, motif, scale));
  auto notes = transformed(motif, bar->theme, bar->metre);
  const int shift = fit.shift(notes);
  std::vector<PartNote> written;
  for (auto& note : notes) {
    note.degree += shift;
    written.push_back(
        {note.start, note.length, static_cast<std::uint8_t>(std::clamp(fit.pitch(note), 0, 127))});
  }
  return written;
}

}  // namespace s2m
