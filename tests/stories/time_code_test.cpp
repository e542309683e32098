// Times of films and clocks.
#include "story2midi/stories/time_code.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr FrameRate k2997{30, true}, k23976{24, true};

TEST(TimeCode, CountsFrames) {
  EXPECT_DOUBLE_EQ(seconds_of_time_code("01:00:02:12", {25, false}), 3602.48);
  EXPECT_DOUBLE_EQ(seconds_of_time_code("00:00:00:00", {24, false}), 0);
}

TEST(TimeCode, DropFrameSkipsNumbers) {
  const double minute = seconds_of_time_code("00:00:59;29", k2997);
  EXPECT_NEAR(seconds_of_time_code("00:01:00;02", k2997) - minute, k2997.seconds_per_frame(), 1e-9);
  EXPECT_NEAR(seconds_of_time_code("00:10:00;00", k2997) - seconds_of_time_code("00:09:59;29", k2997),
              k2997.seconds_per_frame(), 1e-9);
  EXPECT_NEAR(seconds_of_time_code("01:00:00;00", k2997), 3600, 0.004) << "drop-frame code follows the clock";
  EXPECT_THROW(seconds_of_time_code("00:01:00;01", k2997), Error);
  EXPECT_THROW(seconds_of_time_code("00:01:00;02", {25, false}), Error);
}

TEST(TimeCode, NonDropCodeRunsSlowerThanItCounts) {
  EXPECT_NEAR(seconds_of_time_code("00:01:00:00", k23976), 1440 * 1001 / 24000.0, 1e-9);
}

TEST(TimeCode, HostileTextIsRefused) {
  for (const char* text :
       {"", "00:00:00", "25:00:00:00", "00:60:00:00", "00:00:60:00", "00:00:00:25", "-1:00:00:00",
        "00:00:00:00:00", "aa:00:00:00", "00:00:00:99999999999999999999", "00;00;00;00"})
    EXPECT_THROW(seconds_of_time_code(text, {25, false}), Error) << text;
}

TEST(FrameRate, IsKeptExactly) {
  EXPECT_EQ(parse_frame_rate("25"), (FrameRate{25, false}));
  EXPECT_EQ(parse_frame_rate("23.976"), k23976);
  EXPECT_EQ(parse_frame_rate("29.97"), k2997);
  EXPECT_EQ(parse_frame_rate("59.94"), (FrameRate{60, true}));
  for (const char* text : {"", "0", "-25", "25fps", "12.5", "1e9", "nan"})
    EXPECT_THROW(parse_frame_rate(text), Error) << text;
}

TEST(Clock, AsPeopleWriteIt) {
  EXPECT_EQ(seconds_of_clock("90"), 90);
  EXPECT_EQ(seconds_of_clock("1:30"), 90);
  EXPECT_EQ(seconds_of_clock("00:01:02,500"), 62.5);
  EXPECT_EQ(seconds_of_clock("1:02:03.25"), 3723.25);
  for (const char* text : {"", ":", "1:", "1:60", "1:2:3:4", "1.", "-1", "1e3", "1:2x", "99999999999"})
    EXPECT_FALSE(seconds_of_clock(text)) << text;
}

}  // namespace
}  // namespace s2m
