#include "compose/bar_odds.h"

#include <algorithm>
#include <utility>

namespace s2m {
namespace {

// Log odds, in nats. docs/planning.md says what real music does and how these were chosen.
constexpr float kForeignNats = 1;    // the cost of a note foreign to the key
constexpr float kBreathNats = 2;     // ... of a melody note in the last quarter of a phrase
constexpr float kRepeatNats = 0.3F;  // ... of each strike before, where the bass strikes a note again
constexpr float kTooOftenNats = 20;  // ... where the melody or the bass has struck it kMostStrikes times
constexpr int kMostStrikes = 8;
constexpr std::size_t kRemembered = 256;  // events: what lies further back is forgotten

void stay_in_key(Mode mode, std::span<float> pitch_logits) {
  for (std::size_t pitch = 0; pitch < pitch_logits.size(); ++pitch)
    if (is_foreign(mode, static_cast<int>(pitch))) pitch_logits[pitch] -= kForeignNats;
}

// The last pitch of a voice and how often it was struck in a row; 0 times where it has none.
std::pair<int, int> last_strikes(std::span<const Event> piece, int voice) {
  int pitch = 0, strikes = 0;
  piece = piece.last(std::min(piece.size(), kRemembered));
  for (auto event = piece.rbegin(); event != piece.rend() && strikes < kMostStrikes; ++event) {
    if (!event->is_note() || event->values[kVoice] != voice) continue;
    if (strikes > 0 && event->values[kPitch] != pitch) break;
    pitch = event->values[kPitch];
    ++strikes;
  }
  return {pitch, strikes};
}

void tire_of(std::span<const Event> piece, int voice, std::span<float> pitch_logits) {
  if (voice != kBass && voice != kMelody) return;
  const auto [pitch, strikes] = last_strikes(piece, voice);
  float& odds = pitch_logits[static_cast<std::size_t>(pitch)];
  if (voice == kBass) odds -= kRepeatNats * static_cast<float>(strikes);
  if (strikes == kMostStrikes) odds -= kTooOftenNats;
}

}  // namespace

BarOdds::BarOdds(const BarPlace& place, Theme theme) : place_(place), theme_(std::move(theme)) {}

void BarOdds::bend(const Written& written, std::span<float> what_logits) const {
  theme_.favour(written.bar, what_logits);
}

void BarOdds::bend(const Written& written, const Event& note, NoteField field,
                   std::span<float> logits) const {
  const bool breathes = place_.ends_phrase && note.what >= bar_positions(place_.metre) - kPositionsPerQuarter;
  if (field == kVoice && breathes) logits[kMelody] -= kBreathNats;
  if (field == kPitch) {
    stay_in_key(place_.mode, logits);
    tire_of(written.piece, note.values[kVoice], logits);
  }
  theme_.favour(written.bar, note, field, logits);
}

}  // namespace s2m
