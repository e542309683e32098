#include "story2midi/perform/perform.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/music/key.h"
#include "story2midi/perform/shape.h"

namespace s2m {
namespace {

// Of notes that strike one key at once the first by Part stays, as long as the longest.
PartScore without_doubles(PartScore piece) {
  std::map<std::pair<int, int>, PartNote*> struck;
  for (auto& notes : piece.parts) {
    std::size_t kept = 0;
    for (const PartNote note : notes) {
      const auto [at, fresh] = struck.try_emplace({note.start, note.pitch}, &notes[kept]);
      if (fresh)
        notes[kept++] = note;
      else
        at->second->length = std::max(at->second->length, note.length);
    }
    notes.resize(kept);
  }
  return piece;
}

// A piano has one string for a key, whatever the part; melody and bass sound one note at a time.
void release_struck_again(std::vector<PerformedNote>& notes) {
  std::map<int, PerformedNote*> on_key, on_line;  // what sounded last, by pitch and by part
  const auto release = [](PerformedNote*& before, PerformedNote& note) {
    if (before && before->start_ticks < note.start_ticks)
      before->length_ticks = std::min(before->length_ticks, note.start_ticks - before->start_ticks);
    before = &note;
  };
  std::ranges::stable_sort(notes, {}, &PerformedNote::start_ticks);
  for (PerformedNote& note : notes) {
    release(on_key[note.written.note.pitch], note);
    if (note.written.part != Part::kFigure) release(on_line[static_cast<int>(note.written.part)], note);
  }
}

void write_tracks(std::span<const PerformedNote> notes, const std::vector<PedalSpan>& pedal, Score& score) {
  for (const Part part : {Part::kMelody, Part::kFigure, Part::kBass}) {
    Track track;
    track.name = to_string(part);
    track.pedal = pedal;
    for (const PerformedNote& note : notes)
      if (note.written.part == part)
        track.notes.push_back({note.start_ticks, note.length_ticks, note.written.note.pitch,
                               static_cast<std::uint8_t>(std::lround(note.velocity))});
    std::ranges::sort(track.notes);
    if (!track.notes.empty()) score.tracks.push_back(std::move(track));
  }
}

}  // namespace

void check_performable(const PartScore& written, const PerformancePlan& plan, const PerformOptions& options) {
  if (plan.bars.size() != written.bars.size())
    throw Error("performance plan", "has another number of bars than the score",
                std::to_string(written.bars.size()), std::to_string(plan.bars.size()));
  if (!(options.humanise >= 0 && options.humanise <= 1))
    throw Error("humanise", "is out of range", "0 to 1", std::to_string(options.humanise));
  const int end = written.bars.empty() ? 0 : written.bars.back().start + written.bars.back().positions;
  for (const auto& notes : written.parts)
    for (const PartNote& note : notes)
      if (note.start < 0 || note.start >= end)
        throw Error("score", "has a note outside its bars", "a start from 0 to " + std::to_string(end - 1),
                    std::to_string(note.start));
}

void write_maps(const PartScore& piece, Score& score) {
  for (const PartBar& bar : piece.bars) {
    const auto at = bar.start * kTicksPerPosition;
    if (score.time_signatures.empty() || !(score.time_signatures.back().metre == bar.metre))
      score.time_signatures.push_back({at, bar.metre});
    // A key of home's own signature, its relative, is written as home: that is where the piece ends.
    Key key = bar.key.value_or(piece.key);
    if (sharps_of(key) == sharps_of(piece.key)) key = piece.key;
    if (score.key_signatures.empty() || !(score.key_signatures.back().key == key))
      score.key_signatures.push_back({at, key});
  }
}

Score perform(const PartScore& written, const PerformancePlan& plan, const PerformOptions& options) {
  check_performable(written, plan, options);
  Score score;
  if (written.bars.empty()) return score;
  const PartScore piece = without_doubles(written);
  const Performance performance{piece, plan, options, phrases_of(plan)};
  std::vector<PerformedNote> notes;
  for (const NoteFeatures& one : note_features(piece, performance.phrases)) notes.push_back({.written = one});
  shape_velocities(performance, notes);
  shape_onsets(performance, notes);
  shape_lengths(performance, notes);
  release_struck_again(notes);
  score.tempos = shape_tempo(performance);
  write_maps(piece, score);
  write_tracks(notes, options.humanise > 0 ? pedal_of(performance, notes) : std::vector<PedalSpan>{}, score);
  return score;
}

}  // namespace s2m
