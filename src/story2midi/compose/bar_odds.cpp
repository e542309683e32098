#include "story2midi/compose/bar_odds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace s2m {
namespace {

// Log odds, in nats. docs/reference/planning.md says what real music does and how these were chosen.
constexpr float kForeignNats = 1;    // the cost of a note foreign to the key
constexpr float kRootNats = 2;       // the gain of the root in the bass where a phrase opens or ends
constexpr float kChordNats = 1;      // ... and of its chord's notes above it
constexpr float kColourNats = 1.5F;  // the gain of the tonic triad where valence is at its end
constexpr float kHeldNats = 1;       // the gain of each doubling of a note's length under the melody
constexpr float kWaitNats = 10;      // the cost of each quarter more that passes without a note
constexpr float kBreathNats = 0.5F;  // the cost of a melody note in the last quarter of a phrase
constexpr float kRepeatNats = 0.3F;  // ... of each strike before, where the bass strikes a note again
constexpr float kTooOftenNats = 20;  // ... where the melody or the bass has struck it kMostStrikes times
constexpr int kMostStrikes = 8;
constexpr float kWornNats = 1.5F;         // ... of a degree, times its share of the notes remembered
constexpr float kFewNotes = 32;           // ... of which there must be so many
constexpr std::size_t kRemembered = 256;  // events: what lies further back is forgotten

enum class Function { kNone, kTonic, kDominant };

// A phrase opens over its tonic; a half cadence comes to rest on the dominant, an authentic one on the tonic
// through the dominant. The last bar's chord is the rules'.
Function function_at(const BarPlace& place, int position) {
  const bool late = 2 * position >= bar_positions(place.metre);
  if (place.bars_left == 1) return Function::kNone;
  if (place.opens_phrase && position < kPositionsPerQuarter) return Function::kTonic;
  if (place.bars_left == 2 || place.cadence == Cadence::kHalf)
    return late ? Function::kDominant : Function::kNone;
  if (place.cadence == Cadence::kAuthentic) return late ? Function::kTonic : Function::kDominant;
  return Function::kNone;
}

// Both modes have the leading note in their dominant.
void harmonise(Function function, Mode mode, int voice, std::span<float> pitch_logits) {
  if (function == Function::kNone) return;
  const std::array<std::size_t, 3> tonic{0, mode == Mode::kMajor ? 4U : 3U, 7}, dominant{7, 11, 2};
  const auto& chord = function == Function::kTonic ? tonic : dominant;
  const auto favour = [&](std::size_t pitch_class, float nats) {
    for (auto pitch = pitch_class; pitch < pitch_logits.size(); pitch += 12) pitch_logits[pitch] += nats;
  };
  if (voice == kBass) return favour(chord[0], kRootNats);
  for (const auto pitch_class : chord) favour(pitch_class, kChordNats);
}

// The further a passage lies from neutral, the likelier its mode's tonic triad. The third alone would suggest the
// relative key, whose triad has it too.
void colour(Mode mode, double valence, std::span<float> pitch_logits) {
  const auto gain = kColourNats * static_cast<float>(std::pow(valence, 4));
  for (std::size_t pitch = 0; pitch < pitch_logits.size(); ++pitch) {
    const auto degree = pitch % 12;
    if (degree == 0 || degree == 7 || degree == (mode == Mode::kMajor ? 4U : 3U)) pitch_logits[pitch] += gain;
  }
}

void stay_in_key(Mode mode, std::span<float> pitch_logits) {
  for (std::size_t pitch = 0; pitch < pitch_logits.size(); ++pitch)
    if (is_foreign(mode, static_cast<int>(pitch))) pitch_logits[pitch] -= kForeignNats;
}

// What accompanies is held while its harmony lasts: half a bar of two or four half notes, else the bar.
void hold(const Event& note, Metre metre, std::span<float> duration_logits) {
  const int bar = bar_positions(metre);
  const int harmony = bar % (4 * kPositionsPerQuarter) == 0 ? 2 * kPositionsPerQuarter : bar;
  const int left = std::max(1, harmony - note.position() % harmony);
  for (std::size_t i = 0; i < duration_logits.size(); ++i)
    duration_logits[i] += kHeldNats * std::log2(static_cast<float>(std::min(kDurations[i], left)));
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

// Where the last note was struck, from the start of the open bar: below 0 in the bar before.
int last_onset(const Written& written) {
  if (!written.bar.empty()) return written.bar.back().position();
  const auto is_bar = [](const Event& event) { return event.is_bar(); };
  const auto open = std::find_if(written.piece.rbegin(), written.piece.rend(), is_bar);
  if (open == written.piece.rend() || open + 1 == written.piece.rend() || !(open + 1)->is_note()) return 0;
  const auto before = std::find_if(open + 1, written.piece.rend(), is_bar);
  return (open + 1)->position() - bar_positions(metre_of(before->values[kMetre]));
}

// Some voice moves every quarter, or as often as the density asks where that is less, or the pulse is lost.
void keep_moving(const BarPlace& place, int last, std::span<float> kind_logits) {
  const double free = kPositionsPerQuarter / std::min(1.0, std::max(place.density, 1e-3));
  const auto cost = [&](int position) {
    const double quarters = std::max(0.0, position - last - free) / kPositionsPerQuarter;
    return kWaitNats * static_cast<float>(quarters);
  };
  const int end = bar_positions(place.metre);
  for (int position = 0; position < end; ++position)
    kind_logits[static_cast<std::size_t>(position)] -= cost(position);
  kind_logits[kBarEvent] -= cost(end);
}

void tire_of(std::span<const Event> piece, int voice, std::span<float> pitch_logits) {
  if (voice != kBass && voice != kMelody) return;
  const auto [pitch, strikes] = last_strikes(piece, voice);
  float& odds = pitch_logits[static_cast<std::size_t>(pitch)];
  if (voice == kBass) odds -= kRepeatNats * static_cast<float>(strikes);
  if (strikes == kMostStrikes) odds -= kTooOftenNats;
}

// What the music dwells on makes way for what it does not, or each bar leans on what the bars before leaned
// on, and the degrees become fewer and fewer.
void vary(std::span<const Event> piece, std::span<float> pitch_logits) {
  std::array<float, 12> costs{};  // at first, how often each degree was struck
  float all = 0;
  for (const Event& event : piece.last(std::min(piece.size(), kRemembered))) {
    if (!event.is_note()) continue;
    ++costs[event.values[kPitch] % 12U];
    ++all;
  }
  if (all < kFewNotes) return;
  for (float& cost : costs) cost = kWornNats * cost / all;
  for (std::size_t pitch = 0; pitch < pitch_logits.size(); ++pitch) pitch_logits[pitch] -= costs[pitch % 12];
}

}  // namespace

BarOdds::BarOdds(const BarPlace& place, Theme theme) : place_(place), theme_(std::move(theme)) {}

void BarOdds::bend(const Written& written, std::span<float> kind_logits) const {
  if (place_.bars_left > 1) keep_moving(place_, last_onset(written), kind_logits);
  theme_.favour(written.bar, kind_logits);
}

void BarOdds::bend(const Written& written, const Event& note, NoteField field,
                   std::span<float> logits) const {
  const bool breathes = place_.cadence != Cadence::kNone &&
                        note.position() >= bar_positions(place_.metre) - kPositionsPerQuarter;
  if (field == kVoice && breathes) logits[kMelody] -= kBreathNats;
  if (field == kPitch) {
    stay_in_key(place_.mode, logits);
    colour(place_.mode, place_.valence, logits);
    harmonise(function_at(place_, note.position()), place_.mode, note.values[kVoice], logits);
    vary(written.piece, logits);
    tire_of(written.piece, note.values[kVoice], logits);
  }
  if (field == kDuration && note.values[kVoice] != kMelody) hold(note, place_.metre, logits);
  theme_.favour(written.bar, note, field, logits);
}

}  // namespace s2m
