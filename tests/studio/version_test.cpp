#include "story2midi/base/version.h"

#include <gmock/gmock.h>

#include <cstdio>
#include <string>

namespace s2m {
namespace {

std::string output_of(const char* command) {
  std::string output(64, '\0');
  FILE* pipe = ::popen(command, "r");
  output.resize(std::fread(output.data(), 1, output.size(), pipe));
  ::pclose(pipe);
  return output;
}

TEST(Version, IsThreeNumbers) {
  EXPECT_THAT(std::string(version()), testing::MatchesRegex("[0-9]+[.][0-9]+[.][0-9]+"));
}

TEST(Version, CommitIsTheCheckoutsOrUnknown) {
  const auto head = output_of("git rev-parse HEAD 2>/dev/null");
  if (head.empty())
    EXPECT_EQ(commit(), "unknown");
  else
    EXPECT_EQ(commit(), head.substr(0, 12));
}

}  // namespace
}  // namespace s2m
