#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>
#include <tuple>

#include "story2midi/base/error.h"
#include "story2midi/events/event.h"

namespace s2m {
namespace {

constexpr int kMaxEmptyBars = 4;
constexpr std::int64_t kMaxTwelfths = 1 << 22;  // 87,000 bars of 4/4; beyond it a file is broken
constexpr int kUnassigned = kNoteFields[kVoice].size;

// A note on the grid, its fields already in the decoder's language.
struct GridNote {
  int start;  // twelfths from the beginning
  int voice, pitch, duration, velocity;
  int end() const { return start + kDurations[static_cast<std::size_t>(duration)]; }
};

// A bar of the events and the stretch of the score that it holds, in twelfths. The stretch may be longer by
// up to two twelfths, where a file cuts a bar at no sixteenth.
struct GridBar {
  int at;              // in the events
  int start, stretch;  // in the score
  int metre;           // metre value
  int length() const { return bar_positions(metre_of(metre)); }
};

// ---- Voices.
int voice_of_name(const Track& track) {
  std::string name = track.name;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (track.is_drums) return kDrums;
  if (name == "melody") return kMelody;
  if (name == "inner" || name == "bridge") return kInner;
  if (name == "bass") return kBass;
  return kUnassigned;
}

// Assigns voices to notes of tracks without one: at each onset the highest note is melody and the lowest bass,
// unless a note of that voice still sounds far above or below. Thresholds are key-relative, as pitches are.
class Skyline {
 public:
  enum class Melody : std::uint8_t { kSplitOff, kLeft };  // kLeft: a track of its own has it
  explicit Skyline(Melody melody) : with_melody_(melody == Melody::kSplitOff) {}

  // `chord`: the notes of one onset, highest first.
  void split(std::span<GridNote*> chord) {
    for (GridNote* note : chord) note->voice = kInner;
    if (with_melody_ && is_melody(*chord.front())) take(melody_, *chord.front(), kMelody);
    if (chord.back()->voice == kInner && is_bass(*chord.back())) take(bass_, *chord.back(), kBass);
  }

 private:
  static constexpr int kLowestMelody = 53, kHighestBass = 59, kNear = 5, kLegato = 2;

  // Two twelfths of overlap are a legato touch, not two voices.
  static bool sounds_at(const GridNote& note, int at) { return note.end() - kLegato > at; }
  bool is_melody(const GridNote& note) const {
    return note.pitch >= kLowestMelody &&
           !(sounds_at(melody_, note.start) && note.pitch < melody_.pitch - kNear);
  }
  bool is_bass(const GridNote& note) const {
    return note.pitch <= kHighestBass && !(sounds_at(bass_, note.start) && note.pitch > bass_.pitch + kNear);
  }
  static void take(GridNote& last, GridNote& note, Voice voice) {
    note.voice = voice;
    last = note;
  }

