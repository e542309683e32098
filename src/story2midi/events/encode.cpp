#include <algorithm>
#include <limits>

#include "story2midi/base/error.h"
#include "story2midi/events/event.h"

namespace s2m {
namespace {

constexpr std::size_t kMaxEmptyBars = 4;

constexpr std::uint8_t byte(int value) { return static_cast<std::uint8_t>(value); }

using Notes = std::vector<PartNote>;

Notes transposed(Notes notes, int semitones) {
  for (PartNote& note : notes) note.pitch = byte(octave_folded(note.pitch + semitones));
  return notes;
}

// One note at a time: of several that start together the highest; each ends where the next starts.
Notes monophonic(Notes notes) {
  std::ranges::sort(notes, [](const PartNote& a, const PartNote& b) {
    return a.start != b.start ? a.start < b.start : a.pitch > b.pitch;
  });
  const auto together = [](const PartNote& a, const PartNote& b) { return a.start == b.start; };
  notes.erase(std::unique(notes.begin(), notes.end(), together), notes.end());
  for (std::size_t i = 0; i + 1 < notes.size(); ++i)
    notes[i].length = std::min(notes[i].length, notes[i + 1].start - notes[i].start);
  return notes;
}

// In the order of events; a key that is struck again ends the note before it.
Notes without_doubles(Notes notes) {
  std::ranges::sort(notes, [](const PartNote& a, const PartNote& b) {
    return a.start != b.start   ? a.start < b.start
           : a.pitch != b.pitch ? a.pitch > b.pitch
                                : a.length > b.length;
  });
  const auto same = [](const PartNote& a, const PartNote& b) {
    return a.start == b.start && a.pitch == b.pitch;
  };
  notes.erase(std::unique(notes.begin(), notes.end(), same), notes.end());
  std::array<PartNote*, 128> before{};
  for (PartNote& note : notes) {
    if (PartNote* earlier = before[note.pitch])
      earlier->length = std::min(earlier->length, note.start - earlier->start);
    before[note.pitch] = &note;
  }
  return notes;
}

// Positions from each note's start to where the next of a monophonic part starts, or the next of the same key in the figure.
std::vector<int> rooms(Part part, const Notes& notes) {
  std::vector<int> rooms(notes.size(), std::numeric_limits<int>::max());
  std::array<int, 128> next;
  next.fill(-1);
  int next_of_any = -1;
  for (std::size_t i = notes.size(); i-- > 0;) {
    const int start = part == Part::kFigure ? next[notes[i].pitch] : next_of_any;
    if (start >= 0) rooms[i] = std::max(1, start - notes[i].start);
    next[notes[i].pitch] = next_of_any = notes[i].start;
  }
  return rooms;
}

class Encoding {
 public:
  Encoding(const PartScore& score, const EncodeOptions& options) : score_(score), options_(options) {
    std::int64_t all = 0, kept = 0;
    for (int i = 0; i < kPartCount; ++i) {
      const auto part = static_cast<Part>(i);
      Notes notes = transposed(score.part(part), transposition_to_c(score.key));
      notes_[part_index(part)] =
          part == Part::kFigure ? without_doubles(std::move(notes)) : monophonic(std::move(notes));
      rooms_[part_index(part)] = rooms(part, notes_[part_index(part)]);
      all += static_cast<std::int64_t>(score.part(part).size());
      kept += static_cast<std::int64_t>(notes_[part_index(part)].size());
    }
    report_ = {all, kept};
  }

  std::vector<std::vector<Event>> all_bars() {
    std::vector<std::vector<Event>> bars;
    for (std::size_t bar = 0; bar < score_.bars.size(); ++bar) bars.push_back(events_of(bar));
    return bars;
  }

  EncodeReport report() const { return report_; }

  EventPiece piece() {
    auto bars = filled(all_bars());
    std::vector<std::span<Event>> spans(bars.begin(), bars.end());
    describe(spans);
    EventPiece piece{score_.key, {}};
    for (std::size_t i = 0; i < bars.size(); ++i) {
      bars[i].front().values[kBarsLeft] = byte(bars_left_value(static_cast<int>(bars.size() - i)));
      piece.events.insert(piece.events.end(), bars[i].begin(), bars[i].end());
    }
    piece.events.push_back({.kind = kEndEvent});
    return piece;
  }

 private:
  static std::size_t part_index(Part part) { return static_cast<std::size_t>(part); }

