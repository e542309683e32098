#include "lab/reports/parts_accuracy.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <vector>

#include "lab/analysis/beats.h"
#include "lab/analysis/melody_finder.h"
#include "lab/analysis/to_parts.h"
#include "lab/corpora/known_beats.h"
#include "lab/corpora/known_chords.h"
#include "lab/corpora/main_line.h"
#include "story2midi/base/error.h"
#include "story2midi/midi/midi.h"
#include "story2midi/notation/musicxml.h"

namespace s2m {
namespace fs = std::filesystem;
namespace {

// As a musician tells chords apart first.
int kind_of(ChordQuality quality) {
  switch (quality) {
    case ChordQuality::kMinor:
    case ChordQuality::kMinor7:
      return 1;
    case ChordQuality::kDiminished:
    case ChordQuality::kHalfDiminished7:
    case ChordQuality::kDiminished7:
      return 2;
    case ChordQuality::kAugmented:
      return 3;
    case ChordQuality::kSuspended4:
    case ChordQuality::kSuspended2:
      return 4;
    default:
      return 0;
  }
}

void compare(ChordAccuracy& sums, const Chord& measured, const Chord& known, int positions) {
  const bool root = measured.root == known.root;
  sums.positions += positions;
  sums.root += root * positions;
  sums.root_and_kind += (root && kind_of(measured.quality) == kind_of(known.quality)) * positions;
  sums.quality += (root && measured.quality == known.quality) * positions;
  sums.bass += (root && measured.bass == known.bass) * positions;
}

bool is_other(const Chord& a, const Chord& b) { return a.root != b.root || a.quality != b.quality; }

// `known` at positions of the piece.
void add(ChordAccuracy& sums, const PartScore& piece, const std::vector<MarkedChord>& known) {
  const int end = piece.bars.back().start + piece.bars.back().positions;
  const auto& measured = piece.chords;
  ++sums.pieces;
  for (std::size_t i = 0; i + 1 < measured.size(); ++i)
    sums.found_changes += is_other(measured[i], measured[i + 1]);
  std::size_t at = 0;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!known[i].chord) continue;
    if (i > 0 && known[i - 1].chord) sums.changes += is_other(*known[i - 1].chord, *known[i].chord);
    const int until = std::min(end, i + 1 < known.size() ? known[i + 1].start : end);
    for (int from = known[i].start; from < until;) {
      while (at + 1 < measured.size() && measured[at + 1].start <= from) ++at;
      const int next = at + 1 < measured.size() ? std::min(until, measured[at + 1].start) : until;
      compare(sums, measured[at], *known[i].chord, next - from);
      from = next;
    }
  }
}

using Places = std::set<std::pair<int, int>>;  // start and pitch

double shared(const Places& a, const Places& b) {
  return static_cast<double>(std::ranges::count_if(a, [&](const auto& place) { return b.contains(place); }));
}

// Those in bars that hold one of `known`.
Places beside(const Places& places, const Places& known, std::span<const PartBar> bars) {
  const auto bar_of = [&](int start) {
    return std::ranges::upper_bound(bars, start, {}, &PartBar::start) - bars.begin();
  };
  std::set<std::ptrdiff_t> held;
  for (const auto& [start, pitch] : known) held.insert(bar_of(start));
  Places result;
  for (const auto& place : places)
    if (held.contains(bar_of(place.first))) result.insert(place);
  return result;
}

void add_pop909(PartsAccuracy& accuracy, const fs::path& file) {
  Score performance = load_midi(file);
  const bool has_chords = mark_known_chords(file, performance);
  const auto beats = known_beats(file, performance);
  if (!beats || beats->seconds.size() < 2) return;
  const Score score =
      align_to_beats(performance, beats->seconds, beats->beats_per_bar, beats->first_downbeat);
  add(accuracy.melody, score);
  if (!has_chords) return;
  const ToPartsOptions options{.source = ScoreSource::kPerformance};
  const auto map = read_on_grid(score, *options.source).map;
  auto known = marked_chords(score);
  for (MarkedChord& chord : known) chord.start = static_cast<int>(std::lround(map(chord.start)));
  add(accuracy.chords, to_parts(score, {}, options), known);
}

}  // namespace

void add(MelodyAccuracy& sums, const Score& score) {
  const GridPiece piece = read_on_grid(score, source_of(score)).piece;
  const auto roles = roles_of(score);
  Places known, found, skyline;
  for (std::size_t i = 0; i < piece.notes.size(); ++i) {
    const GridNote& note = piece.notes[i];
    if (roles[static_cast<std::size_t>(note.track)] == TrackRole::kMelody)
      known.emplace(note.start, note.pitch);
    if (i + 1 == piece.notes.size() || piece.notes[i + 1].start > note.start)
      skyline.emplace(note.start, note.pitch);
  }
  if (known.empty()) return;
  const std::vector<TrackRole> unread(score.tracks.size(), TrackRole::kUnknown);
  for (const std::size_t i : find_melody(piece.notes, unread))
    found.emplace(piece.notes[i].start, piece.notes[i].pitch);
  const auto size = [](const Places& places) { return static_cast<double>(places.size()); };
  const Places found_beside = beside(found, known, piece.bars);
  ++sums.pieces;
  sums.known += size(known);
  sums.found += size(found_beside);
  sums.elsewhere += size(found) - size(found_beside);
  sums.right += shared(found, known);
  sums.skyline += size(beside(skyline, known, piece.bars));
  sums.skyline_right += shared(skyline, known);
}

PartsAccuracy evaluate_parts(const fs::path& folder) {
  PartsAccuracy accuracy;
  for (const fs::path& file : files_below(folder, is_musicxml_name)) {
    Score score = load_musicxml(file);
    add_main_line(file, score);
    add(accuracy.melody, score);
  }
  for (const fs::path& file : midi_files(folder)) add_pop909(accuracy, file);
  if (accuracy.melody.pieces == 0) throw Error(folder.string(), "holds no piece with a track for its melody");
  return accuracy;
}

}  // namespace s2m
