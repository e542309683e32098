// What we write, read by others: python3-mido of the distribution, compared entry by entry.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "story2midi/base/files.h"
#include "story2midi/midi/midi.h"
#include "tests/base/scratch_folder.h"
#include "tests/midi/random_score.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

std::string expected_lines(const Score& score) {
  std::vector<std::string> lines;
  for (const Tempo& tempo : score.tempos)
    lines.push_back(fmt::format("tempo {} {}", tempo.start_ticks, tempo.microseconds_per_quarter));
  for (const auto& [start, metre] : score.time_signatures)
    lines.push_back(fmt::format("metre {} {} {}", start, metre.numerator, metre.denominator));
  for (const KeySignature& key : score.key_signatures)
    lines.push_back(fmt::format("key {} {} {}", key.start_ticks, key.key.tonic,
                                key.key.mode == Mode::kMinor ? "minor" : "major"));
  for (const Marker& marker : score.markers)
    lines.push_back(fmt::format("marker {} {}", marker.start_ticks, marker.text));
  for (std::size_t i = 0; i < score.tracks.size(); ++i) {
    const Track& track = score.tracks[i];
    lines.push_back(fmt::format("track {} name {}", i, track.name));
    lines.push_back(
        fmt::format("track {} program {} {}", i, track.program, track.is_drums ? "drums" : "melodic"));
    for (const Note& note : track.notes)
      lines.push_back(fmt::format("track {} note {} {} {} {}", i, note.start_ticks, note.length_ticks,
                                  note.pitch, note.velocity));
    for (const PedalSpan& span : track.pedal)
      lines.push_back(fmt::format("track {} pedal {} {}", i, span.start_ticks, span.end_ticks));
  }
  std::ranges::sort(lines);
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

bool succeeds(const std::string& command) { return std::system(command.c_str()) == 0; }

TEST(Mido, ReadsWhatWeWrite) {
  const std::string python = "/usr/bin/python3";
  if (!succeeds(python + " -c 'import mido' 2>/dev/null")) GTEST_SKIP() << "python3-mido is not installed";
  const fs::path folder = scratch_folder() / "mido_test";
  fs::create_directories(folder);
  const fs::path script = fs::path(S2M_SOURCE_DIR) / "tests/midi/notes_by_mido.py";
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const Score score = random_score(seed);
    save_midi(score, folder / "score.mid");
    const std::string command = fmt::format("{} '{}' '{}' > '{}'", python, script.string(),
                                            (folder / "score.mid").string(), (folder / "lines.txt").string());
    ASSERT_TRUE(succeeds(command)) << "seed " << seed;
    ASSERT_EQ(read_text(folder / "lines.txt"), expected_lines(score)) << "seed " << seed;
    EXPECT_EQ(load_midi(folder / "score.mid"), score);
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace s2m
