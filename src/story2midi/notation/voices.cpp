#include "story2midi/notation/voices.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace s2m {
namespace {

struct VoiceChord {
  int start, end;
  std::vector<std::size_t> notes;
};
using Voices = std::map<std::pair<int, int>, std::vector<VoiceChord>>;  // by staff and voice

// Whether the note joins the voice's last chord or begins after it; it is added then.
bool take(std::vector<VoiceChord>& voice, const SheetNote& note, std::size_t index) {
  const int end = note.start + note.length;
  if (!voice.empty() && voice.back().start == note.start && voice.back().end == end) {
    voice.back().notes.push_back(index);
    return true;
  }
  if (!voice.empty() && note.start < voice.back().end) return false;
  voice.push_back({note.start, end, {index}});
  return true;
}

Voices voices_of(const SheetPart& part) {
  std::vector<std::size_t> order(part.notes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) {
    const SheetNote& note = part.notes[i];
    return std::tuple(note.start, note.staff, note.voice, note.pitch);
  });
  Voices voices;
  for (const std::size_t i : order) {
    const SheetNote& note = part.notes[i];
    int voice = note.voice;
    while (!take(voices[{note.staff, voice}], note, i)) ++voice;
  }
  return voices;
}

// The chords of a voice that sound in a bar, with the rests between them.
VoiceBar bar_of(const std::vector<VoiceChord>& voice, const SheetBar& bar) {
  VoiceBar result;
  int at = 0;
  const auto rest_until = [&](int place) {
    if (place <= at) return;
    result.stretches.push_back({at, place, true});
    result.notes.emplace_back();
  };
  const auto first = std::ranges::upper_bound(voice, bar.start, {}, &VoiceChord::end);
  for (auto chord = first; chord != voice.end() && chord->start < bar.start + bar.positions; ++chord) {
    const int start = std::max(0, chord->start - bar.start);
    rest_until(start);
    at = std::min(bar.positions, chord->end - bar.start);
    result.stretches.push_back({start, at, false});
    result.notes.push_back(chord->notes);
  }
  rest_until(bar.positions);
  return result;
}

bool is_silent(const VoiceBar& bar) {
  return std::ranges::all_of(bar.stretches, [](const VoiceSpan& stretch) { return stretch.is_rest; });
}

}  // namespace

std::vector<std::vector<VoiceBar>> voices_of(const SheetPart& part, std::span<const SheetBar> bars) {
  auto voices = voices_of(part);
  for (std::size_t staff = 1; staff <= part.clefs.size(); ++staff) voices[{static_cast<int>(staff), 1}];
  std::vector<std::vector<VoiceBar>> all;
  for (const SheetBar& bar : bars) {
    auto& written = all.emplace_back();
    for (const auto& [place, chords] : voices) {
      VoiceBar one = bar_of(chords, bar);
      std::tie(one.staff, one.voice) = place;
      const bool is_alone = written.empty() || written.back().staff != one.staff;
      if (is_silent(one) && !is_alone) continue;
      one.is_second = !is_alone && !is_silent(written.back());
      if (!is_alone && !one.is_second) written.pop_back();
      written.push_back(std::move(one));
    }
  }
  return all;
}

}  // namespace s2m
