// Loads composed pieces and samples of real music, and measures their writing.
#include <algorithm>
#include <mutex>

#include "lab/analysis/beat_grid.h"
#include "lab/analysis/beats.h"
#include "lab/analysis/harmony_figures.h"
#include "lab/analysis/music_quality.h"
#include "lab/analysis/track_role.h"
#include "lab/corpora/known_beats.h"
#include "lab/reports/writing_table.h"
#include "story2midi/base/random.h"
#include "story2midi/midi/midi.h"
#include "story2midi/notation/musicxml.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kPlaceStream = 0x91ace5;

struct OnBeats {
  Score score;
  bool tracked = false;  // its beats were neither known nor its own
};

// A notated score without grace notes, which have no place on a grid; of a song with words the piano's hands.
Score load_notation(const fs::path& file) {
  Score score = load_musicxml(file);
  for (Track& track : score.tracks)
    std::erase_if(track.notes, [](const Note& note) { return (note.marks & kGrace) != 0; });
  const auto roles = roles_of(score);
  const auto is_hand = [](TrackRole role) {
    return role == TrackRole::kRightHand || role == TrackRole::kLeftHand;
  };
  if (!std::ranges::any_of(score.tracks, [](const Track& track) { return !track.lyrics.empty(); }))
    return score;
  Score hands = score;
  hands.tracks.clear();
  for (std::size_t i = 0; i < roles.size(); ++i)
    if (is_hand(roles[i])) hands.tracks.push_back(std::move(score.tracks[i]));
  return hands;
}

OnBeats on_beats(const fs::path& file) {
  if (is_musicxml_name(file)) return {load_notation(file)};
  Score score = load_midi(file);
  if (const auto known = known_beats(file, score))
    return {align_to_beats(score, known->seconds, known->beats_per_bar, known->first_downbeat)};
  Score grid = on_beat_grid(score);
  const bool tracked = grid != score;
  return {std::move(grid), tracked};
}

// Tracked beats are no measure of rhythm, nor of the melody's cells.
void forget_rhythm(WritingPiece& piece) {
  for (std::size_t i = 0; i < piece.figures.size(); ++i) {
    const auto group = writing_figures()[i].group;
    if (group == WritingGroup::kRhythm || group == WritingGroup::kMelody) piece.figures[i].reset();
  }
}

void measure(WritingPiece& piece, const OnBeats& music) {
  piece.figures = measure_writing(piece.window, view_of(music.score));
  piece.tracked = music.tracked;
  if (piece.tracked) forget_rhythm(piece);
}

WritingPiece measure_composed(IntendedMusic asked, const WritingEvaluation& options) {
  const OnBeats music = on_beats(asked.file);
  const BarRange range = options.bars.value_or(BarRange{1, options.window_bars});
  WritingPiece piece{.intended = std::move(asked)};
  piece.window = view_of(bars_of(music.score, range.first - 1, range.last - range.first + 1));
  measure(piece, music);
  return piece;
}

// Nothing for a piece that is shorter than the window, or has no notes there.
std::optional<WritingPiece> measure_real(const CorpusFile& file, const WritingEvaluation& options,
                                         std::uint64_t stream) {
  const OnBeats music = on_beats(file.path);
  const int beyond = static_cast<int>(bars(music.score).size()) - options.window_bars;
  if (beyond < 0) return {};
  Random random(options.seed, kPlaceStream + stream);
  const int place = random.between(0, beyond);
  WritingPiece piece{.song = file.song};
  piece.window = view_of(bars_of(music.score, place, options.window_bars));
  if (piece.window.notes.empty()) return {};
  measure(piece, music);
  // Elsewhere: any place that shares no bar.
  const int before = std::max(0, place - options.window_bars + 1);
  const int after = std::max(0, beyond - (place + options.window_bars) + 1);
  if (before + after > 0 && !music.tracked) {
    const int pick = random.between(0, before + after - 1);
    const int other = pick < before ? pick : place + options.window_bars + pick - before;
    piece.other_place = view_of(bars_of(music.score, other, options.window_bars));
  }
  return piece;
}

WritingColumn composed_column(const fs::path& folder, const WritingEvaluation& options) {
  const auto asked = intended_of(folder, options.intended);
  std::vector<WritingPiece> pieces(asked.size());
  over_files("writing", asked.size(), options.many_files, [&](std::size_t i) {
    pieces[i] = naming_file(asked[i].file, [&] { return measure_composed(asked[i], options); });
  });
  return column_of(folder.lexically_normal().string(), pieces);
}

WritingColumn real_column(const fs::path& corpus, const WritingEvaluation& options) {
  const auto files = sample_of(midi_or_score_files(corpus), options.sample, options.seed);
  std::vector<std::optional<WritingPiece>> found(files.size());
  over_files(corpus.filename().string(), files.size(), options.many_files, [&](std::size_t i) {
    found[i] = naming_file(files[i].path, [&] { return measure_real(files[i], options, i); });
  });
  std::vector<WritingPiece> pieces;
  for (auto& piece : found)
    if (piece) pieces.push_back(std::move(*piece));
  const auto tracked = std::ranges::count_if(pieces, &WritingPiece::tracked);
  if (2 * static_cast<std::size_t>(tracked) > pieces.size())
    for (WritingPiece& piece : pieces) forget_rhythm(piece), piece.other_place.reset();
  return column_of(corpus.lexically_normal().string(), pieces);
}

}  // namespace

WritingTable measure_writing(const WritingEvaluation& options) {
  WritingTable table{.window_bars = options.window_bars};
  for (const fs::path& folder : options.folders) table.columns.push_back(composed_column(folder, options));
  for (const fs::path& corpus : options.real) table.columns.push_back(real_column(corpus, options));
  return table;
}

ChordChanges chord_changes_of(const fs::path& corpus, const WritingEvaluation& options) {
  const auto files = sample_of(midi_or_score_files(corpus), options.sample, options.seed);
  ChordChanges counts{};
  std::mutex mutex;
  over_files(corpus.filename().string(), files.size(), options.many_files, [&](std::size_t i) {
    const auto view = naming_file(files[i].path, [&] { return view_of(on_beats(files[i].path).score); });
    const std::lock_guard lock(mutex);
    count_changes(view, counts);
  });
  return counts;
}

}  // namespace s2m
