// What writes and reads pieces as JSON agree on.
#pragma once

#include <array>
#include <utility>

#include "story2midi/music/parts.h"

namespace s2m {

inline constexpr int kPieceVersion = 1;  // of the format

inline constexpr std::array<std::pair<const char*, Part>, kPartCount> kWrittenParts{
    {{"melody", Part::kMelody}, {"bass", Part::kBass}, {"accompaniment", Part::kFigure}}};

}  // namespace s2m
