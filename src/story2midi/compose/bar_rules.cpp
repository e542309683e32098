#include "story2midi/compose/bar_rules.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "story2midi/music/metre.h"
#include "story2midi/music/two_hands.h"

namespace s2m {
namespace {

constexpr int kSixteenth = 3, kTriplet = 4, kEighth = 6;
constexpr int kMostAtOnce = 4;  // notes of the figure that are struck together
constexpr int kMostChordsInABar = 4;
constexpr double kThin = 0.6,
                 kFull = 1.4;        // times the described density: the fewest and the most notes of a part
constexpr double kSilent = 0.3;      // a described density, in notes per quarter, that may be silence
constexpr int kMudBelow = 48;        // sounding C3: below it thirds and closer are mud
constexpr int kNarrowest = 5;        // the closest interval there, but for the semitones of a fourth
constexpr double kBeatWeight = 0.5;  // metrical_weight of a beat
constexpr int kWidestLeap = 12;      // of the melody

// Lowest and highest sounding pitch, by Part.
struct Range {
  int low, high;
};
constexpr std::array<Range, kPartCount> kRanges{{{58, 88}, {31, 57}, {43, 77}}};

bool is_accompaniment(std::uint8_t kind) { return kind == kBassEvent || kind == kFigureEvent; }

// A semitone or a minor ninth.
bool clash(int a, int b) {
  const int apart = std::abs(a - b);
  return apart == 1 || apart == 13;
}

}  // namespace

int root_of(const Event& chord) { return chord.values[kDegree]; }
int bass_of(const Event& chord) { return (chord.values[kDegree] + chord.values[kInversion]) % 12; }

bool is_chord_tone(const Event& chord, int pitch) {
  const auto root = static_cast<std::uint8_t>(root_of(chord));
  return is_chord_tone(Chord{0, root, static_cast<ChordQuality>(chord.values[kQuality]), root}, pitch);
}

const Event* chord_at(std::span<const Event> written, int position) {
  const Event* chord = nullptr;
  for (const Event& event : written)
    if (event.is_chord() && event.position() <= position) chord = &event;
  return chord;
}

BarRules::BarRules(const OpenBar& bar)
    : bar_(bar),
      metre_(metre_of(bar.brief.description.values[kMetre])),
      positions_(bar.grammar.bar_positions()) {}

int BarRules::count(std::uint8_t kind) const {
  return static_cast<int>(std::ranges::count(bar_.written, kind, &Event::kind));
}

// How many events of a kind the bar holds, by its description.
BarRules::Amount BarRules::amount(std::uint8_t kind) const {
  if (kind == kChordEvent) return {1, kMostChordsInABar};
  if (is_last()) return {1, kind == kFigureEvent ? kMostAtOnce : 1};
  const auto& values = bar_.brief.description.values;
  const bool melody = kind == kMelodyEvent;
  const int value = values[melody ? kMelodyDensity : kDensity];
  const int all = positions_ / kSixteenth;
  if (value == 0) return {0, melody ? all : 4 * all};
  const double quarters = static_cast<double>(positions_) / kGridPerQuarter, density = density_of(value);
  if (density < kSilent) return {0, melody ? 0 : 1};
  const int most = static_cast<int>(std::ceil(kFull * density * quarters)) + 1;
  if (kind == kBassEvent) return {1, std::max(1, most - 1)};
  const int bass = melody ? 0 : count(kBassEvent);
  return {std::max(0, static_cast<int>(kThin * density * quarters) - bass), std::max(1, most - bass)};
}

bool BarRules::is_complete(std::uint8_t kind) const {
  if (bar_.exhausted[kind]) return true;
  if (kind == kChordEvent) return count(kind) >= 1;
  if (kind == kBassEvent && !is_last()) {
    const bool held = std::ranges::any_of(bar_.sounding.notes(), [](const SoundingNote& note) {
      return note.kind == kBassEvent && note.start < 0 && note.end > 0;
    });
    return held || count(kind) >= amount(kind).least;
  }
  return count(kind) >= amount(kind).least && !opens_triplet(kind);
}

// A part that has struck the second third of a beat alone has to strike the last one.
bool BarRules::opens_triplet(std::uint8_t kind) const {
  if (bar_.written.empty() || bar_.written.back().kind != kind || !bar_.written.back().is_note())
    return false;
  const int position = bar_.written.back().position();
  return position % kGridPerQuarter == kTriplet && !strikes_at(position + kTriplet);
}

bool BarRules::allows(std::uint8_t kind) const {
  if (kind != kBarEvent && kind != kEndEvent) {
    if (bar_.exhausted[kind] || !bar_.grammar.allows(kind) || count(kind) >= amount(kind).most) return false;
    if (kind == kChordEvent) return bar_.brief.chords.empty() && !(is_last() && count(kind) > 0);
  }
  for (std::uint8_t before = kChordEvent; before <= kFigureEvent; ++before)
    if ((before < kind || kind == kBarEvent || kind == kEndEvent) && bar_.grammar.allows(before) &&
        !is_complete(before))
      return false;
  return true;
}

bool BarRules::strikes_at(int position) const {
  return std::ranges::any_of(
      bar_.written, [&](const Event& event) { return event.is_note() && event.position() == position; });
}

// Triplets are whole: the second third needs the first, the last one the second, in any part.
bool BarRules::allows_triplet(std::uint8_t kind, int position) const {
  const int third = position % kGridPerQuarter / kTriplet, beat = position - position % kGridPerQuarter;
  const auto thirds = [&](const Event& event) {
    const int apart = event.position() - beat;
    return event.is_note() && apart > 0 && apart < kGridPerQuarter && apart % kTriplet == 0;
  };
  if (position % kTriplet != 0 || third == 0)
    return position % kSixteenth == 0 &&
           (position % kEighth == 0 || !std::ranges::any_of(bar_.written, thirds));
  const auto sixteenths = [&](const Event& event) {
    const int apart = event.position() - beat;
    return event.is_note() && apart > 0 && apart < kGridPerQuarter && apart % kTriplet != 0;
  };
  if (std::ranges::any_of(bar_.written, sixteenths)) return false;
  if (third == 2) return strikes_at(beat + kTriplet);
  return strikes_at(beat) && position + kTriplet < positions_ &&
         (kind == kFigureEvent || kind == kMelodyEvent);
}

bool BarRules::allows_position(const Event& so_far, int position) const {
  if (is_last()) return position == 0;
  if (so_far.is_chord()) return metrical_weight(metre_, position) >= kBeatWeight;
  if (opens_triplet(so_far.kind)) return position == bar_.written.back().position() + kTriplet;
  return allows_triplet(so_far.kind, position);
}

bool BarRules::fits_harmony(const Event& so_far, int pitch) const {
  const Event* chord = chord_at(bar_.written, so_far.position());
  const bool in_scale = bar_.brief.scale[static_cast<std::size_t>(pitch % 12)];
  if (!chord) return in_scale;
  if (so_far.kind == kFigureEvent) return is_chord_tone(*chord, pitch);
  if (so_far.kind == kBassEvent && so_far.position() == chord->position())
    return pitch % 12 == bass_of(*chord);
  return in_scale || is_chord_tone(*chord, pitch);
}

bool BarRules::fits_what_sounds(const Event& so_far, int pitch) const {
  std::vector<int> keys{pitch};
  const int position = so_far.position(), mud = kMudBelow + bar_.brief.transposition;
  for (const SoundingNote& other : bar_.sounding.notes()) {
    if (!other.sounds_at(position)) continue;
    if (other.start == position && other.pitch == pitch) return false;
    if (is_accompaniment(so_far.kind) && clash(pitch, other.pitch)) return false;
    if (so_far.kind == kFigureEvent && other.kind == kMelodyEvent && pitch >= other.pitch) return false;
    // A figure of the open bar before its melody is a given one.
    if (so_far.kind == kMelodyEvent && other.kind == kFigureEvent && other.start >= 0 && pitch <= other.pitch)
      return false;
    const int apart = std::abs(pitch - other.pitch);
    if (apart > 0 && apart < kNarrowest && pitch < mud && other.pitch < mud) return false;
    if (other.start == position || other.kind == kMelodyEvent) keys.push_back(other.pitch);
  }
  std::ranges::sort(keys);
  const auto struck = [&](const Event& event) {
    return event.kind == so_far.kind && event.position() == position;
  };
  return std::ranges::count_if(bar_.written, struck) < kMostAtOnce && fit_two_hands(keys);
}

bool BarRules::in_range(Part part, int pitch) const {
  const auto [low, high] = kRanges[static_cast<std::size_t>(part)];
  const int sounding = pitch - bar_.brief.transposition;
  return low <= sounding && sounding <= high;
}

bool BarRules::allows_pitch(const Event& so_far, int pitch) const {
  if (!in_range(so_far.part(), pitch)) return false;
  if (so_far.kind == kMelodyEvent) {
    const auto before = std::ranges::find_if(bar_.written.rbegin(), bar_.written.rend(),
                                             [](const Event& event) { return event.kind == kMelodyEvent; });
    if (before != bar_.written.rend() && std::abs(before->values[kPitch] - pitch) > kWidestLeap) return false;
  }
  return fits_harmony(so_far, pitch) && fits_what_sounds(so_far, pitch);
}

// Nothing sounds on beyond the piece's end, nor against what the melody does later in the bar.
bool BarRules::allows_duration(const Event& so_far, int value) const {
  const int length = kDurations[static_cast<std::size_t>(value)], end = so_far.position() + length;
  // The last bar, as long as this one, begins in silence.
  if (end > bar_.brief.positions_left - positions_) return false;
  if (length < kSixteenth) return false;
  const int free_by = bar_.brief.free_by[static_cast<std::size_t>(so_far.part())];
  if (free_by >= 0 && end > free_by) return false;
  if (!is_accompaniment(so_far.kind)) return true;
  return std::ranges::none_of(bar_.sounding.notes(), [&](const SoundingNote& other) {
    const bool later = other.start > so_far.position() && other.start < end;
    return later && clash(so_far.values[kPitch], other.pitch);
  });
}

// The tonic chord, struck once and held: under it the bass, over it the melody, both on the tonic.
bool BarRules::allows_last_bar(const Event& so_far, int field, int value) const {
  if (so_far.is_chord()) {
    if (field == kDegree || field == kInversion) return value == 0;
    const auto triad = bar_.brief.final_mode == Mode::kMajor ? ChordQuality::kMajor : ChordQuality::kMinor;
    return field != kQuality || value == static_cast<int>(triad);
  }
  if (field == kPitch && so_far.kind != kFigureEvent)
    return value % 12 == 0 && in_range(so_far.part(), value);
  if (field == kDuration) return value == duration_value_within(positions_, bar_.brief.positions_left);
  return true;
}

bool BarRules::allows(const Event& so_far, int field, int value) const {
  if (!bar_.grammar.allows(so_far, field, value)) return false;
  if (is_last() && !allows_last_bar(so_far, field, value)) return false;
  if (field == kPosition) return allows_position(so_far, value);
  if (!so_far.is_note()) return true;
  if (is_last() && (field == kDuration || so_far.kind != kFigureEvent)) return true;
  return field == kPitch ? allows_pitch(so_far, value) : allows_duration(so_far, value);
}

}  // namespace s2m
