// Palettes by name: which instruments play. The instruments and their duties stand in arrange/palettes.h.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "story2midi/emotion/valence_arousal.h"

namespace s2m {

inline constexpr std::string_view kPianoPalette = "piano";
inline constexpr std::string_view kAutoPalette = "auto";

std::span<const std::string_view> palette_names();  // without "auto"
bool is_palette_name(std::string_view name);
std::string palette_name_list();  // "piano, four-hands, ...", for messages

// What "auto" chooses: by the mean emotion of a piece, the nearest of the palettes that have a place on the plane of
// valence and arousal (docs/reference/arranging.md).
std::string_view palette_of_emotion(ValenceArousal emotion);
// A section's palette where this was asked: a name, "auto" or ""; "" for the piano.
std::string chosen_palette(std::string_view asked, ValenceArousal emotion);

}  // namespace s2m
