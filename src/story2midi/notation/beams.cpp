#include "story2midi/notation/beams.h"

#include <algorithm>

namespace s2m {
namespace {

int beam_count(const Symbol& symbol) {
  return std::max(0, static_cast<int>(symbol.value) - static_cast<int>(NoteValue::kQuarter));
}

bool has_beam(const Symbol& symbol, std::span<const VoiceSpan> stretches) {
  return beam_count(symbol) > 0 && !stretches[static_cast<std::size_t>(symbol.stretch)].is_rest;
}

// Where groups may begin, ascending.
std::vector<int> group_starts(Metre metre, std::span<const Symbol> symbols) {
  auto starts = beats(metre);
  const int length = bar_length(metre);
  const bool is_four = metre == Metre{4, 4}, is_three = metre == Metre{3, 4};
  if (!is_four && !is_three) {
    if (metre.denominator > 2) return starts;
    std::vector<int> quarters;
    for (int place = 0; place < length; place += kGridPerQuarter) quarters.push_back(place);
    return quarters;
  }
  const auto only_eighths = [&](int start, int end) {
    return std::ranges::all_of(symbols, [&](const Symbol& symbol) {
      const bool is_within = symbol.start >= start && symbol.start < end;
      return !is_within || (symbol.value == NoteValue::kEighth && !symbol.is_dotted && !symbol.is_triplet());
    });
  };
  const int group = is_four ? length / 2 : length;
  for (int start = 0; start < length; start += group)
    if (only_eighths(start, start + group))
      std::erase_if(starts, [&](int beat) { return beat > start && beat < start + group; });
  return starts;
}

// The beam of one level in a group, at the symbol `at` of [first, end).
Beam beam_at(std::span<const Symbol> symbols, std::size_t first, std::size_t end, std::size_t at, int level) {
  const bool from_left = at > first && beam_count(symbols[at - 1]) > level;
  const bool to_right = at + 1 < end && beam_count(symbols[at + 1]) > level;
  if (from_left) return to_right ? Beam::kContinue : Beam::kEnd;
  if (to_right) return Beam::kBegin;
  return at > first ? Beam::kBackwardHook : Beam::kForwardHook;
}

}  // namespace

std::vector<std::vector<Beam>> beams_of(Metre metre, std::span<const Symbol> symbols,
                                        std::span<const VoiceSpan> stretches) {
  std::vector<std::vector<Beam>> beams(symbols.size());
  const auto starts = group_starts(metre, symbols);
  const auto group_of = [&](const Symbol& symbol) {
    return std::ranges::upper_bound(starts, symbol.start) - starts.begin();
  };
  for (std::size_t first = 0; first < symbols.size();) {
    std::size_t end = first;
    while (end < symbols.size() && has_beam(symbols[end], stretches) &&
           group_of(symbols[end]) == group_of(symbols[first]))
      ++end;
    for (std::size_t at = first; end > first + 1 && at < end; ++at)
      for (int level = 0; level < beam_count(symbols[at]); ++level)
        beams[at].push_back(beam_at(symbols, first, end, at, level));
    first = std::max(end, first + 1);
  }
  return beams;
}

}  // namespace s2m
