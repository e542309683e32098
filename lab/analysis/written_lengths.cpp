#include "lab/analysis/written_lengths.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "story2midi/music/two_hands.h"

namespace s2m {
namespace {

constexpr int kSixteenth = 3;
constexpr int kOctave = 12;
constexpr double kLegatoShare = 0.25;  // of the time to the next strike
constexpr int kForever = std::numeric_limits<int>::max();
constexpr std::array kUsual{3, 4, 6, 8, 9, 12, 18, 24, 36, 48, 72, 96, 144, 192};

// A sixteenth at least, where there is room for it.
int usual_length(double length, int most) {
  int best = std::min(most, kUsual[0]);
  for (const int one : kUsual)
    if (one <= most && std::abs(std::log(one / length)) < std::abs(std::log(best / length))) best = one;
  return best;
}

// Where harmony or hand end the note.
int latest_end(const PlayedNote& note, const LengthLimits& limits) {
  int end = kForever;
  auto chord = std::ranges::upper_bound(limits.chords, note.start, {}, &Chord::start);
  for (; chord != limits.chords.end() && chord->start < note.end; ++chord)
    if (!is_chord_tone(*chord, note.pitch)) {
      end = chord->start;
      break;
    }
  const auto sung = [&](int at, int pitch) {
    auto after = std::ranges::upper_bound(limits.melody, at, {}, &PlayedNote::start);
    return after != limits.melody.begin() && pitch >= std::prev(after)->pitch - kOctave &&
           std::prev(after)->end > at;
  };
  auto strike = std::ranges::upper_bound(limits.accompaniment, note.start, {}, &PlayedNote::start);
  for (; strike != limits.accompaniment.end() && strike->start < std::min<double>(end, note.end); ++strike)
    if (std::abs(strike->pitch - note.pitch) > kHandSpan && !sung(strike->start, strike->pitch) &&
        !sung(strike->start, note.pitch))
      return strike->start;
  return end;
}

// `next`: the part's next strike; `most`: where the note ends at the latest.
PartNote written(const PlayedNote& note, int next, int most) {
  const int longest = most == kForever ? kForever : most - note.start;
  const double length = std::min<double>(std::max(0.5, note.end - note.start), longest);
  const auto closes = [&](int span) {
    return std::abs(length - span) < kSixteenth || std::abs(length - span) < kLegatoShare * span;
  };
  if (next != kForever && next - note.start <= longest && closes(next - note.start))
    return {note.start, next - note.start, note.pitch};
  if (longest != kForever && closes(longest)) return {note.start, longest, note.pitch};
  return {note.start, usual_length(length, longest), note.pitch};
}

}  // namespace

std::vector<PartNote> written_line(std::span<const PlayedNote> notes, const LengthLimits& limits) {
  std::vector<PartNote> line;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const int next = i + 1 < notes.size() ? notes[i + 1].start : kForever;
    line.push_back(written(notes[i], next, std::min(next, latest_end(notes[i], limits))));
  }
  return line;
}

std::vector<PartNote> written_chords(std::span<const PlayedNote> notes, const LengthLimits& limits) {
  std::vector<PartNote> chords(notes.size());
  std::array<int, 128> struck_again;
  struck_again.fill(kForever);
  int next = kForever, at = kForever;  // the next strike, and the one that is being written
  for (std::size_t i = notes.size(); i-- > 0;) {
    const PlayedNote& note = notes[i];
    if (note.start != at) next = at, at = note.start;
    const int again = struck_again[note.pitch];
    chords[i] = written(note, next, std::min(again, latest_end(note, limits)));
    struck_again[note.pitch] = note.start;
  }
  return chords;
}

}  // namespace s2m
