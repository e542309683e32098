#include "story2midi/compose/bar_rules.h"

#include <algorithm>
#include <cmath>

namespace s2m {
namespace {

constexpr double kOverfull = 1.25;       // times the planned density, and one note more
constexpr double kDownbeatShare = 0.35;  // of the most notes, that may stand on the downbeat
constexpr double kThin = 0.6;  // times the planned density: the fewest notes where there is room for more
constexpr double kEmptyBelow = 0.25;  // a planned density that may be silence, notes a quarter
constexpr double kWakeful = 1;        // a planned density at which no bar sleeps past its middle
constexpr int kShortestNote = 3;      // a sixteenth, in twelfths of a quarter
constexpr int kWidestHand = 14;       // semitones: a ninth
constexpr int kMostNotesAtOnce = 8;
constexpr int kMaxNotesPerVoice = 5;
constexpr int kFinalChordNotes = 5;
constexpr int kMostInLastBar = 8;
constexpr std::array kLowestPitch{48, 36, 28, 0};  // melody, inner, bass; with the tonic at C
constexpr std::array kHighestPitch{103, 91, 64, 0};

// In the last bar the tonics below this are the bass's: else other voices, which come first, could take them
// all.
constexpr int kBassTonicsBelow = 60;
constexpr int kLastChordAbove = 48;  // thirds and fifths sound clear from here on

// Pitch classes from the tonic; events are written with the tonic at C.
constexpr std::array kMajorTriad{0, 4, 7};
constexpr std::array kMinorTriad{0, 3, 7};
// What leads a bass home: the second, fourth, fifth and seventh degrees.
constexpr std::array kApproach{2, 5, 7, 11};

// Sixteenths and eighth-note triplets; between them stands only what a performance was early or late.
constexpr bool is_on_grid(int position) { return position % 3 == 0 || position % 4 == 0; }

template <class Classes>
bool holds(const Classes& classes, int pitch) {
  return std::find(classes.begin(), classes.end(), pitch % 12) != classes.end();
}

bool in_tonic_triad(Mode mode, int pitch) {
  return mode == Mode::kMajor ? holds(kMajorTriad, pitch) : holds(kMinorTriad, pitch);
}

}  // namespace

bool is_foreign(Mode mode, int pitch) {
  constexpr std::array kMajorScale{0, 2, 4, 5, 7, 9, 11};
  constexpr std::array kMinorScales{0, 2, 3, 5, 7, 8, 9, 10, 11};  // natural, harmonic and melodic
  return mode == Mode::kMajor ? !holds(kMajorScale, pitch) : !holds(kMinorScales, pitch);
}

BarRules::BarRules(const Grammar& grammar, const BarPlace& place)
    : grammar_(grammar), place_(place), positions_(bar_positions(place.metre)) {
  const double quarters = static_cast<double>(positions_) / kPositionsPerQuarter;
  most_notes_ = std::max(3, static_cast<int>(std::ceil(kOverfull * place.density * quarters)) + 1);
  if (is_last()) most_notes_ = std::min(most_notes_, kMostInLastBar);
  least_notes_ =
      place.density < kEmptyBelow ? 0 : std::max(1, static_cast<int>(kThin * place.density * quarters));
}

// Early in the bar a part of its notes is kept for what follows.
int BarRules::most_notes_by(int position) const {
  const double share = kDownbeatShare + static_cast<double>(position) / positions_;
  return std::min(most_notes_, static_cast<int>(std::ceil(most_notes_ * share)));
}

int BarRules::notes_at(int position, int voice) const {
  return static_cast<int>(std::count_if(written_.begin(), written_.end(), [&](const Event& note) {
    return note.position() == position && (voice < 0 || note.values[kVoice] == voice);
  }));
}

// The last chord stands on the downbeat and rests on the tonic.
bool BarRules::final_chord_is_complete() const {
  return std::any_of(written_.begin(), written_.end(),
                     [](const Event& note) { return note.position() == 0 && note.values[kVoice] == kBass; });
}

bool BarRules::has_room_at(int position) const {
  if (notes_at(position, -1) >= kMostNotesAtOnce) return false;
  const Event at{.kind_or_position = static_cast<std::uint8_t>(position)};
  for (int voice = 0; voice < kDrums; ++voice)
    if (grammar_.allows(at, kVoice, voice) && allows_voice(at, voice)) return true;
  return false;
}

bool BarRules::has_room() const {
  for (int position = 0; position < positions_; ++position)
    if (allows(position)) return true;
  return false;
}

bool BarRules::allows(int position) const {
  if (position == kBarEvent) {
    if (is_last()) return final_chord_is_complete();
    return notes() >= least_notes_ || !has_room();
  }
  if (position >= positions_ || !is_on_grid(position) ||
      !grammar_.allows(static_cast<std::uint8_t>(position)))
    return false;
  if (notes() == 0 && place_.density >= kWakeful && 2 * position >= positions_) return false;
  if (is_last()) {
    if (!final_chord_is_complete()) return position == 0;
    if (2 * position >= positions_) return false;  // the second half is for the last chord to sound
  }
  const bool chord_open = is_last() && position == 0;
  return notes() < (chord_open ? most_notes_ : most_notes_by(position)) && has_room_at(position);
}

bool BarRules::allows_voice(const Event& at, int voice) const {
  if (voice == kDrums || notes_at(at.position(), voice) >= kMaxNotesPerVoice) return false;
  if (is_last() && voice == kBass && at.position() > 0) return false;  // the bass has said its last
  const bool chord_open = is_last() && !final_chord_is_complete();
  if (chord_open && voice != kBass && notes() + 1 >= std::min(most_notes_, kFinalChordNotes)) return false;
  Event with_voice = at;
  with_voice.values[kVoice] = static_cast<std::uint8_t>(voice);
  for (int pitch = 0; pitch < kNoteFields[kPitch].size; ++pitch)
    if (grammar_.allows(with_voice, kPitch, pitch) && allows_pitch(with_voice, pitch)) return true;
  return false;
}

bool BarRules::allows_pitch(const Event& at, int pitch) const {
  const int voice = at.values[kVoice];
  if (pitch < kLowestPitch[static_cast<std::size_t>(voice)] ||
      pitch > kHighestPitch[static_cast<std::size_t>(voice)])
    return false;
  // Once at an instant, and once in the last bar, where all shall ring.
  const auto struck = [&](const Event& note) {
    return (note.position() == at.position() || is_last()) && note.values[kPitch] == pitch;
  };
  if (std::any_of(written_.begin(), written_.end(), struck)) return false;
  if (is_last() && voice != kBass && pitch < (pitch % 12 == 0 ? kBassTonicsBelow : kLastChordAbove))
    return false;
  if (!is_in_reach(at, pitch)) return false;
  if (is_last()) return voice == kBass ? pitch % 12 == 0 : in_tonic_triad(place_.mode, pitch);
  const bool approach = place_.bars_left == 2 && 2 * at.position() >= positions_ && voice == kBass;
  return !approach || holds(kApproach, pitch);
}

// What is struck together must lie under two hands, however they share it. The last chord's bass, which comes
// after the other voices, may be struck before them.
bool BarRules::is_in_reach(const Event& at, int pitch) const {
  if (is_last() && at.values[kVoice] == kBass) return true;
  std::vector<int> struck{pitch};
  for (const Event& note : written_)
    if (note.position() == at.position()) struck.push_back(note.values[kPitch]);
  std::sort(struck.begin(), struck.end());
  const auto above = std::find_if(struck.begin(), struck.end(),
                                  [&](int other) { return other - struck.front() > kWidestHand; });
  return above == struck.end() || struck.back() - *above <= kWidestHand;
}

// Nothing rings beyond the end of the piece, nor is shorter than what can be written.
bool BarRules::allows_duration(const Event& at, int value) const {
  const int left = place_.positions_left - at.position();
  const int length = kDurations[static_cast<std::size_t>(value)];
  return length <= left && length >= std::min(kShortestNote, left);
}

bool BarRules::allows(const Event& so_far, NoteField field, int value) const {
  if (!grammar_.allows(so_far, field, value)) return false;
  if (field == kVoice) return allows_voice(so_far, value);
  if (field == kPitch) return allows_pitch(so_far, value);
  return field != kDuration || allows_duration(so_far, value);
}

void BarRules::push(const Event& note) { written_.push_back(note); }

}  // namespace s2m
