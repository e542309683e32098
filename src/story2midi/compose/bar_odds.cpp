#include "story2midi/compose/bar_odds.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "story2midi/music/metre.h"

namespace s2m {
namespace {

// Log odds, in nats. docs/reference/planning.md says how they were chosen.
constexpr float kChordToneNats = 1.5F;   // the gain of a chord tone in the melody on the strongest place
constexpr float kForeignNats = 2;        // the cost of a melody note outside the scale
constexpr float kHangNats = 1.5F;        // ... of a note that starts off the beat and hangs over the next one
constexpr float kDissonanceNats = 0.6F;  // ... of the sharpest interval with one sounding note

// How rough an interval is, by semitones modulo an octave (the order of consonance in music.md's sources).
constexpr std::array<float, 12> kRoughness{0, 1, .7F, .3F, .2F, .4F, .95F, .1F, .4F, .3F, .7F, .9F};

}  // namespace

BarOdds::BarOdds(const OpenBar& bar) : bar_(bar), metre_(metre_of(bar.brief.description.values[kMetre])) {}

const WantedNotes& BarOdds::wanted(std::uint8_t kind) const {
  return bar_.brief.wanted[static_cast<std::size_t>(kind - kMelodyEvent)];
}

// The first wanted note of a part behind its last written one; nothing where it has no more.
const Event* BarOdds::next_wanted(std::uint8_t kind) const {
  const auto written = bar_.written;
  const auto last = std::ranges::find_if(written.rbegin(), written.rend(),
                                         [&](const Event& event) { return event.kind == kind; });
  const auto order = [](const Event& note) { return note.position() * 128 + 127 - note.values[kPitch]; };
  const auto& notes = wanted(kind).notes;
  const auto found = std::ranges::find_if(
      notes, [&](const Event& note) { return last == written.rend() || order(note) > order(*last); });
  return found == notes.end() ? nullptr : &*found;
}

void BarOdds::bend(std::span<float> kind_logits) const {
  const auto written = bar_.written;
  const std::uint8_t open = written.empty() ? std::uint8_t{kChordEvent} : written.back().kind;
  for (std::uint8_t kind = std::max<std::uint8_t>(open, kMelodyEvent); kind <= kFigureEvent; ++kind) {
    if (!next_wanted(kind)) continue;
    kind_logits[kind] += wanted(kind).rhythm_nats;
    return;
  }
  for (std::uint8_t kind = std::max<std::uint8_t>(open, kMelodyEvent); kind <= kFigureEvent; ++kind)
    if (!wanted(kind).notes.empty()) kind_logits[kind] -= wanted(kind).rhythm_nats;
}

void BarOdds::favour_wanted(const Event& so_far, int field, std::span<float> logits) const {
  const auto& [notes, rhythm_nats, pitch_nats] = wanted(so_far.kind);
  const Event* next = next_wanted(so_far.kind);
  if (field == kPosition) {
    if (next) logits[next->values[kPosition]] += rhythm_nats;
    return;
  }
  for (const Event& note : notes)
    if (note.position() == so_far.position() &&
        (field == kDuration || !next || note.values[kPitch] <= next->values[kPitch] ||
         note.position() != next->position())) {
      logits[note.values[static_cast<std::size_t>(field)]] += field == kPitch ? pitch_nats : rhythm_nats;
      return;
    }
}

void BarOdds::favour_chord_tones(const Event& so_far, std::span<float> pitch_logits) const {
  const Event* chord = chord_at(bar_.written, so_far.position());
  const auto gain = kChordToneNats * static_cast<float>(metrical_weight(metre_, so_far.position()));
  for (std::size_t pitch = 0; pitch < pitch_logits.size(); ++pitch) {
    if (chord && is_chord_tone(*chord, static_cast<int>(pitch)))
      pitch_logits[pitch] += gain;
    else if (!bar_.brief.scale[pitch % 12])
      pitch_logits[pitch] -= kForeignNats;
  }
}

void BarOdds::avoid_dissonance(const Event& so_far, std::span<float> pitch_logits) const {
  for (const SoundingNote& other : bar_.sounding.notes()) {
    if (!other.sounds_at(so_far.position())) continue;
    for (std::size_t pitch = 0; pitch < pitch_logits.size(); ++pitch) {
      const auto apart = static_cast<std::size_t>(std::abs(static_cast<int>(pitch) - other.pitch));
      pitch_logits[pitch] -= kDissonanceNats * kRoughness[apart % 12];
    }
  }
}

void BarOdds::end_by_the_beat(const Event& so_far, std::span<float> duration_logits) const {
  const auto beats_of_bar = beats(metre_);
  const auto after = std::ranges::upper_bound(beats_of_bar, so_far.position());
  if (std::ranges::find(beats_of_bar, so_far.position()) != beats_of_bar.end()) return;
  const int next = after == beats_of_bar.end() ? bar_length(metre_) : *after;
  for (std::size_t value = 0; value < duration_logits.size(); ++value)
    if (so_far.position() + kDurations[value] > next) duration_logits[value] -= kHangNats;
}

void BarOdds::bend(const Event& so_far, int field, std::span<float> logits) const {
  if (!so_far.is_note()) return;
  if (field == kPitch && so_far.kind != kFigureEvent) favour_chord_tones(so_far, logits);
  if (field == kPitch) avoid_dissonance(so_far, logits);
  if (field == kDuration) end_by_the_beat(so_far, logits);
  favour_wanted(so_far, field, logits);
}

}  // namespace s2m
