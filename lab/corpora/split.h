// Splits of a data set: training, validation and test. Items of one group (a song, a tale) share a split.
#pragma once

#include <cstdint>
#include <string_view>

#include "story2midi/base/error.h"

namespace s2m {

enum class Split : std::uint8_t { kTrain, kValidation, kTest };

constexpr std::string_view name_of(Split split) {
  return split == Split::kTrain ? "train" : split == Split::kValidation ? "validation" : "test";
}

// Sets also say "valid", "val" and "dev", "heldout". Throws Error naming `where` for anything else.
inline Split split_of_name(std::string_view name, std::string_view where) {
  if (name == "train") return Split::kTrain;
  if (name == "validation" || name == "valid" || name == "val" || name == "dev") return Split::kValidation;
  if (name == "test" || name == "heldout") return Split::kTest;
  throw Error(std::string(where), "unknown split", "train, validation or test", std::string(name));
}

}  // namespace s2m
