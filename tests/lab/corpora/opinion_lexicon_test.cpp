#include "lab/corpora/opinion_lexicon.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

// As the publisher lays it out.
std::filesystem::path folder_with(const char* positive, const char* negative) {
  const auto folder = scratch_folder() / "opinions";
  std::filesystem::create_directories(folder);
  write_text(folder / "positive-words.txt", positive);
  write_text(folder / "negative-words.txt", negative);
  return folder;
}

TEST(OpinionLexicon, ReadsBothFilesWithoutTheirComments) {
  const auto lexicon =
      opinion_lexicon(folder_with("; the good\r\n;\r\n\r\nglad\r\nfree\r\n", "; the bad\n\nsad\nfree\n"));
  EXPECT_EQ(lexicon.valence("glad"), 1);
  EXPECT_EQ(lexicon.valence("sad"), -1);
  EXPECT_EQ(lexicon.valence("free"), 1) << "in both";
  EXPECT_FALSE(lexicon.valence("the"));
  EXPECT_EQ(lexicon.lines(), "free\t1\nglad\t1\nsad\t-1\n");
}

TEST(OpinionLexicon, AFileThatIsMissingOrEmptyIsAnError) {
  EXPECT_THROW(opinion_lexicon("/nowhere"), Error);
  EXPECT_THROW(opinion_lexicon(folder_with("; none\n", "sad\n")), Error);
}

}  // namespace
}  // namespace s2m
