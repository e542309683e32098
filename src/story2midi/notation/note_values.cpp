#include "story2midi/notation/note_values.h"

#include <algorithm>
#include <array>
#include <functional>

namespace s2m {
namespace {

constexpr int kSixteenth = kGridPerQuarter / 4;
constexpr int kOffGrid = -1, kBarLine = 9;  // ranks

// ---- How heavy a place is. A step of one rank may be hidden by a syncopation, a step of two may not.
using Rank = std::function<int(int place)>;

int rank_below_beat(int from_beat) {
  if (from_beat % kGridPerQuarter == 0) return 2;
  if (from_beat % (kGridPerQuarter / 2) == 0) return 1;
  return from_beat % kSixteenth == 0 ? 0 : kOffGrid;
}

std::vector<int> ranks_of(Metre metre) {
  const int length = bar_length(metre);
  std::vector<int> ranks(static_cast<std::size_t>(length) + 1, kOffGrid);
  const auto starts = beats(metre);
  const bool is_grouped = metre.denominator >= 8;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const int end = i + 1 < starts.size() ? starts[i + 1] : length;
    for (int place = starts[i] + 1; place < end; ++place) {
      const int rank = rank_below_beat(place - starts[i]);
      ranks[static_cast<std::size_t>(place)] = is_grouped ? std::min(rank, 1) : rank;
    }
    const bool is_strong = metrical_weight(metre, starts[i]) > .5;
    const int beat = is_grouped ? 4 : metre.denominator == 2 ? 3 : 2;
    const int strong = is_grouped || metre.denominator == 2 || metre.numerator != 4 ? beat + 2 : beat + 1;
    ranks[static_cast<std::size_t>(starts[i])] = is_strong ? strong : beat;
  }
  ranks.front() = ranks.back() = kBarLine;
  return ranks;
}

// In a triplet: thirds, their halves, and the rest.
int rank_in_triplet(int place, int third) {
  if (place % (3 * third) == 0) return kBarLine;
  if (place % third == 0) return 2;
  return 2 * place % third == 0 ? 1 : 0;
}

bool hides_a_beat(int start, int end, bool is_rest, const Rank& rank) {
  const int from = rank(start), to = rank(end);
  int heavier_than_start = 0, heavier_than_end = 0;
  for (int place = start + 1; place < end; ++place) {
    const int here = rank(place);
    if (is_rest && here != kOffGrid && here >= from) return true;
    if (here > from + 1 || here > to + 1) return true;
    heavier_than_start += here > from;
    heavier_than_end += here > to;
  }
  return heavier_than_start > 1 || heavier_than_end > 1;
}

// ---- Values.
struct Drawn {
  int doubled_length;  // in half grid positions, as drawn
  NoteValue value;
  bool is_dotted;
};
constexpr std::array<Drawn, 13> kDrawn{{{288, NoteValue::kBreve, true},
                                        {192, NoteValue::kBreve, false},
                                        {144, NoteValue::kWhole, true},
                                        {96, NoteValue::kWhole, false},
                                        {72, NoteValue::kHalf, true},
                                        {48, NoteValue::kHalf, false},
                                        {36, NoteValue::kQuarter, true},
                                        {24, NoteValue::kQuarter, false},
                                        {18, NoteValue::kEighth, true},
                                        {12, NoteValue::kEighth, false},
                                        {9, NoteValue::k16th, true},
                                        {6, NoteValue::k16th, false},
                                        {3, NoteValue::k32nd, false}}};

NoteValue value_of(int doubled_length) {
  return std::ranges::find(kDrawn, doubled_length, &Drawn::doubled_length)->value;
}

// ---- Parts of a bar that are drawn alike: plain time, or one triplet.
struct Unit {
  int start, end;
  bool is_triplet;
};

class BarWriter {
 public:
  BarWriter(Metre metre, std::span<const VoiceSpan> stretches)
      : metre_(metre), stretches_(stretches), ranks_(ranks_of(metre)) {}
  std::vector<Symbol> write();

 private:
  std::vector<int> places_within(int start, int end) const;
  bool is_triplet(int start, int end) const;
  std::vector<Unit> units() const;
  std::vector<int> smallest_units() const;
  void write_stretch(int index, const Unit& unit);
  void write_symbols(int index, int start, int end, const Unit& unit);
  Symbol longest(int start, int end, bool is_rest, const Unit& unit) const;

