#include "lab/analysis/to_parts.h"

#include <algorithm>
#include <cmath>

#include "lab/analysis/bass_line.h"
#include "lab/analysis/chords.h"
#include "lab/analysis/melody_finder.h"
#include "lab/analysis/written_lengths.h"

namespace s2m {
namespace {

using Voices = std::array<std::vector<GridNote>, kPartCount>;
std::vector<GridNote>& of(Voices& voices, Part part) { return voices[static_cast<std::size_t>(part)]; }

enum class Keep { kHighest, kLowest };

// Leaves one note per onset; the others go to `rest`.
void make_monophonic(std::vector<GridNote>& notes, Keep which, std::vector<GridNote>& rest) {
  std::vector<GridNote> line;
  for (const GridNote& note : notes) {
    if (line.empty() || line.back().start != note.start) {
      line.push_back(note);
    } else {
      rest.push_back(which == Keep::kHighest ? line.back() : note);
      if (which == Keep::kHighest) line.back() = note;
    }
  }
  notes = std::move(line);
}

void sort(std::vector<GridNote>& notes) {
  std::ranges::sort(notes, {}, [](const GridNote& note) { return std::pair(note.start, note.pitch); });
}

// Moves the notes at `indices` (ascending) from one list to another.
void take(std::vector<GridNote>& from, const std::vector<std::size_t>& indices, std::vector<GridNote>& to) {
  for (const std::size_t i : indices) {
    to.push_back(from[i]);
    from[i].start = -1;
  }
  std::erase_if(from, [](const GridNote& note) { return note.start < 0; });
}

bool is_named(const Score& score) {
  return std::ranges::all_of(score.tracks, [](const Track& track) {
    return track.is_drums || track.notes.empty() || track.name == to_string(Part::kMelody) ||
           track.name == to_string(Part::kBass) || track.name == to_string(Part::kFigure);
  });
}

Voices voices_of(const Score& score, const GridPiece& piece) {
  const std::vector<TrackRole> roles = roles_of(score);
  Voices voices;
  auto &melody = of(voices, Part::kMelody), &bass = of(voices, Part::kBass),
       &figure = of(voices, Part::kFigure);
  std::vector<GridNote> open;
  for (const GridNote& note : piece.notes) {
    const TrackRole role = roles[static_cast<std::size_t>(note.track)];
    (role == TrackRole::kMelody ? melody : role == TrackRole::kBass ? bass : open).push_back(note);
  }
  if (is_named(score)) {
    figure = std::move(open);
  } else {
    make_monophonic(melody, Keep::kHighest, open);
    sort(open);
    if (melody.empty()) take(open, find_melody(open, roles), melody);
    if (bass.empty()) take(open, find_bass(open, piece.bars), bass);
    figure = std::move(open);
  }
  make_monophonic(melody, Keep::kHighest, figure);
  make_monophonic(bass, Keep::kLowest, figure);
  sort(figure);
  return voices;
}

// ---- Reduction.
// The note of `chord` (by pitch) that is missed least: an octave doubling, the innermost first; else the innermost.
std::size_t least_needed(std::span<const GridNote> chord) {
  const auto middle = chord.size() / 2;
  std::size_t best = middle;
  bool best_doubles = false;
  for (std::size_t i = 1; i + 1 < chord.size(); ++i) {
    const bool doubles = std::ranges::count_if(chord, [&](const GridNote& other) {
                           return (other.pitch - chord[i].pitch) % 12 == 0;
                         }) > 1;
    const auto distance = [&](std::size_t at) { return at > middle ? at - middle : middle - at; };
    if (doubles > best_doubles || (doubles == best_doubles && distance(i) < distance(best)))
      best = i, best_doubles = doubles;
  }
  return best;
}

void thin(Voices& voices, int most_at_once) {
  const std::vector<GridNote>& bass = of(voices, Part::kBass);
  std::vector<GridNote>& figure = of(voices, Part::kFigure);
  std::vector<GridNote> kept;
  auto low = bass.begin();
  for (std::size_t first = 0, end = 0; first < figure.size(); first = end) {
    for (end = first; end < figure.size() && figure[end].start == figure[first].start; ++end) {
    }
    while (low != bass.end() && low->start < figure[first].start) ++low;
    const bool has_bass = low != bass.end() && low->start == figure[first].start;
    std::vector<GridNote> chord(figure.begin() + static_cast<std::ptrdiff_t>(first),
                                figure.begin() + static_cast<std::ptrdiff_t>(end));
    while (static_cast<int>(chord.size()) > most_at_once - has_bass)
      chord.erase(chord.begin() + static_cast<std::ptrdiff_t>(least_needed(chord)));
    kept.insert(kept.end(), chord.begin(), chord.end());
  }
  figure = std::move(kept);
}

// ---- Lengths and chords.
std::vector<PlayedNote> played(const std::vector<GridNote>& notes) {
  std::vector<PlayedNote> result;
  for (const GridNote& note : notes)
    result.push_back({note.start, note.end, static_cast<std::uint8_t>(note.pitch)});
  return result;
}

// Cuts each note at its part's next strike, of the figure at that of its key, and at the piece's end.
void cut(PartScore& piece) {
  const int end = piece.bars.back().start + piece.bars.back().positions;
  for (auto& part : piece.parts)
    for (PartNote& note : part) note.length = std::min(note.length, end - note.start);
  for (const Part part : {Part::kMelody, Part::kBass}) {
    auto& notes = piece.part(part);
    for (std::size_t i = 0; i + 1 < notes.size(); ++i)
      notes[i].length = std::min(notes[i].length, notes[i + 1].start - notes[i].start);
  }
  std::array<int, 128> struck{};
  struck.fill(-1);
  auto& figure = piece.part(Part::kFigure);
  for (std::size_t i = figure.size(); i-- > 0;) {
    if (struck[figure[i].pitch] >= 0)
      figure[i].length = std::min(figure[i].length, struck[figure[i].pitch] - figure[i].start);
    struck[figure[i].pitch] = figure[i].start;
  }
}

void set_notated(PartScore& piece, const Voices& voices) {
  for (std::size_t part = 0; part < kPartCount; ++part)
    for (const GridNote& note : voices[part])
      piece.parts[part].push_back({note.start,
                                   std::max(1, static_cast<int>(std::lround(note.end)) - note.start),
                                   static_cast<std::uint8_t>(note.pitch)});
}

std::vector<PartNote> all_notes(const PartScore& piece) {
  std::vector<PartNote> notes;
  for (const auto& part : piece.parts) notes.insert(notes.end(), part.begin(), part.end());
  std::ranges::sort(notes);
  return notes;
}

void set_played(PartScore& piece, Voices& voices) {
  set_notated(piece, voices);
  cut(piece);
  // A pedal holds notes into the next harmony: only their first quarter counts here.
  auto struck = all_notes(piece);
  for (PartNote& note : struck) note.length = std::min(note.length, kGridPerQuarter);
  const auto chords = measure_chords(struck, piece.bars);
  std::vector<GridNote> both = of(voices, Part::kBass);
  both.insert(both.end(), of(voices, Part::kFigure).begin(), of(voices, Part::kFigure).end());
  sort(both);
  const auto melody = played(of(voices, Part::kMelody)), accompaniment = played(both);
  const LengthLimits limits{chords, accompaniment, melody};
  piece.part(Part::kMelody) = written_line(melody, {});
  piece.part(Part::kBass) = written_line(played(of(voices, Part::kBass)), limits);
  piece.part(Part::kFigure) = written_chords(played(of(voices, Part::kFigure)), limits);
}

// Annotated chords on the piece's bars, each bar's first one stated.
std::vector<Chord> placed(const std::vector<Chord>& annotated, const GridReading& reading) {
  std::vector<Chord> chords;
  const auto add = [&](Chord chord, int at) {
    chord.start = at;
    if (!chords.empty() && chords.back().start == at) chords.pop_back();
    chords.push_back(chord);
  };
  std::size_t next = 0;
  Chord current = annotated.front();
  for (const PartBar& bar : reading.piece.bars) {
    add(current, bar.start);
    for (; next < annotated.size(); ++next) {
      const int at = static_cast<int>(std::lround(reading.map(annotated[next].start)));
      if (at >= bar.start + bar.positions) break;
      current = annotated[next];
      add(current, std::max(at, bar.start));
    }
  }
  return chords;
}

}  // namespace

PartScore to_parts(const Score& score, const Key& key, const ToPartsOptions& options, PartsReport* report) {
  const ScoreSource source = options.source.value_or(source_of(score));
  const GridReading reading = read_on_grid(score, source);
  Voices voices = voices_of(score, reading.piece);
  if (!is_named(score)) thin(voices, options.most_at_once);
  PartScore piece;
  piece.key = key;
  piece.bars = reading.piece.bars;
  source == ScoreSource::kNotation ? set_notated(piece, voices) : set_played(piece, voices);
  cut(piece);
  for (auto& part : piece.parts) std::ranges::sort(part);
  piece.chords =
      options.chords.empty() ? measure_chords(all_notes(piece), piece.bars) : placed(options.chords, reading);
  if (report) {
    *report = {reading.notes_read, 0};
    for (const auto& part : piece.parts) report->kept += static_cast<int>(part.size());
  }
  return piece;
}

}  // namespace s2m
