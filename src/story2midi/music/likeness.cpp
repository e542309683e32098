#include "story2midi/music/likeness.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace s2m {
namespace {

using Pairs = std::set<std::pair<int, int>>;

double shared(const Pairs& a, const Pairs& b) {
  Pairs both, either;
  std::ranges::set_intersection(a, b, std::inserter(both, both.end()));
  std::ranges::set_union(a, b, std::inserter(either, either.end()));
  return either.empty() ? 1 : static_cast<double>(both.size()) / static_cast<double>(either.size());
}

Pairs onsets(const PartScore& piece) {
  Pairs places;
  for (const PartNote& note : piece.part(Part::kMelody)) places.insert({note.start, 0});
  return places;
}

Pairs moves(const PartScore& piece) {
  Pairs places;
  int before = -1;
  for (const PartNote& note : piece.part(Part::kMelody)) {
    const int move = before < 0 ? 0 : note.pitch - before;
    places.insert({note.start, move > 0 ? 1 : move < 0 ? -1 : 0});
    before = note.pitch;
  }
  return places;
}

Pairs keys(const PartScore& piece) {
  Pairs places;
  for (const auto& notes : piece.parts)
    for (const PartNote& note : notes) places.insert({note.start, note.pitch});
  return places;
}

int end_of(const PartScore& piece) {
  return piece.bars.empty() ? 0 : piece.bars.back().start + piece.bars.back().positions;
}

const Chord* chord_at(const PartScore& piece, int position) {
  const auto after = std::ranges::upper_bound(piece.chords, position, {}, &Chord::start);
  return after == piece.chords.begin() ? nullptr : &*std::prev(after);
}

double shared_chords(const PartScore& a, const PartScore& b) {
  const int end = std::max(end_of(a), end_of(b));
  int same = 0;
  for (int position = 0; position < end; ++position) {
    const Chord *one = chord_at(a, position), *other = chord_at(b, position);
    const bool both = one && other && position < end_of(a) && position < end_of(b);
    same += both && one->root == other->root && one->quality == other->quality;
  }
  return end == 0 ? 1 : static_cast<double>(same) / end;
}

}  // namespace

Likeness likeness(const PartScore& a, const PartScore& b) {
  return {shared_chords(a, b), shared(onsets(a), onsets(b)), shared(moves(a), moves(b)),
          shared(keys(a), keys(b))};
}

}  // namespace s2m