  Metre metre_;
  std::span<const VoiceSpan> stretches_;
  std::vector<int> ranks_;
  std::vector<Symbol> symbols_;
};

std::vector<int> BarWriter::places_within(int start, int end) const {
  std::vector<int> places;
  for (const VoiceSpan& stretch : stretches_)
    if (stretch.start > start && stretch.start < end) places.push_back(stretch.start);
  return places;
}

// Whether a place within lies off the sixteenths, or in a long unit all are its thirds.
bool BarWriter::is_triplet(int start, int end) const {
  const auto places = places_within(start, end);
  const int third = (end - start) / 3;
  const bool is_short = end - start <= kGridPerQuarter;
  const auto is_off = [&](int place) { return (place - start) % kSixteenth != 0; };
  const auto is_third = [&](int place) { return (place - start) % third == 0; };
  if (end - start <= kSixteenth) return !places.empty();
  if (is_short) return std::ranges::any_of(places, is_off);
  return std::ranges::any_of(places, is_off) && std::ranges::all_of(places, is_third);
}

// Where the shortest stretches that may be triplets begin: quarters, or the eighths of dotted beats.
std::vector<int> BarWriter::smallest_units() const {
  std::vector<int> starts;
  const auto beat_starts = beats(metre_);
  for (std::size_t i = 0; i < beat_starts.size(); ++i) {
    const int end = i + 1 < beat_starts.size() ? beat_starts[i + 1] : bar_length(metre_);
    const int length = end - beat_starts[i];
    const int step = length % kGridPerQuarter == 0         ? kGridPerQuarter
                     : length % (kGridPerQuarter / 2) == 0 ? kGridPerQuarter / 2
                                                           : kSixteenth;
    for (int place = beat_starts[i]; place < end; place += step) starts.push_back(place);
  }
  starts.push_back(bar_length(metre_));
  return starts;
}

std::vector<Unit> BarWriter::units() const {
  const auto starts = smallest_units();
  std::vector<Unit> units;
  for (std::size_t i = 0; i + 1 < starts.size();) {
    std::size_t count = 1;
    for (const std::size_t more : {std::size_t{4}, std::size_t{2}})
      if (count == 1 && i + more < starts.size() &&
          starts[i + more] - starts[i] == static_cast<int>(more) * kGridPerQuarter &&
          is_triplet(starts[i], starts[i + more]))
        count = more;
    const bool triplet = is_triplet(starts[i], starts[i + count]);
    if (!triplet && !units.empty() && !units.back().is_triplet)
      units.back().end = starts[i + count];
    else
      units.push_back({starts[i], starts[i + count], triplet});
    i += count;
  }
  return units;
}

Symbol BarWriter::longest(int start, int end, bool is_rest, const Unit& unit) const {
  const int third = (unit.end - unit.start) / 3;
  const Rank rank = [&](int place) {
    return unit.is_triplet ? rank_in_triplet(place - unit.start, third)
                           : ranks_[static_cast<std::size_t>(place)];
  };
  const bool is_compound = metre_.denominator >= 8 && rank(start) >= 4;
  for (const Drawn& drawn : kDrawn) {
    const int sounding = unit.is_triplet ? drawn.doubled_length / 3 : drawn.doubled_length / 2;
    const bool fits = start + sounding <= end && sounding > 0 &&
                      (unit.is_triplet || drawn.doubled_length % (2 * kSixteenth) == 0);
    const bool may_be_dotted = !is_rest || (is_compound && sounding % (3 * kGridPerQuarter / 2) == 0);
    if (!fits || (drawn.is_dotted && !may_be_dotted)) continue;
    if (hides_a_beat(start, start + sounding, is_rest, rank)) continue;
    return {.start = start, .length = sounding, .value = drawn.value, .is_dotted = drawn.is_dotted};
  }
  return {.start = start, .length = end - start, .value = NoteValue::k32nd};  // not reached on the grid
}

void BarWriter::write_symbols(int index, int start, int end, const Unit& unit) {
  const bool is_rest = stretches_[static_cast<std::size_t>(index)].is_rest;
  while (start < end) {
    Symbol symbol = longest(start, end, is_rest, unit);
    symbol.stretch = index;
    if (unit.is_triplet) symbol.triplet_of = value_of(unit.end - unit.start);
    symbols_.push_back(symbol);
    start += symbol.length;
  }
}

std::vector<Symbol> BarWriter::write() {
  if (stretches_.size() == 1 && stretches_[0].is_rest)
    return {{.start = 0, .length = bar_length(metre_), .value = NoteValue::kWhole}};
  for (const Unit& unit : units()) {
    const std::size_t first = symbols_.size();
    for (std::size_t i = 0; i < stretches_.size(); ++i)
      write_symbols(static_cast<int>(i), std::max(stretches_[i].start, unit.start),
                    std::min(stretches_[i].end, unit.end), unit);
    if (!unit.is_triplet) continue;
    symbols_[first].edge = TupletEdge::kStart;
    symbols_.back().edge = TupletEdge::kStop;
  }
  return std::move(symbols_);
}

}  // namespace

std::vector<Symbol> symbols_of(Metre metre, std::span<const VoiceSpan> stretches) {
  return BarWriter(metre, stretches).write();
}

}  // namespace s2m
