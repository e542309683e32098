#include "story2midi/stories/story.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

TEST(Story, OfPlainTextIsItsPassages) {
  const std::string text = "  The lamp burned. The sea rose.\n";
  const auto story = story_of(text);
  EXPECT_EQ(story.source, text);
  EXPECT_EQ(story.passages, split_passages(text));
  EXPECT_TRUE(story.title.empty() && story.parts.empty() && story.notes.empty());
}

TEST(Story, WithoutTextIsRefused) { EXPECT_THROW(story_of(" \n"), Error); }

}  // namespace
}  // namespace s2m
