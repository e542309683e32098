// Broken files end in an Error or in a score that can be written, never in a crash; run it under ASan and
// UBSan.
#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "story2midi/midi/midi.h"
#include "tests/midi/random_score.h"

namespace s2m {
namespace {

// True when the bytes could be read; what was read must then survive a round trip.
bool survives(const std::vector<std::uint8_t>& bytes) {
  Score score;
  try {
    score = read_midi(bytes);
  } catch (const Error&) {
    return false;
  }
  for (const Track& track : score.tracks) {
    EXPECT_FALSE(track.notes.empty());
    EXPECT_TRUE(std::ranges::is_sorted(track.notes));
    for (const Note& note : track.notes) EXPECT_GE(note.length_ticks, 1);
  }
  try {
    const Score once = read_midi(write_midi(score));
    EXPECT_EQ(read_midi(write_midi(once)), once);
  } catch (const Error&) {  // too many programs or too long a time for one file
  }
  return true;
}

std::vector<std::uint8_t> mutated(std::vector<std::uint8_t> bytes, Random& random) {
  for (int i = random.between(1, 8); i > 0; --i) {
    const std::size_t at = random.below(bytes.size());
    switch (random.below(4)) {
      case 0:
        bytes[at] = static_cast<std::uint8_t>(random());
        break;
      case 1:
        bytes[at] ^= static_cast<std::uint8_t>(1 << random.below(8));
        break;
      case 2:
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      default:
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), 0xFF);
        break;
    }
  }
  return bytes;
}

TEST(HostileMidi, SurvivesMutations) {
  int read = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Random random(seed, 1);
    const std::vector<std::uint8_t> file = write_midi(random_score(seed));
    for (int i = 0; i < 25; ++i) read += survives(mutated(file, random));
  }
  EXPECT_GT(read, 50) << "mutations should leave some files readable";
}

TEST(HostileMidi, SurvivesEveryCut) {
  const std::vector<std::uint8_t> file = write_midi(random_score(3));
  for (std::size_t size = 0; size < std::min<std::size_t>(file.size(), 3000); ++size)
    survives({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)});
}

TEST(HostileMidi, SurvivesNoise) {
  Random random(7);
  for (int i = 0; i < 300; ++i) {
    std::vector<std::uint8_t> bytes = {'M', 'T', 'h', 'd', 0,   0,   0,   6, 0, 1, 0,
                                       1,   0,   96,  'M', 'T', 'r', 'k', 0, 0, 9, 9};
    for (int j = 0; j < 2000; ++j) bytes.push_back(static_cast<std::uint8_t>(random() & random()));
    survives(bytes);
  }
}

}  // namespace
}  // namespace s2m
