#include "python/bindings/rows.h"

#include <algorithm>
#include <string>

#include "story2midi/music/chord_name.h"
#include "story2midi/music/metre.h"

namespace s2m::python {
namespace {

constexpr int kTicksPerPosition = kTicksPerQuarter / kGridPerQuarter;

static_assert(sizeof(NoteRow) == 32 && sizeof(ChordRow) == 80 && sizeof(TempoRow) == 24);

NoteRow row_of(const Note& note, double start_seconds, double length_seconds) {
  return {start_seconds,      length_seconds, note.start_ticks, note.length_ticks,
          note.written_ticks, note.marks,     note.pitch,       note.velocity};
}

}  // namespace

std::vector<NoteRow> note_rows(const Score& score, const Track& track) {
  const TempoMap tempos(score);
  std::vector<NoteRow> rows;
  rows.reserve(track.notes.size());
  for (const Note& note : track.notes) {
    const double start = tempos.seconds_at(note.start_ticks);
    rows.push_back(row_of(note, start, tempos.seconds_at(note.start_ticks + note.length_ticks) - start));
  }
  return rows;
}

std::vector<NoteRow> note_rows(std::span<const BarNote> notes) {
  std::vector<NoteRow> rows;
  rows.reserve(notes.size());
  for (const BarNote& note : notes)
    rows.push_back(row_of(note.note, note.start_seconds, note.length_seconds));
  return rows;
}

std::vector<ChordRow> chord_rows(const Piece& piece) {
  const auto& [key, bars, chords, parts] = piece.written;
  if (bars.empty()) return {};
  const TempoMap tempos(piece.score);
  const int end = bars.back().start + bars.back().positions;
  std::vector<ChordRow> rows;
  rows.reserve(chords.size());
  for (std::size_t i = 0; i < chords.size(); ++i) {
    const Chord& chord = chords[i];
    const int next = i + 1 < chords.size() ? chords[i + 1].start : end;
    ChordRow row;
    row.start_ticks = chord.start * kTicksPerPosition;
    row.length_ticks = (next - chord.start) * kTicksPerPosition;
    row.start_seconds = tempos.seconds_at(row.start_ticks);
    row.length_seconds = tempos.seconds_at(row.start_ticks + row.length_ticks) - row.start_seconds;
    row.root = chord.root, row.bass = chord.bass;
    row.quality = static_cast<std::uint8_t>(chord.quality);
    const auto name = name_of(chord, key);
    std::copy_n(name.begin(), std::min(name.size(), row.name.size()), row.name.begin());
    rows.push_back(row);
  }
  return rows;
}

std::vector<TempoRow> tempo_rows(const Score& score) {
  const TempoMap tempos(score);
  std::vector<TempoRow> rows;
  for (const Tempo& tempo : score.tempos)
    rows.push_back({tempos.seconds_at(tempo.start_ticks), tempo.bpm(), tempo.start_ticks});
  return rows;
}

}  // namespace s2m::python
