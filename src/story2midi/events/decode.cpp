#include <algorithm>

#include "story2midi/base/error.h"
#include "story2midi/events/event.h"

namespace s2m {
namespace {

constexpr int kTicks = kTicksPerQuarter / kPositionsPerQuarter;
constexpr std::array<const char*, 4> kTrackNames{"Melody", "Inner", "Bass", "Drums"};

Note sounding(const Event& event, std::int32_t bar_start, int transposition) {
  const int pitch = event.values[kPitch];
  const bool drums = event.values[kVoice] == kDrums;
  return {.start_ticks = bar_start + event.position() * kTicks,
          .length_ticks = kDurations[event.values[kDuration]] * kTicks,
          .pitch = static_cast<std::uint8_t>(drums ? pitch : octave_folded(pitch - transposition)),
          .velocity = static_cast<std::uint8_t>(velocity_of(event.values[kVelocity]))};
}

// A map entry where the value changes.
template <class Entry>
void put(std::vector<Entry>& map, const Entry& entry) {
  Entry same = entry;
  if (!map.empty()) same.start_ticks = map.back().start_ticks;
  if (map.empty() || !(map.back() == same)) map.push_back(entry);
}

}  // namespace

Score decode(const EventPiece& piece) {
  Score score;
  score.ticks_per_quarter = kTicksPerQuarter;
  score.key_signatures = {{0, piece.key}};
  std::array<Track, kTrackNames.size()> tracks;
  std::int32_t bar_start = 0, next_bar = 0;
  Grammar grammar;
  for (const Event& event : piece.events) {
    grammar.push(event);
    if (event.is_bar()) {
      bar_start = next_bar;
      const Metre metre = metre_of(event.values[kMetre]);
      put(score.time_signatures, TimeSignature{bar_start, metre});
      if (event.values[kTempo]) put(score.tempos, Tempo::from_bpm(bar_start, tempo_of(event.values[kTempo])));
      next_bar = bar_start + bar_positions(metre) * kTicks;
    } else if (event.is_note()) {
      tracks[event.values[kVoice]].notes.push_back(sounding(event, bar_start, transposition_to_c(piece.key)));
    }
  }
  if (!grammar.ended()) throw Error("events", "stop in mid-piece", "an end event");
  for (std::size_t voice = 0; voice < tracks.size(); ++voice) {
    if (tracks[voice].notes.empty()) continue;
    tracks[voice].name = kTrackNames[voice];
    tracks[voice].is_drums = voice == kDrums;
    std::sort(tracks[voice].notes.begin(), tracks[voice].notes.end());
    score.tracks.push_back(std::move(tracks[voice]));
  }
  return score;
}

}  // namespace s2m
