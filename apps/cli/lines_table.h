// The table of `compose --lines`, written as the pieces are made, so that a run that was broken off goes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

namespace s2m::apps {

// DIR/intended.jsonl grows row by row, in the order of the pieces; beside it DIR/.unfinished names the job until it is
// done. After a break the table holds the first pieces of the job, and no half of a row counts.
class LinesTable {
 public:
  // Goes on with the folder's unfinished run of the same `job` (a checksum of all that decides the bytes), else begins
  // anew. Throws Error where the folder cannot be written.
  LinesTable(std::filesystem::path folder, std::uint64_t job);

  // Pieces that are there already: rows whose MIDI files exist, from the first on.
  std::size_t done() const { return done_; }
  std::filesystem::path piece(std::size_t index) const;  // DIR/0001.mid is of index 0

  // The row of a piece whose file is written. From any thread, in any order.
  void add(std::size_t index, std::string row);
  void finish();

 private:
  void keep_whole_rows();
  void append(const std::string& rows);

  std::filesystem::path folder_;
  std::size_t done_ = 0;  // rows in the file
  std::mutex mutex_;
  std::map<std::size_t, std::string> waiting_;  // rows whose predecessors are not made yet
};

}  // namespace s2m::apps
