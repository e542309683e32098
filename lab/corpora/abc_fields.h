// The fields of an ABC tune that its notes depend on.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "story2midi/music/score.h"

namespace s2m::abc {

// A key and the semitones that its signature adds to each letter, from C to B.
struct KeyField {
  std::optional<Key> key;  // nothing for "none"
  std::array<int, 7> alteration{};
};

// All throw Error naming `where` for what is no value of the field.
// "Ador", "F#m", "D mix ^c", "Hp"; a clef and what else follows is left out.
KeyField parse_key_field(std::string_view text, const std::string& where);
// "6/8", "C", "C|", "2+3/8"; nothing for "none".
std::optional<Metre> parse_metre_field(std::string_view text, const std::string& where);
// Quarters of "1/8".
double parse_unit_field(std::string_view text, const std::string& where);
// Quarters a minute of "1/4=120", "\"Slow\" 3/8=60" or, in units of `unit` quarters, "120"; nothing for words alone.
std::optional<double> parse_tempo_field(std::string_view text, double unit);

// The index of a letter from C to B, in either case; nothing for others.
std::optional<int> letter_index(char letter);
inline constexpr std::array<int, 7> kSemitones{0, 2, 4, 5, 7, 9, 11};

}  // namespace s2m::abc