  std::vector<Event> events_of(std::size_t index) {
    const PartBar& bar = score_.bars[index];
    std::vector<Event> events{bar_event(bar)};
    add_chords(events, bar);
    for (int i = 0; i < kPartCount; ++i) add_notes(events, bar, {static_cast<Part>(i), last_end(index)});
    return events;
  }

  // No note of a bar sounds on beyond the empty bars that may follow it: those behind them are left out.
  int last_end(std::size_t bar) const {
    if (bar + kMaxEmptyBars >= score_.bars.size()) return std::numeric_limits<int>::max();
    const PartBar& last = score_.bars[bar + kMaxEmptyBars];
    return last.start + last.positions;
  }

  Event bar_event(const PartBar& bar) const {
    const int metre = metre_value(bar.metre);
    if (metre == 0) throw Error("score", "metre cannot be written", "one of the table", name_of(bar.metre));
    const auto level = [](std::optional<double> x) { return byte(x ? level_value(*x) : 0); };
    Event event{.kind = kBarEvent};
    event.values[kMetre] = byte(metre);
    event.values[kTempo] = byte(tempo_value(bar.tempo_bpm));
    if (bar.key) event.values[kLocalKey] = byte(local_key_value(*bar.key, score_.key));
    event.values[kValence] = level(options_.valence);
    event.values[kArousal] = level(options_.arousal);
    event.values[kStyle] = byte(static_cast<int>(options_.style));
    return event;
  }

  // The chord in force is stated anew at each bar's start.
  void add_chords(std::vector<Event>& events, const PartBar& bar) {
    const auto after = std::ranges::upper_bound(score_.chords, bar.start, {}, &Chord::start);
    if (after != score_.chords.begin()) events.push_back(chord_event(*std::prev(after), 0));
    if (after == score_.chords.begin()) return;
    for (auto chord = after; chord != score_.chords.end() && chord->start < bar.start + bar.positions;
         ++chord)
      events.push_back(chord_event(*chord, chord->start - bar.start));
  }

  Event chord_event(const Chord& chord, int position) const {
    Event event{.kind = kChordEvent};
    event.values[kChordPosition] = byte(position);
    event.values[kDegree] = byte((chord.root - score_.key.tonic + 24) % 12);
    event.values[kQuality] = byte(static_cast<int>(chord.quality));
    event.values[kInversion] = byte((chord.bass - chord.root + 12) % 12);
    return event;
  }

  struct PartUntil {
    Part part;
    int end;  // no note sounds on beyond it
  };
  void add_notes(std::vector<Event>& events, const PartBar& bar, PartUntil which) {
    const auto [part, end] = which;
    const Notes& notes = notes_[part_index(part)];
    std::size_t& next = next_[part_index(part)];
    for (; next < notes.size() && notes[next].start < bar.start + bar.positions; ++next) {
      const PartNote& note = notes[next];
      Event event{.kind = byte(kMelodyEvent + static_cast<int>(part))};
      event.values[kPosition] = byte(std::max(0, note.start - bar.start));
      event.values[kPitch] = note.pitch;
      event.values[kDuration] = byte(
          duration_value_within(note.length, std::min(rooms_[part_index(part)][next], end - note.start)));
      events.push_back(event);
    }
  }

  // Without empty bars at the start and the end, and those beyond four in a row.
  static std::vector<std::vector<Event>> filled(std::vector<std::vector<Event>> bars) {
    const auto is_empty = [](const std::vector<Event>& bar) {
      return std::ranges::none_of(bar, [](const Event& event) { return event.is_note(); });
    };
    std::vector<std::vector<Event>> result;
    std::size_t empty = kMaxEmptyBars;
    for (auto& bar : bars) {
      empty = is_empty(bar) ? empty + 1 : 0;
      if (empty <= kMaxEmptyBars) result.push_back(std::move(bar));
    }
    while (!result.empty() && is_empty(result.back())) result.pop_back();
    return result;
  }

  const PartScore& score_;
  const EncodeOptions& options_;
  EncodeReport report_;
  std::array<Notes, kPartCount> notes_;
  std::array<std::vector<int>, kPartCount> rooms_;
  std::array<std::size_t, kPartCount> next_{};
};

}  // namespace

EventPiece encode(const PartScore& score, const EncodeOptions& options, EncodeReport* report) {
  Encoding encoding(score, options);
  if (encoding.report().notes_kept == 0) throw Error("score", "no notes to encode");
  if (report) *report = encoding.report();
  return encoding.piece();
}

std::vector<std::vector<Event>> bar_events(const PartScore& score) {
  const EncodeOptions options;
  return Encoding(score, options).all_bars();
}

}  // namespace s2m
