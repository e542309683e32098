// Themes of a story's people and places as users write them: "Anna: Flute, 5 1:2 2 3".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/music/metre.h"
#include "story2midi/plan/motif.h"

namespace s2m {

struct Plan;

struct ThemeTone {
  std::optional<int> degree;  // of the scale, 0 is the tonic; none: a rest
  double beats = 1;
  bool operator==(const ThemeTone&) const = default;
};

struct NamedTheme {
  std::vector<std::string> names;  // as the story writes them; the first names the theme
  std::string instrument = {};     // which plays it where the palette has it; empty: any
  std::vector<ThemeTone> tones;
  bool operator==(const NamedTheme&) const = default;
};

// The name of the theme that is the story's own.
inline constexpr std::string_view kStoryTheme = "story";

// A line a theme: its names separated by "/", a colon, an instrument and a comma where one is wanted, then tones. A tone
// is a scale degree from 1, with "-" an octave lower, and ":" and its beats where they are not one; "r" is a rest. "#"
// begins a comment. `source` stands for the text in errors. Throws Error naming the line.
std::vector<NamedTheme> parse_themes(std::string_view text, std::string_view source = "themes");

// The plan's own theme and those with names, in the same form.
std::string write_themes(const Plan& plan);

// Two bars of the metre at most; what is longer is cut.
Motif motif_of(const NamedTheme& theme, Metre metre);

}  // namespace s2m
