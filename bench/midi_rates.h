// How fast MIDI files are read to notes and written, here and by python3-mido.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace s2m::bench {

struct MidiFiles {
  std::vector<std::filesystem::path> paths;
  double megabytes = 0;  // 10^6 bytes, as in all rates here
};

// Those of a folder and all below it, in order of their paths. Throws Error when there are none.
MidiFiles midi_files(const std::filesystem::path& folder);

// Every n-th file, with the smallest n by which they have `megabytes` or less (at least one file).
MidiFiles some_of(const MidiFiles& files, double megabytes);

// Megabytes a second of one thread's processor time, medians of rounds().
struct MidiRates {
  double read = 0;   // from path to notes, the files in the page cache
  double write = 0;  // from notes to bytes in memory, counted in the bytes written
  double save = 0;   // from notes to a file; 0 where it is not measured
};
// Saves into `scratch`, one file over and over.
MidiRates our_rates(const MidiFiles& files, const std::filesystem::path& scratch);
// The same by mido, and with its own pairing of strikes and releases; nothing where it is not installed.
std::optional<MidiRates> mido_rates(const MidiFiles& files);

}  // namespace s2m::bench
