// Encodes corpora of music, in their publishers' layout, into one event shard.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lab/datasets/event_shard.h"
#include "story2midi/base/progress.h"

namespace s2m {

struct MusicDatasetOptions {
  std::filesystem::path data;         // holds one folder a dataset
  std::vector<std::string> datasets;  // names from music_datasets()
  // Corpora whose pieces must not be in the shard, under whatever name they are published again.
  std::vector<std::string> apart_from;
  // Table (tables.h) with a "path" column: take only these files; a "split" column rules. Empty: all.
  std::filesystem::path list;
  std::filesystem::path shard;     // the file to write
  double validation_share = 0.03;  // of the songs whose dataset states no split
  int threads = 2;
  // Cuts pieces into stretches of so many bars; 0: whole. A song's stretches stay on one side of the split.
  int stretch_bars = 0;
  // Labels each piece or stretch with the valence and arousal that this judge (lab/judge/judge.h) finds in it,
  // instead of the publisher's labels; empty: does not.
  std::filesystem::path judge;
  // Ablations: pitches as they are, not relative to the key; bars without chords; events in another order.
  bool absolute_pitch = false;
  bool without_chords = false;
  EventOrder order = EventOrder::kParts;
};

struct DatasetReport {
  std::string name;
  std::int64_t files = 0, failed = 0, doubles = 0;  // doubles: see ShardReport
  std::int64_t pieces = 0, validation_pieces = 0, bars = 0;
  std::int64_t notes = 0, notes_kept = 0;  // kept: not lost as doubles on one position
  double timing_error_quarters = 0;        // mean distance of an onset from its grid position
};

struct ShardReport {
  std::vector<DatasetReport> datasets;
  std::vector<std::string> failures;  // one message a file
  // One line a file that was left out because an earlier one holds the same playing (same_playing.h) or, on
  // the grid, the same events.
  std::vector<std::string> doubles;
};

// Progress counts files. A file that cannot be read is reported and left out; throws Error where the options
// are wrong or the shard cannot be written. Nothing is written when the progress cancels.
ShardReport build_event_shard(const MusicDatasetOptions& options, const Progress& progress = {});

}  // namespace s2m
