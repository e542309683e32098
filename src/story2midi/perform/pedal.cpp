#include <algorithm>
#include <cmath>
#include <map>

#include "story2midi/perform/shape.h"

namespace s2m {
namespace {

// Where the harmony changes or a bar begins: grid positions, ascending, from 0.
std::vector<int> harmonies_of(const PartScore& piece) {
  std::vector<int> starts;
  for (const PartBar& bar : piece.bars) starts.push_back(bar.start);
  for (const Chord& chord : piece.chords) starts.push_back(chord.start);
  for (const PartNote& note : piece.part(Part::kBass)) {
    const auto after = std::ranges::upper_bound(piece.chords, note.start, {}, &Chord::start);
    if (after != piece.chords.begin() && !is_chord_tone(*std::prev(after), note.pitch))
      starts.push_back(note.start);
  }
  if (piece.chords.empty())
    for (const PartNote& note : piece.part(Part::kBass)) starts.push_back(note.start);
  std::ranges::sort(starts);
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  return starts;
}

}  // namespace

double pedal_share(double articulation) {
  return std::clamp((articulation - kNoPedal) / (kFullPedal - kNoPedal), 0.0, 1.0);
}

std::vector<PedalSpan> pedal_of(const Performance& performance, std::span<const PerformedNote> notes) {
  const PartScore& piece = performance.piece;
  std::map<int, std::int32_t> struck;  // by written start: the first that sounds
  for (const PerformedNote& note : notes) {
    const auto [at, fresh] = struck.try_emplace(note.written.note.start, note.start_ticks);
    if (!fresh) at->second = std::min(at->second, note.start_ticks);
  }
  const auto sounds_at = [&](int position) {
    const auto found = struck.find(position);
    return found == struck.end() ? position * kTicksPerPosition : found->second;
  };
  const int end = piece.bars.back().start + piece.bars.back().positions;
  const auto starts = harmonies_of(piece);
  std::vector<PedalSpan> spans;
  for (std::size_t i = 0, bar = 0; i < starts.size(); ++i) {
    while (bar + 1 < piece.bars.size() && piece.bars[bar + 1].start <= starts[i]) ++bar;
    const double share = pedal_share(performance.plan.bars[bar].articulation);
    const auto delay = std::lround(kPedalDelaySeconds * piece.bars[bar].tempo_bpm / 60 * kTicksPerQuarter);
    const auto down =
        std::max(sounds_at(starts[i]), starts[i] * kTicksPerPosition) + static_cast<std::int32_t>(delay);
    const auto next = i + 1 < starts.size() ? sounds_at(starts[i + 1]) : end * kTicksPerPosition;
    const auto up = down + static_cast<std::int32_t>(std::lround(share * (next - down)));
    if (up > down) spans.push_back({down, up});
  }
  return spans;
}

}  // namespace s2m
