#include "lab/datasets/music_shard.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "lab/corpora/corpus_table.h"
#include "lab/datasets/encode_music.h"
#include "lab/datasets/music_datasets.h"
#include "lab/datasets/same_playing.h"
#include "lab/datasets/stretches.h"
#include "lab/judge/judge.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/parallel.h"
#include "story2midi/base/random.h"
#include "story2midi/stories/tables.h"

namespace s2m {
namespace {

// One piece of the shard, and its emotion.
struct EncodedPiece {
  EventPiece piece;
  std::optional<double> valence, arousal;
};

// What became of one file.
struct Outcome {
  std::vector<EncodedPiece> pieces;
  EncodeReport report;
  std::vector<PlayedWindow> windows;
  double timing_error = 0;  // sum over notes, quarters
  std::string failure;
};

struct Work {
  const MusicDataset* dataset;
  int number;  // of the dataset in the shard; kApart where its music only has to be known
  MusicFile file;
};
constexpr int kApart = -1;

std::uint64_t hash_of_text(std::string_view text) {
  std::uint64_t hash = mix_bits(text.size());
  for (const char c : text) hash = mix_bits(hash ^ static_cast<unsigned char>(c));
  return hash;
}

std::uint64_t hash_of_pieces(std::span<const EncodedPiece> pieces) {
  std::uint64_t hash = 0;
  for (const auto& [piece, valence, arousal] : pieces)
    hash = mix_bits(hash ^ hash_of_text({reinterpret_cast<const char*>(piece.events.data()),
                                         std::span(piece.events).size_bytes()}));
  return hash;
}

// The files that a list takes and, where it says so, their split.
std::map<std::string, std::optional<Split>> read_list(const std::filesystem::path& list) {
  std::map<std::string, std::optional<Split>> files;
  for (const TableRow& row : read_table(list, "path")) {
    const std::string* path = row.find("path");
    const std::string* split = row.find("split");
    if (path) files[*path] = split ? std::optional(split_of_name(*split, row.where)) : std::nullopt;
  }
  return files;
}

// Music that the shard shall not hold comes first, so that what is the same is found to be the double.
std::vector<Work> work_list(const MusicDatasetOptions& options) {
  std::vector<Work> work;
  for (const std::string& name : options.apart_from) {
    const MusicDataset& dataset = music_dataset(name);
    for (MusicFile& file : dataset.list(options.data, dataset.folder))
      work.push_back({&dataset, kApart, std::move(file)});
  }
  std::map<std::string, std::optional<Split>> listed;
  if (!options.list.empty()) listed = read_list(options.list);
  for (std::size_t i = 0; i < options.datasets.size(); ++i) {
    const MusicDataset& dataset = music_dataset(options.datasets[i]);
    for (MusicFile& file : dataset.list(options.data, dataset.folder)) {
      const auto found = listed.find(file.path.generic_string());
      if (!options.list.empty() && found == listed.end()) continue;
      if (found != listed.end() && found->second) file.split = found->second;
      work.push_back({&dataset, static_cast<int>(i), std::move(file)});
    }
  }
  return work;
}

double timing_error(const Score& score) {
  double sum = 0;
  for (const Track& track : score.tracks)
    for (const Note& note : track.notes) {
      const double position =
          static_cast<double>(note.start_ticks) * kGridPerQuarter / score.ticks_per_quarter;
      sum += std::abs(position - std::round(position)) / kGridPerQuarter;
    }
  return sum;
}

// What all files share.
struct Encoding {
  const MusicDatasetOptions& options;
  std::optional<Judge> judge;
};

EncodedPiece encode_piece(const Work& work, const Score& score, const Encoding& encoding,
                          EncodeReport& report) {
  EncodeOptions labels{
      .valence = work.file.valence, .arousal = work.file.arousal, .style = work.dataset->style};
  if (encoding.judge) {
    const Judgement judged = encoding.judge->judge(score);
    labels.valence = judged.valence;
    labels.arousal = judged.arousal;
  }
  std::int64_t notes = 0;
  PartScore piece = parts_with_keys(score, &notes);
  if (encoding.options.absolute_pitch) piece.key.tonic = 0;
  EncodeReport encoded;
  EventPiece written = encode(piece, labels, &encoded);
  if (encoding.options.without_chords) std::erase_if(written.events, &Event::is_chord);
  if (encoding.options.order == EventOrder::kTime) written.events = by_time(written.events);
  report.notes += notes;
  report.notes_kept += encoded.notes_kept;
  return {std::move(written), labels.valence, labels.arousal};
}

Outcome encode_file(const Work& work, const Encoding& encoding) {
  Outcome outcome;
  try {
    const Score score = work.dataset->load(encoding.options.data / work.file.path);
    for (const Score& stretch : stretches_of(score, encoding.options.stretch_bars))
      outcome.pieces.push_back(encode_piece(work, stretch, encoding, outcome.report));
    outcome.timing_error = timing_error(score);
    outcome.windows = played_windows(score);
  } catch (const std::bad_alloc&) {
    outcome.failure = work.file.path.string() + ": needs more memory than there is";
  } catch (const std::runtime_error& error) {  // an Error, or one of the file system
    outcome.failure = work.file.path.string() + ": " + error.what();
  }
  return outcome;
}

// Outcomes in the order of `work`.
std::vector<Outcome> encode_all(const std::vector<Work>& work, const MusicDatasetOptions& options,
                                const Progress& progress) {
  Encoding encoding{options, {}};
  if (!options.judge.empty()) encoding.judge = load_judge(options.judge);
  std::vector<Outcome> outcomes(work.size());
  in_parallel(work.size(), {std::max(1, options.threads), progress},
              [&](std::size_t i, auto) { outcomes[i] = encode_file(work[i], encoding); });
  return outcomes;
}

Split split_of(const MusicFile& file, std::uint64_t song, double validation_share) {
  if (file.split) return *file.split;
  constexpr std::uint64_t kStream = 0x73706c6974;  // "split"
  return random_uniform(0, kStream, song) < validation_share ? Split::kValidation : Split::kTrain;
}

nlohmann::json about(const ShardReport& report) {
  nlohmann::json rows = nlohmann::json::array();
  for (const DatasetReport& row : report.datasets) {
    const MusicDataset& dataset = music_dataset(row.name);
    rows.push_back({{"name", row.name},
                    {"licence", corpus(dataset.folder).licence},
                    {"beats", dataset.beats},
                    {"files", row.files},
                    {"failed", row.failed},
                    {"doubles", row.doubles},
                    {"pieces", row.pieces},
                    {"validation_pieces", row.validation_pieces},
                    {"bars", row.bars},
                    {"notes", row.notes},
                    {"notes_kept", row.notes_kept},
                    {"timing_error_quarters", row.timing_error_quarters}});
  }
  return rows;
}

// Gathers outcomes into a shard and counts them.
class Gatherer {
 public:
  explicit Gatherer(const MusicDatasetOptions& options) : options_(options) {
    contents.datasets = options.datasets;
    contents.order = options.order;
    for (const std::string& name : options.datasets) report.datasets.push_back({.name = name});
  }

