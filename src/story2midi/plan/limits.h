// What a plan may hold, whether it was made or read.
#pragma once

namespace s2m::limits {

inline constexpr int kMostBars = 1024;
inline constexpr double kSlowestBpm = 20;
inline constexpr double kFastestBpm = 300;
inline constexpr double kDensest = 24;  // notes a quarter
inline constexpr double kShortestArticulation = 0.1;

inline constexpr const char* kMetres = "n/2, n/4, n/8 or n/16 of at most eight quarters";

constexpr bool is_metre(int numerator, int denominator) {
  const bool known = denominator == 2 || denominator == 4 || denominator == 8 || denominator == 16;
  return known && numerator >= 1 && 4 * numerator <= 8 * denominator;
}

}  // namespace s2m::limits
