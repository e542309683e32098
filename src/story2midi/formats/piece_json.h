// What writes and reads pieces as JSON agree on.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "story2midi/music/parts.h"
#include "story2midi/music/score.h"

namespace s2m {

inline constexpr int kPieceVersion = 1;  // of the format

inline constexpr std::array<std::pair<const char*, Part>, kPartCount> kWrittenParts{
    {{"melody", Part::kMelody}, {"bass", Part::kBass}, {"accompaniment", Part::kFigure}}};

// The score alone, of a piece without a plan too. Throws Error naming the member.
Score score_from_json(std::string_view json);

}  // namespace s2m
