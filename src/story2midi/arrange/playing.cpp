#include "story2midi/arrange/playing.h"

#include <algorithm>
#include <tuple>

namespace s2m {
namespace {

using Notes = std::vector<ArrangedNote>;

int end_of(const ArrangedNote& note) { return note.start + note.length; }

// By start, the more important first: melody, bass, figure; then the longer.
void put_in_order(Notes& notes) {
  std::ranges::stable_sort(notes, {}, [](const ArrangedNote& note) {
    return std::tuple(note.start, note.source, -note.length, note.pitch);
  });
}

// What still sounds, and whether the hands can take one more.
class Hands {
 public:
  explicit Hands(const Instrument& instrument) : instrument_(instrument) {}

  // Lets go of what ends, or has the key that is struck again.
  void release(const ArrangedNote& next) {
    std::erase_if(held_, [&](ArrangedNote* note) {
      if (note->pitch == next.pitch && note->start < next.start) cut(*note, next.start);
      return end_of(*note) <= next.start;
    });
  }
  bool take(ArrangedNote& note) {
    if (std::ranges::find(held_, note.pitch, [](const ArrangedNote* one) { return one->pitch; }) !=
        held_.end())
      return false;
    while (!fits(note)) {
      const auto oldest = std::ranges::min_element(held_, {}, &ArrangedNote::start);
      if (oldest == held_.end() || (*oldest)->start == note.start) return false;
      cut(**oldest, note.start);
      held_.erase(oldest);
    }
    held_.push_back(&note);
    return true;
  }

 private:
  static void cut(ArrangedNote& note, int end) { note.length = std::min(note.length, end - note.start); }
  bool fits(const ArrangedNote& note) const {
    if (static_cast<int>(held_.size()) >= instrument_.most_at_once) return false;
    std::vector<int> pitches{note.pitch};
    for (const ArrangedNote* one : held_) pitches.push_back(one->pitch);
    std::ranges::sort(pitches);
    return is_playable(instrument_, pitches);
  }
  const Instrument& instrument_;
  std::vector<ArrangedNote*> held_;
};

void keep_what_hands_can(const Instrument& instrument, Notes& notes) {
  Hands hands(instrument);
  std::vector<bool> kept;
  for (ArrangedNote& note : notes) {
    hands.release(note);
    kept.push_back(hands.take(note));
  }
  std::size_t at = 0;
  std::erase_if(notes, [&](const ArrangedNote&) { return !kept[at++]; });
}

int positions_of(const PartScore& piece, int position, double seconds) {
  const auto after = std::ranges::upper_bound(piece.bars, position, {}, &PartBar::start);
  const auto& bar = *std::prev(after);
  return static_cast<int>(seconds * bar.tempo_bpm / 60 * kGridPerQuarter);
}

// Of a line without a rest for too long, the note before the limit ends early; a note longer than a breath is cut.
void breathe(const PartScore& piece, Notes& notes) {
  int since = 0;
  Notes kept;
  for (ArrangedNote note : notes) {
    if (kept.empty() || note.start - end_of(kept.back()) >= kBreathPositions) since = note.start;
    const int most = std::max(2 * kBreathPositions, positions_of(piece, since, kLongestBreathSeconds));
    if (end_of(note) - since > most && note.start > since) {
      ArrangedNote& before = kept.back();
      if (note.start - before.start <= kBreathPositions)
        continue;  // too short to be cut: this one is left out
      before.length = note.start - kBreathPositions - before.start;
      since = note.start;
    }
    note.length = std::min(
        note.length, std::max(2 * kBreathPositions, positions_of(piece, note.start, kLongestBreathSeconds)));
    kept.push_back(note);
  }
  notes = std::move(kept);
}

}  // namespace

int fitted(int pitch, PitchRange range) {
  while (pitch < range.lowest) pitch += 12;
  while (pitch > range.highest) pitch -= 12;
  return std::clamp(pitch, range.lowest, range.highest);
}

void make_playable(const PartScore& piece, ArrangedPart& part) {
  const int end = piece.bars.back().start + piece.bars.back().positions;
  for (ArrangedNote& note : part.notes) {
    note.pitch = static_cast<std::uint8_t>(fitted(note.pitch, part.instrument->hard));
    note.length = std::clamp(note.length, 1, std::max(1, end - note.start));
  }
  put_in_order(part.notes);
  keep_what_hands_can(*part.instrument, part.notes);
  if (part.instrument->excitation == Excitation::kBlown) breathe(piece, part.notes);
  std::ranges::sort(part.notes);
}

}  // namespace s2m
