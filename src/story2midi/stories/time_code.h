// Times as people write them: a clock's ("1:02:03.5") and those of film ("01:00:02:12", SMPTE ST 12-1).
#pragma once

#include <optional>
#include <string_view>

namespace s2m {

// Frames are counted as whole numbers a second; a rate such as 23.976 runs slower than it counts, by 1000/1001.
struct FrameRate {
  int counted = 25;
  bool is_slowed = false;
  double seconds_per_frame() const { return (is_slowed ? 1.001 : 1.0) / counted; }
  bool operator==(const FrameRate&) const = default;
};

// "24", "25", "29.97", "23.976": 1 to 120 frames a second. Throws Error.
FrameRate parse_frame_rate(std::string_view text);

// Drop-frame code skips the first two numbers of each minute but each tenth one at 30 counted frames, four at 60.
enum class FrameCount { kNonDrop, kDrop };

// Seconds from 00:00:00:00 to a time code; a semicolon or a point before the frames makes it drop-frame. Throws Error for
// what is none: fields out of range, 24 hours or more, a number that drop-frame code skips.
double seconds_of_time_code(std::string_view text, const FrameRate& rate,
                            FrameCount count = FrameCount::kNonDrop);

// "90", "1:30", "1:02:30.5", "00:01:02,500"; nothing for what is none. Minutes and seconds behind a colon are below 60.
std::optional<double> seconds_of_clock(std::string_view text);

}  // namespace s2m
