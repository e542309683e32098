#include "lab/datasets/same_playing.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "story2midi/base/random.h"

namespace s2m {
namespace {

constexpr std::size_t kWindowNotes = 16;
constexpr std::uint64_t kKeptOneIn = 8;
constexpr double kTogether = 0.035;  // seconds: notes of one chord, whose order is an accident
constexpr float kTolerance = 0.01f;  // of a window's span: two players differ by more, a rounding by less
constexpr double kSharedPart = 0.5;

struct PlayedNote {
  double seconds;
  int pitch;
};

// In the order of time, notes of one chord in the order of pitch.
std::vector<PlayedNote> notes_in_order(const Score& score) {
  const TempoMap tempo(score);
  std::vector<PlayedNote> notes;
  for (const Track& track : score.tracks)
    if (!track.is_drums)
      for (const Note& note : track.notes) notes.push_back({tempo.seconds_at(note.start_ticks), note.pitch});
  std::ranges::sort(notes, {}, [](const PlayedNote& note) { return std::pair(note.seconds, note.pitch); });
  for (auto first = notes.begin(); first != notes.end();) {
    const auto last = std::find_if(first, notes.end(), [&](const PlayedNote& note) {
      return note.seconds > first->seconds + kTogether;
    });
    std::sort(first, last, [](const PlayedNote& a, const PlayedNote& b) { return a.pitch < b.pitch; });
    first = last;
  }
  return notes;
}

bool alike(const std::array<float, 3>& a, const std::array<float, 3>& b) {
  return std::ranges::equal(a, b, [](float x, float y) { return std::abs(x - y) <= kTolerance; });
}

}  // namespace

std::vector<PlayedWindow> played_windows(const Score& score) {
  const auto notes = notes_in_order(score);
  std::vector<PlayedWindow> windows;
  for (std::size_t first = 0; first + kWindowNotes <= notes.size(); ++first) {
    PlayedWindow window;
    for (std::size_t i = 0; i < kWindowNotes; ++i)
      window.pitches = mix_bits(window.pitches ^ static_cast<std::uint64_t>(notes[first + i].pitch));
    if (window.pitches % kKeptOneIn != 0) continue;
    const double start = notes[first].seconds, span = notes[first + kWindowNotes - 1].seconds - start;
    if (span <= 0) continue;
    for (std::size_t i = 0; i < window.times.size(); ++i)
      window.times[i] = static_cast<float>((notes[first + 4 * (i + 1)].seconds - start) / span);
    windows.push_back(window);
  }
  return windows;
}

std::optional<std::size_t> SamePlaying::add(const std::vector<PlayedWindow>& windows) {
  const std::size_t number = sizes_.size();
  std::map<std::size_t, std::size_t> shared;  // windows, by piece
  for (const PlayedWindow& window : windows) {
    std::size_t last = number;  // a piece counts once a window, however often it holds it
    const auto [begin, end] = places_.equal_range(window.pitches);
    for (auto place = begin; place != end; ++place)
      if (place->second.piece != last && alike(place->second.times, window.times))
        ++shared[last = place->second.piece];
  }
  for (const PlayedWindow& window : windows) places_.emplace(window.pitches, Place{number, window.times});
  sizes_.push_back(windows.size());
  for (const auto& [piece, count] : shared)
    if (static_cast<double>(count) >=
        kSharedPart * static_cast<double>(std::min(windows.size(), sizes_[piece])))
      return piece;
  return std::nullopt;
}

}  // namespace s2m
