// Dynamic marks as velocities.
#pragma once

#include <optional>
#include <string_view>

#include "story2midi/music/score.h"

namespace s2m::musicxml {

inline constexpr int kUsualVelocity = 80;  // mf, where no mark stands
inline constexpr int kAccentVelocity = 16;

// As MuseScore and Finale play it: 16, 33, 49, 64, 80, 96, 112, 126 for ppp to fff.
int velocity_of(DynamicLevel level);

// What an element of <dynamics> states: a level from here on, an accent on the notes here, or both ("fp").
struct Dynamic {
  std::optional<DynamicLevel> level;
  bool is_accent = false;
};
Dynamic dynamic_of(std::string_view element);

}  // namespace s2m::musicxml
