// compose --lines: a piece a line, resumed where a run of the same job was broken off.
#include <fmt/format.h>

#include <filesystem>
#include <span>

#include "apps/cli/asked_pieces.h"
#include "apps/cli/compose_jobs.h"
#include "apps/cli/compose_outputs.h"
#include "apps/cli/lines_table.h"
#include "apps/cli/piece_labels.h"
#include "lab/corpora/intended_music.h"
#include "story2midi/base/checksum.h"
#include "story2midi/base/version.h"
#include "story2midi/midi/midi.h"

namespace s2m::apps {
namespace {

// Of all that decides the bytes of a job's pieces.
std::uint64_t job_of(const ComposeFlags& options, const std::vector<AskedPiece>& lines) {
  const auto& compose = options.compose;
  std::string all =
      fmt::format("{} {} {} {} {} {} {} {}", version(), options.models.path().string(), options.text_only,
                  compose.temperature, compose.top_p, compose.guidance, compose.drafts, compose.humanise);
  if (const auto& style = options.models.style; !style.file.empty())
    all += fmt::format(" style {} {} {}", load_style(style.file).fingerprint, style.options.strength,
                       style.options.allows_copies);
  const auto add = [&](const auto& value) { all += value ? fmt::format(" {}", *value) : " -"; };
  for (const auto& line : lines) {
    const auto& asked = line.asked;
    all += fmt::format("\n{} {} {}", line.seed, line.text.size(), line.text);
    add(asked.bars), add(asked.duration_seconds), add(asked.words_per_minute), add(asked.tempo_bpm),
        add(asked.valence), add(asked.arousal);
    all += asked.key ? " " + name_of(*asked.key) : " -";
    all += asked.metre ? " " + name_of(*asked.metre) : " -";
    all += asked.palette.empty() ? "" : " " + asked.palette;
    if (asked.themes) all += " themes " + options.flags.themes;
    all += line.quadrant ? " " + name_of(*line.quadrant) : " -";
  }
  return checksum_of(all);
}

// Makes the folder and refuses what would be overwritten.
void check_folder(const ComposeFlags& options, std::size_t count) {
  const std::filesystem::path folder = options.outputs.front();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::vector<NamedFile> outputs{{"-o", folder / "intended.jsonl"}};
  for (std::size_t i = 0; i < count; ++i) outputs.push_back({"-o", folder / fmt::format("{:04}.mid", i + 1)});
  for (const auto& file : outputs) check_files({{"--lines", options.lines}}, {file});
}

// Where the pieces of a job go.
struct PieceFiles {
  const ComposeFlags& options;
  std::span<const AskedPiece> lines;
  LinesTable& table;
  std::vector<std::string>& summaries;
};

// Writes a MIDI file for each piece, what was asked of it, and its summary.
void save_pieces(std::span<const ComposedPiece> pieces, std::size_t first, const PieceFiles& to) {
  const auto& [options, lines, table, summaries] = to;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    ComposedPiece piece = pieces[i];
    sign(options.models, "", piece);
    const auto& line = lines[first + i];
    const auto file = table.piece(first + i);
    save_midi(piece.score, file);
    auto summary = summary_of(piece.score, piece.emotion, piece.seed);
    summary.files.emplace_back("midi", file.string());
    summaries[first + i] = to_json(summary) + "\n";
    auto row = intended_by(line, piece);
    if (line.quadrant) row.quadrant = line.quadrant;
    row.file = file.filename();
    table.add(first + i, to_jsonl(row));
  }
}

void compose_rest(const ComposeFlags& options, std::span<const AskedPiece> lines, LinesTable& table,
                  std::vector<std::string>& summaries) {
  const auto studio = options.models.open();
  const std::size_t begin = table.done();
  const auto rest = lines.subspan(begin);
  const std::vector<PieceRequest> requests(rest.begin(), rest.end());
  BatchOptions batch{.planning = options.text_only ? Planning::kTextOnly : Planning::kPlanned,
                     .compose = with(options.compose, [](auto, auto) { return !interrupted(); }),
                     .threads = options.models.threads};
  batch.progress = [&, show = show_progress("composing")](std::uint64_t done, std::uint64_t) {
    return show(begin + done, lines.size());
  };
  compose_batch(studio, requests, batch, [&](std::size_t first, std::span<const ComposedPiece> pieces) {
    save_pieces(pieces, begin + first, {options, lines, table, summaries});
  });
}

}  // namespace

void compose_lines(const ComposeFlags& options) {
  if (options.outputs.size() != 1) throw UsageError("--lines needs one folder: -o DIR");
  const auto lines = read_asked_pieces(options.lines, options.flags.read(), options.compose.seed);
  std::string texts;
  for (const auto& line : lines) texts += line.text + "\n";
  options.story.warn_of_language(texts);
  check_folder(options, lines.size());
  LinesTable table(options.outputs.front(), job_of(options, lines));
  if (table.done() > 0 && verbosity() != Verbosity::kQuiet)
    fmt::print(stderr, "{} pieces are there already; the rest follows\n", table.done());
  std::vector<std::string> summaries(lines.size());
  if (table.done() < lines.size()) compose_rest(options, lines, table, summaries);
  table.finish();
  if (options.json)
    fmt::print("{}", fmt::join(summaries, ""));
  else if (verbosity() != Verbosity::kQuiet)
    fmt::print("{} pieces in {}\n", lines.size(), options.outputs.front());
}

}  // namespace s2m::apps
