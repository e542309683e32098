#include "apps/cli/asked_pieces.h"

#include "apps/cli/command_line.h"
#include "lab/corpora/intended_music.h"
#include "story2midi/base/error.h"

namespace s2m::apps {
namespace {

bool is_table(const std::filesystem::path& file) {
  const auto extension = file.extension();
  return extension == ".tsv" || extension == ".csv" || extension == ".jsonl";
}

template <class Value>
void replace(std::optional<Value>& usual, const std::optional<Value>& row) {
  if (row) usual = row;
}

PlanOptions asked_by(const IntendedMusic& row, PlanOptions usual) {
  replace(usual.valence, row.valence);
  replace(usual.arousal, row.arousal);
  replace(usual.key, row.key);
  replace(usual.tempo_bpm, row.tempo_bpm);
  replace(usual.metre, row.metre);
  replace(usual.bars, row.bars);
  replace(usual.duration_seconds, row.seconds);
  return usual;
}

// Empty texts are music without a story, of which the emotion must be stated.
void check_text(const AskedPiece& piece, const std::string& where) {
  if (!piece.text.empty()) return check_story(piece.text, where);
  if (!piece.asked.valence || !piece.asked.arousal)
    throw Error(where, "says neither a story nor an emotion", "a text, or valence and arousal", "none");
}

}  // namespace

std::vector<AskedPiece> read_asked_pieces(const std::filesystem::path& file, const PlanOptions& usual,
                                          std::uint64_t first_seed) {
  std::vector<AskedPiece> pieces;
  if (!is_table(file))
    for (auto& line : read_lines(file))
      pieces.push_back({{std::move(line), usual, first_seed + pieces.size()}, {}});
  else
    for (auto& row : read_wanted(file)) {
      const auto number = pieces.size() + 1;
      const auto where = file.string() + ": piece " + std::to_string(number);
      pieces.push_back(
          {{row.text, asked_by(row, usual), row.seed.value_or(first_seed + number - 1)}, row.quadrant});
      check_text(pieces.back(), where);
      naming(where, [&] { check(pieces.back().asked); });
    }
  return pieces;
}

}  // namespace s2m::apps
