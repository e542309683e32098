// Reads every MIDI file below the folder S2M_DATA, if it is set, and prints how many, how fast, and what
// failed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/midi/midi.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

struct Tally {
  std::size_t files = 0;
  std::size_t notes = 0;
  std::size_t bytes = 0;
  double seconds = 0;
  std::vector<std::string> faults;
};

void read_one(const fs::path& path, Tally& tally) {
  const std::vector<std::uint8_t> bytes = read_bytes(path);
  const auto start = std::chrono::steady_clock::now();
  ++tally.files;
  tally.bytes += bytes.size();
  try {
    const Score score = read_midi(bytes, path.string());
    tally.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    for (const Track& track : score.tracks) tally.notes += track.notes.size();
    const Score once = read_midi(write_midi(score));
    EXPECT_EQ(read_midi(write_midi(once)), once) << path;
  } catch (const Error& error) {
    tally.faults.push_back(error.what());
  }
}

TEST(MidiCorpus, IsReadAndWritten) {
  const char* folder = std::getenv("S2M_DATA");
  if (folder == nullptr) GTEST_SKIP() << "set S2M_DATA to a folder of MIDI files";
  Tally tally;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string ending = entry.path().extension().string();
    if (ending == ".mid" || ending == ".midi") read_one(entry.path(), tally);
  }
  for (const std::string& fault : tally.faults) fmt::print("{}\n", fault);
  const double megabytes = static_cast<double>(tally.bytes) / 1e6;
  fmt::print("{} files, {} notes, {:.1f} MB at {:.0f} MB/s, {} not read\n", tally.files, tally.notes,
             megabytes, megabytes / tally.seconds, tally.faults.size());
  EXPECT_TRUE(tally.faults.empty());
}

}  // namespace
}  // namespace s2m
