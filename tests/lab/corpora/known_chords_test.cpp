#include "lab/corpora/known_chords.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

TEST(KnownChords, LabelsOfPop909AreRead) {
  EXPECT_EQ(pop909_chord("B:maj"), (Chord{0, 11, ChordQuality::kMajor, 11}));
  EXPECT_EQ(pop909_chord("F#:maj7/5"), (Chord{0, 6, ChordQuality::kMajor7, 1}));
  EXPECT_EQ(pop909_chord("A:min7/b7"), (Chord{0, 9, ChordQuality::kMinor7, 7}));
  EXPECT_EQ(pop909_chord("E:sus4(b7)"), (Chord{0, 4, ChordQuality::kSuspended4, 4}));
  EXPECT_EQ(pop909_chord("N"), std::nullopt);
  for (const char* bad : {"", "C", "C:major", "C:maj/8", "H:maj", "C:maj/"})
    EXPECT_THROW(pop909_chord(bad), Error) << bad;
}

TEST(KnownChords, ChordsBesideAFileAreMarkedAtTheirSeconds) {
  const fs::path folder = fs::temp_directory_path() / "s2m_known_chords";
  fs::create_directories(folder);
  write_text(folder / "chord_midi.txt", "0.0 1.0 N\n1.0 3.0 C:maj\n3.0 4.0 D:min/b3\n");
  Score score;  // 120 quarters per minute
  ASSERT_TRUE(mark_known_chords(folder / "001.mid", score));
  const auto chords = marked_chords(score);
  ASSERT_EQ(chords.size(), 3u);
  EXPECT_FALSE(chords[0].chord);
  EXPECT_EQ(chords[1].chord, (Chord{24, 0, ChordQuality::kMajor, 0}));
  EXPECT_EQ(chords[2].chord, (Chord{72, 2, ChordQuality::kMinor, 5}));
  fs::remove_all(folder);
  EXPECT_FALSE(mark_known_chords(folder / "001.mid", score));
}

}  // namespace
}  // namespace s2m
