// Pieces of music as packed events on disk, read in place through a memory mapping.
//
// Layout, little-endian: "S2MEVNT2"; 64-bit numbers: hash of everything after them, bytes of JSON, pieces,
// events; the JSON (padded with spaces to 8 bytes); 48 bytes a piece; 16 bytes per event. The JSON names the
// datasets, the vocabulary sizes, the order of the events and each piece's path.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lab/corpora/labelled_music.h"
#include "story2midi/base/files.h"
#include "story2midi/events/event.h"

namespace s2m {

struct ShardPiece {
  int dataset = 0;  // index into EventShard::datasets()
  Split split = Split::kTrain;
  Key key;
  std::optional<Quadrant> quadrant;
  std::optional<double> valence;  // in [-1, 1]
  std::optional<double> arousal;
  std::uint64_t song = 0;  // equal for clips, scores and performances of one song
  std::uint64_t first_event = 0;
  std::uint64_t event_count = 0;
  bool operator==(const ShardPiece&) const = default;
};

class EventShard {
 public:
  // Maps the file and checks all of it: sizes, hash, and every piece against the grammar. Throws Error when
  // it is none of ours, broken, or of another vocabulary.
  explicit EventShard(const std::filesystem::path& path);

  const std::vector<ShardPiece>& pieces() const { return pieces_; }
  std::span<const Event> events(const ShardPiece& piece) const;  // a bar event first, an end event last
  const std::vector<std::string>& datasets() const { return datasets_; }
  const std::vector<std::string>& paths() const { return paths_; }  // one a piece, below the data folder
  std::uint64_t hash() const { return hash_; }  // changes with any byte of the data; goes into checkpoints

 private:
  MappedFile file_;
  std::vector<ShardPiece> pieces_;
  std::vector<std::string> datasets_;
  std::vector<std::string> paths_;
  std::span<const Event> events_;
  std::uint64_t hash_ = 0;
};

// Of the events within a bar. The decoder writes part by part; the order of time is for an ablation.
enum class EventOrder : std::uint8_t { kParts, kTime };

// The events of a piece by position, then kind; and the other way round.
std::vector<Event> by_time(std::span<const Event> piece);
std::vector<Event> by_parts(std::span<const Event> piece);

// What a shard is written from. `pieces` may leave first_event and event_count open.
struct ShardContents {
  std::vector<std::string> datasets;
  std::vector<ShardPiece> pieces;
  std::vector<std::string> paths;          // one a piece
  std::vector<std::vector<Event>> events;  // one a piece
  EventOrder order = EventOrder::kParts;   // in which they stand
  std::string about_json = "{}";           // what else should stand in the file: the report of the builder
};
void write_event_shard(const std::filesystem::path& path, const ShardContents& contents);

}  // namespace s2m