  void add(const Work& work, Outcome outcome) {
    const std::string earlier = double_of(work, outcome);
    if (work.number == kApart) return;
    DatasetReport& row = report.datasets[static_cast<std::size_t>(work.number)];
    ++row.files;
    if (!outcome.failure.empty()) {
      ++row.failed;
      report.failures.push_back(std::move(outcome.failure));
    } else if (!earlier.empty()) {
      ++row.doubles;
      report.doubles.push_back(work.file.path.generic_string() + " is " + earlier);
    } else {
      count(row, outcome);
      for (EncodedPiece& piece : outcome.pieces) add_piece(work, std::move(piece), row);
    }
  }

  void finish() {
    for (DatasetReport& row : report.datasets)
      if (row.notes) row.timing_error_quarters /= static_cast<double>(row.notes);
    contents.about_json = about(report).dump();
  }

  ShardContents contents;
  ShardReport report;

 private:
  // The earlier file whose music this one holds again; empty for what is new, and for what failed.
  std::string double_of(const Work& work, const Outcome& outcome) {
    if (!outcome.failure.empty()) return {};
    const auto path = work.file.path.generic_string();
    const auto same_playing = playings_.add(outcome.windows);
    const auto [same_events, is_new] = seen_.emplace(hash_of_pieces(outcome.pieces), path);
    played_.push_back(path);
    if (same_playing) return played_[*same_playing];
    return is_new ? std::string() : same_events->second;
  }

  static void count(DatasetReport& row, const Outcome& outcome) {
    row.pieces += static_cast<std::int64_t>(outcome.pieces.size());
    for (const EncodedPiece& one : outcome.pieces)
      row.bars += std::ranges::count_if(one.piece.events, [](const Event& event) { return event.is_bar(); });
    row.notes += outcome.report.notes;
    row.notes_kept += outcome.report.notes_kept;
    row.timing_error_quarters += outcome.timing_error;
  }

  void add_piece(const Work& work, EncodedPiece encoded, DatasetReport& row) {
    const std::uint64_t song = hash_of_text(std::string(work.dataset->folder) + "/" + work.file.song);
    const Split split = split_of(work.file, song, options_.validation_share);
    row.validation_pieces += split == Split::kValidation;
    contents.pieces.push_back({.dataset = work.number,
                               .split = split,
                               .key = encoded.piece.key,
                               .quadrant = options_.judge.empty() ? work.file.quadrant : std::nullopt,
                               .valence = encoded.valence,
                               .arousal = encoded.arousal,
                               .song = song});
    contents.paths.push_back(work.file.path.generic_string());
    contents.events.push_back(std::move(encoded.piece.events));
  }

  const MusicDatasetOptions& options_;
  std::map<std::uint64_t, std::string> seen_;  // files by their events
  SamePlaying playings_;
  std::vector<std::string> played_;  // files, as numbered by `playings_`
};

}  // namespace

ShardReport build_event_shard(const MusicDatasetOptions& options, const Progress& progress) {
  const std::vector<Work> work = work_list(options);
  std::vector<Outcome> outcomes = encode_all(work, options, progress);
  Gatherer gatherer(options);
  for (std::size_t i = 0; i < work.size(); ++i) gatherer.add(work[i], std::move(outcomes[i]));
  gatherer.finish();
  write_event_shard(options.shard, gatherer.contents);
  return std::move(gatherer.report);
}

}  // namespace s2m