  bool with_melody_;
  GridNote melody_{-1000, 0, 0, 0, 0};
  GridNote bass_{-1000, 0, 0, 0, 0};
};

void split_voices(std::vector<GridNote>& notes) {
  std::vector<GridNote*> open;
  bool has_melody = false;
  for (GridNote& note : notes) {
    if (note.voice == kUnassigned) open.push_back(&note);
    has_melody = has_melody || note.voice == kMelody;
  }
  std::sort(open.begin(), open.end(), [](const GridNote* a, const GridNote* b) {
    return a->start != b->start ? a->start < b->start : a->pitch > b->pitch;
  });
  Skyline skyline(has_melody ? Skyline::Melody::kLeft : Skyline::Melody::kSplitOff);
  for (std::size_t from = 0, to = 0; from < open.size(); from = to) {
    while (to < open.size() && open[to]->start == open[from]->start) ++to;
    skyline.split(std::span(open).subspan(from, to - from));
  }
}

// ---- The grid.
int twelfths(const Score& score, std::int64_t ticks) {
  const std::int64_t per_quarter = score.ticks_per_quarter;
  const std::int64_t value = (2 * ticks * kPositionsPerQuarter + per_quarter) / (2 * per_quarter);
  if (value < 0 || value > kMaxTwelfths)
    throw Error("score", "a time no bar can hold", "0 to " + std::to_string(kMaxTwelfths) + " twelfths",
                std::to_string(value));
  return static_cast<int>(value);
}

GridNote on_grid(const Score& score, const Note& note, int voice, int transposition) {
  const int length = twelfths(score, std::max(0, note.length_ticks));
  const int pitch = voice == kDrums ? note.pitch : octave_folded(note.pitch + transposition);
  return {twelfths(score, note.start_ticks), voice, pitch & 127, duration_value(std::max(1, length)),
          velocity_value(note.velocity)};
}

std::vector<GridNote> grid_notes(const Score& score, const Key& key) {
  std::vector<GridNote> notes;
  for (const Track& track : score.tracks) {
    const int voice = voice_of_name(track);
    if (voice == kDrums && track.name != "Drums") continue;
    for (const Note& note : track.notes)
      notes.push_back(on_grid(score, note, voice, transposition_to_c(key)));
  }
  return notes;
}

// The longest metre of the table that fits into `length`, itself if it has a value and fits exactly; 0 for
// none.
int fitting_metre(Metre metre, int length) {
  const int own = metre_value(metre);
  if (own && bar_positions(metre) == length) return own;
  int best = 0, best_length = 0;
  for (int value = 1; value < kBarFields[kMetre].size; ++value) {
    const int own_length = bar_positions(metre_of(value));
    if (own_length <= length && own_length > best_length) best = value, best_length = own_length;
  }
  return best;
}

// The score's metre map on the grid, with one note where the last one starts.
std::vector<Bar> bars_on_grid(const Score& score, const std::vector<GridNote>& notes) {
  Score grid;
  grid.ticks_per_quarter = kPositionsPerQuarter;
  grid.tracks.resize(1);
  for (const GridNote& note : notes) grid.tracks[0].notes.push_back({note.start, 1, 60, 64});
  const std::int32_t end = end_ticks(score);
  for (const auto& [start, metre] : score.time_signatures) {
    if (start > end) break;
    grid.time_signatures.push_back({twelfths(score, start), metre});
  }
  return bars(grid);
}

// A bar that the table lacks becomes a metre of its length, or several; a rest too short for any is given to
// the bar before.
std::vector<GridBar> grid_bars(const std::vector<Bar>& bars) {
  std::vector<GridBar> result;
  int at = 0;
  for (const Bar& bar : bars) {
    const int end = bar.start_ticks + bar.length_ticks;
    for (int start = bar.start_ticks; start < end;) {
      if (const int metre = fitting_metre(bar.metre, end - start)) {
        result.push_back({at, start, bar_positions(metre_of(metre)), metre});
        at += result.back().stretch;
        start += result.back().stretch;
      } else {
        if (!result.empty()) result.back().stretch += end - start;
        start = end;
      }
    }
  }
  return result;
}

// Moves notes from the score's twelfths to those of the events.
void place(std::vector<GridNote>& notes, const std::vector<GridBar>& bars) {
  if (notes.empty()) throw Error("score", "no notes to encode");
  if (bars.empty()) throw Error("score", "no bar is as long as a sixteenth");
  for (GridNote& note : notes) {
    const auto above = std::upper_bound(bars.begin() + 1, bars.end(), note.start,
                                        [](int start, const GridBar& bar) { return start < bar.start; });
    const GridBar& bar = *std::prev(above);
    note.start = bar.at + std::clamp(note.start - bar.start, 0, bar.length() - 1);
  }
}

// Sorts as events are: onset, voice, falling pitch; of doubles the louder, then the longer stays.
void sort_without_doubles(std::vector<GridNote>& notes) {
  std::sort(notes.begin(), notes.end(), [](const GridNote& a, const GridNote& b) {
    return std::tuple(a.start, a.voice, b.pitch, b.velocity, b.duration) <
           std::tuple(b.start, b.voice, a.pitch, a.velocity, a.duration);
  });
  const auto same = [](const GridNote& a, const GridNote& b) {
    return a.start == b.start && a.voice == b.voice && a.pitch == b.pitch;
  };
  notes.erase(std::unique(notes.begin(), notes.end(), same), notes.end());
}

// ---- Events.
double tempo_over(const TempoMap& tempos, const Score& score, const GridBar& bar) {
  const double ticks = static_cast<double>(score.ticks_per_quarter) / kPositionsPerQuarter;
  const double seconds =
      tempos.seconds_at((bar.start + bar.stretch) * ticks) - tempos.seconds_at(bar.start * ticks);
  return 60.0 * bar.stretch / kPositionsPerQuarter / std::max(seconds, 1e-6);
}

// What stands in the bar: density, dynamics and register of all but drums. An empty bar has the lowest
// density.
void describe(Event& event, std::span<const GridNote> notes, int length) {
  double count = 0, velocity = 0, pitch = 0;
  for (const GridNote& note : notes) {
    if (note.voice == kDrums) continue;
    ++count;
    velocity += velocity_of(note.velocity);
    pitch += note.pitch;
  }
  event.values[kDensity] = static_cast<std::uint8_t>(density_value(count * kPositionsPerQuarter / length));
  if (count == 0) return;
  event.values[kDynamics] = static_cast<std::uint8_t>(dynamics_value(velocity / count));
  event.values[kRegister] = static_cast<std::uint8_t>(register_value(pitch / count));
}

Event note_event(const GridNote& note, int bar_start) {
  Event event{.kind_or_position = static_cast<std::uint8_t>(note.start - bar_start)};
  event.values[kVoice] = static_cast<std::uint8_t>(note.voice);
  event.values[kPitch] = static_cast<std::uint8_t>(note.pitch);
  event.values[kDuration] = static_cast<std::uint8_t>(note.duration);
  event.values[kVelocity] = static_cast<std::uint8_t>(note.velocity);
  return event;
}

// A bar and the notes that start in it.
struct FilledBar {
  GridBar bar;
  std::span<const GridNote> notes;
};

// Leaves out empty bars at the start and the end, and those beyond four in a row.
std::vector<FilledBar> filled_bars(const std::vector<GridBar>& bars, std::span<const GridNote> notes) {
  std::vector<FilledBar> result;
  int empty = kMaxEmptyBars;
  for (const GridBar& bar : bars) {
    std::size_t count = 0;
    while (count < notes.size() && notes[count].start < bar.at + bar.length()) ++count;
    empty = count ? 0 : empty + 1;
    if (empty <= kMaxEmptyBars) result.push_back({bar, notes.first(count)});
    notes = notes.subspan(count);
  }
  while (!result.empty() && result.back().notes.empty()) result.pop_back();
  return result;
}

}  // namespace

EventPiece encode(const Score& score, const Key& key, const EncodeOptions& options, EncodeReport* report) {
  if (score.ticks_per_quarter < 1)
    throw Error("score", "bad grid", "at least 1 tick a quarter", std::to_string(score.ticks_per_quarter));
  std::vector<GridNote> notes = grid_notes(score, key);
  const auto note_count = static_cast<std::int64_t>(notes.size());
  const std::vector<GridBar> bars = grid_bars(bars_on_grid(score, notes));
  place(notes, bars);
  sort_without_doubles(notes);
  split_voices(notes);
  sort_without_doubles(notes);
  if (report) *report = {note_count, static_cast<std::int64_t>(notes.size())};
  const std::vector<FilledBar> filled = filled_bars(bars, notes);
  const TempoMap tempos(score);
  const auto level = [](std::optional<double> x) {
    return static_cast<std::uint8_t>(x ? level_value(*x) : 0);
  };

  EventPiece piece{key, {}};
  for (std::size_t i = 0; i < filled.size(); ++i) {
    const auto& [bar, bar_notes] = filled[i];
    Event event{.kind_or_position = kBarEvent};
    event.values[kMetre] = static_cast<std::uint8_t>(bar.metre);
    event.values[kTempo] = static_cast<std::uint8_t>(tempo_value(tempo_over(tempos, score, bar)));
    event.values[kMode] = key.mode == Mode::kMajor ? 1 : 2;
    event.values[kValence] = level(options.valence);
    event.values[kArousal] = level(options.arousal);
    describe(event, bar_notes, bar.length());
    event.values[kBarsLeft] = static_cast<std::uint8_t>(bars_left_value(static_cast<int>(filled.size() - i)));
    piece.events.push_back(event);
    for (const GridNote& note : bar_notes) piece.events.push_back(note_event(note, bar.at));
  }
  piece.events.push_back({.kind_or_position = kEndEvent});
  return piece;
}

}  // namespace s2m
