// On which side of a data set something stands. What belongs together (a song, a tale) stands on one side.
#pragma once

#include <cstdint>

namespace s2m {

enum class Split : std::uint8_t { kTrain, kValidation, kTest };

}  // namespace s2m
