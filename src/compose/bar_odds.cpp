#include "compose/bar_odds.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace s2m {
namespace {

// Log odds, in nats. docs/planning.md says what real music does and how these were chosen.
constexpr float kForeignNats = 2;    // the cost of a note foreign to the key
constexpr float kHomeNats = 2;       // the gain of the tonic in the bass where a phrase opens
constexpr float kColourNats = 0.5F;  // the gain of the mode's third where valence is at its end
constexpr float kBreathNats = 0.5F;  // the cost of a melody note in the last quarter of a phrase
constexpr float kRepeatNats = 0.3F;  // ... of each strike before, where the bass strikes a note again
constexpr float kTooOftenNats = 20;  // ... where the melody or the bass has struck it kMostStrikes times
constexpr int kMostStrikes = 8;
constexpr std::size_t kRemembered = 256;  // events: what lies further back is forgotten

void come_home(std::span<float> pitch_logits) {
  for (std::size_t pitch = 0; pitch < pitch_logits.size(); pitch += 12) pitch_logits[pitch] += kHomeNats;
}

// The third tells major from minor: the further a passage lies from neutral, the more of it is heard.
void colour(Mode mode, double valence, std::span<float> pitch_logits) {
  const auto gain = kColourNats * static_cast<float>(std::abs(valence));
  for (std::size_t third = mode == Mode::kMajor ? 4 : 3; third < pitch_logits.size(); third += 12)
    pitch_logits[third] += gain;
}

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
    colour(place_.mode, place_.valence, logits);
    if (place_.opens_phrase && note.values[kVoice] == kBass && note.what < kPositionsPerQuarter)
      come_home(logits);
    tire_of(written.piece, note.values[kVoice], logits);
  }
  theme_.favour(written.bar, note, field, logits);
}

}  // namespace s2m
