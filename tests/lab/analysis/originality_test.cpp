#include "lab/analysis/originality.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/lab/analysis/made_music.h"
#include "tests/music/build_scores.h"

namespace s2m {
namespace {

using Steps = std::vector<std::uint32_t>;

int longest_common_run(const Steps& a, const Steps& b) {
  std::size_t longest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j) {
      std::size_t run = 0;
      while (i + run < a.size() && j + run < b.size() && a[i + run] == b[j + run]) ++run;
      longest = std::max(longest, run);
    }
  return longest > 0 ? static_cast<int>(longest) + 1 : 0;
}

Steps random_steps(std::uint64_t seed, int count) {
  Random random(seed);
  Steps steps;
  for (int i = 0; i < count; ++i) steps.push_back(static_cast<std::uint32_t>(random.between(1, 3)));
  return steps;
}

TEST(LongestRuns, AreThoseOfComparingEveryPlace) {
  std::vector<LongestRuns::Piece> pieces;
  for (std::uint64_t seed = 0; seed < 12; ++seed)
    pieces.push_back({random_steps(seed, 10 + static_cast<int>(seed) * 3), {}});
  LongestRuns runs(pieces);
  std::vector<int> expected(pieces.size());
  for (std::uint64_t seed = 100; seed < 115; ++seed) {
    const auto known = random_steps(seed, 60);
    runs.show(known, "");
    for (std::size_t i = 0; i < pieces.size(); ++i)
      expected[i] = std::max(expected[i], longest_common_run(pieces[i].steps, known));
    EXPECT_EQ(runs.longest_notes(), expected) << seed;
  }
}

TEST(LongestRuns, APieceIsNotHeldAgainstItsOwnSong) {
  const auto steps = random_steps(1, 40), other = random_steps(2, 40);
  LongestRuns runs({{steps, "song"}, {steps, "another"}});
  runs.show(steps, "song");
  runs.show(other, "third");
  const int chance = longest_common_run(steps, other);
  EXPECT_EQ(runs.longest_notes(), (std::vector<int>{chance, 41}));
}

TEST(LongestRuns, NothingShownNothingShared) {
  EXPECT_EQ(LongestRuns({{random_steps(1, 9), ""}, {{}, ""}}).longest_notes(), (std::vector<int>{0, 0}));
}

TEST(NoteSteps, ATransposedFasterCopyIsFound) {
  const auto known = testing::random_bars(16, 1);
  Score copy = testing::transposed(known, -3);
  copy.tempos = {Tempo::from_bpm(0, 180)};
  EXPECT_EQ(note_steps(copy), note_steps(known));
  LongestRuns runs({{note_steps(copy), ""}, {note_steps(testing::random_bars(16, 2)), ""}});
  runs.show(note_steps(known), "");
  const auto longest = runs.longest_notes();
  EXPECT_EQ(longest[0], static_cast<int>(note_steps(known).size()) + 1);
  EXPECT_LT(longest[1], 6);
}

}  // namespace
}  // namespace s2m
