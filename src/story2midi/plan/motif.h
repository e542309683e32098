// Themes as motifs: a rhythm and a contour of one or two bars, and how a bar of the piece uses it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace s2m {

struct MotifNote {
  int start = 0;   // grid positions from the motif's start
  int length = 1;  // grid positions
  int degree = 0;  // of the scale around it: 0 is the tonic, 7 the octave above it
  bool operator==(const MotifNote&) const = default;
};

struct Motif {
  std::string rhythm = {};  // names in the tables of plan/motif_tables.h, or "given"
  std::string contour = {};
  int bars = 2;                       // 1 or 2, of the piece's metre
  std::vector<MotifNote> notes = {};  // ascending
  std::string name = {};  // of the person or place whose theme it is; empty: of the story or of a section
  std::string instrument = {};  // which plays it where the palette has it; empty: any
  bool operator==(const Motif&) const = default;
};

enum class ThemeForm : std::uint8_t {
  kStatement,     // as it is, on the chords of its bar
  kSequence,      // moved by `steps` degrees
  kInversion,     // its contour upside down round its first degree
  kFragment,      // its first half bar, repeated a step lower or higher each time
  kAugmentation,  // its first half in notes of twice the length
  kClose,         // its first half bar, then the phrase's long last note
};
inline constexpr int kThemeFormCount = 6;
std::string_view name_of(ThemeForm form);  // "statement", "sequence", ...
std::optional<ThemeForm> theme_form_of_name(std::string_view name);

// What a bar's melody does with a theme.
struct ThemeUse {
  int theme = 0;  // in Plan::themes, counted from 1; 0: free
  ThemeForm form = ThemeForm::kStatement;
  int bar = 0;    // of the theme that this bar sets, from 0
  int steps = 0;  // scale degrees up
  bool operator==(const ThemeUse&) const = default;
};

}  // namespace s2m
