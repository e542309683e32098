#include "story2midi/music/parts.h"

#include <algorithm>

namespace s2m {
namespace {

struct Quality {
  std::string_view suffix;
  std::array<int, 4> intervals;
  int size;
};
constexpr std::array<Quality, kChordQualityCount> kQualities{{{"", {0, 4, 7}, 3},
                                                              {"m", {0, 3, 7}, 3},
                                                              {"dim", {0, 3, 6}, 3},
                                                              {"aug", {0, 4, 8}, 3},
                                                              {"7", {0, 4, 7, 10}, 4},
                                                              {"maj7", {0, 4, 7, 11}, 4},
                                                              {"m7", {0, 3, 7, 10}, 4},
                                                              {"m7b5", {0, 3, 6, 10}, 4},
                                                              {"dim7", {0, 3, 6, 9}, 4},
                                                              {"sus4", {0, 5, 7}, 3},
                                                              {"sus2", {0, 2, 7}, 3}}};

const Quality& at(ChordQuality quality) { return kQualities[static_cast<std::size_t>(quality)]; }

}  // namespace

std::vector<int> chord_intervals(ChordQuality quality) {
  const Quality& one = at(quality);
  return {one.intervals.begin(), one.intervals.begin() + one.size};
}

std::string_view chord_suffix(ChordQuality quality) { return at(quality).suffix; }

bool is_chord_tone(const Chord& chord, int pitch) {
  const int interval = ((pitch - chord.root) % 12 + 12) % 12;
  const auto intervals = chord_intervals(chord.quality);
  return std::ranges::find(intervals, interval) != intervals.end();
}

const Chord* chord_in_force(std::span<const Chord> chords, int position) {
  const auto after = std::ranges::upper_bound(chords, position, {}, &Chord::start);
  return after == chords.begin() ? nullptr : &*std::prev(after);
}

std::string_view to_string(Part part) {
  constexpr std::array<std::string_view, kPartCount> kNames{"Melody", "Bass", "Accompaniment"};
  return kNames[static_cast<std::size_t>(part)];
}

Score to_score(const PartScore& piece, int velocity) {
  Score score;
  score.key_signatures = {{0, piece.key}};
  for (const PartBar& bar : piece.bars) {
    const auto tempo = Tempo::from_bpm(bar.start * kTicksPerPosition, bar.tempo_bpm);
    if (score.tempos.empty() ||
        score.tempos.back().microseconds_per_quarter != tempo.microseconds_per_quarter)
      score.tempos.push_back(tempo);
    if (score.time_signatures.empty() || !(score.time_signatures.back().metre == bar.metre))
      score.time_signatures.push_back({bar.start * kTicksPerPosition, bar.metre});
  }
  for (int part = 0; part < kPartCount; ++part) {
    const auto& notes = piece.part(static_cast<Part>(part));
    if (notes.empty()) continue;
    Track track;
    track.name = to_string(static_cast<Part>(part));
    for (const PartNote& note : notes)
      track.notes.push_back({note.start * kTicksPerPosition, note.length * kTicksPerPosition, note.pitch,
                             static_cast<std::uint8_t>(velocity)});
    std::ranges::sort(track.notes);
    score.tracks.push_back(std::move(track));
  }
  return score;
}

}  // namespace s2m
