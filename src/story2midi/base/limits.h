// The limits of what is read, planned and composed, each stated once.
#pragma once

#include <cstddef>
#include <cstdint>

namespace s2m::limits {

// ---- Plans.
inline constexpr int kMostBars = 4096;  // two hours at 136 quarters a minute
inline constexpr double kShortestSeconds = 1;
inline constexpr double kLongestSeconds = 7200;
inline constexpr double kSlowestBpm = 20;
inline constexpr double kFastestBpm = 300;
inline constexpr double kDensest = 24;  // notes per quarter
inline constexpr double kShortestArticulation = 0.1;

inline constexpr const char* kMetres = "n/2, n/4, n/8 or n/16 of at most eight quarters";
constexpr bool is_metre(int numerator, int denominator) {
  const bool known = denominator == 2 || denominator == 4 || denominator == 8 || denominator == 16;
  return known && numerator >= 1 && 4 * numerator <= 8 * denominator;
}

// ---- Sampling.
inline constexpr double kHighestTemperature = 10;
inline constexpr double kStrongestGuidance = 20;
inline constexpr int kMostDrafts = 64;  // of each phrase

// ---- Music that is read, divided into bars or played. What is measured, drawn and judged takes memory by bars and by
// seconds, and sound by frames of eight bytes: a few bytes must not ask for more of them than this.
inline constexpr int kMostQuarters = 100'000;
inline constexpr int kMostScoreBars = 100'000;
inline constexpr double kMostScoreSeconds = 24 * 3600;
inline constexpr std::int64_t kMostFrames = 360'000'000;  // over two hours at 48,000 a second

// ---- Stories that are read.
inline constexpr std::size_t kMostStoryBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMostBookBytes = std::size_t{256} << 20;  // of an EPUB, with its pictures
inline constexpr std::size_t kMostUnpackedBookBytes = std::size_t{128} << 20;
// Of one document of an EPUB, unpacked.
inline constexpr std::size_t kMostDocumentBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMostDocuments = 10'000;
inline constexpr std::size_t kDeepestHtml = 512;  // elements within each other, as browsers allow

// ---- Files.
inline constexpr int kDeepestJson = 64;  // lists and objects within each other

}  // namespace s2m::limits
