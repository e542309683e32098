// A metre: the numerator and denominator of a time signature, such as 6/8.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace s2m {

struct Metre {
  int numerator = 4;
  int denominator = 4;
  bool operator==(const Metre&) const = default;
};

std::string name_of(Metre metre);  // "6/8"

// The metres of written bars, by their value in the events less one. Of two of one length the first is the one that
// stands in for others.
std::span<const Metre> written_metres();

// The inverse of name_of, for numerators from 1 to 255 and denominators from 1 to 128. Throws Error.
Metre parse_metre(std::string_view text);

// Places in a bar are counted in grid positions, twelve to a quarter: sixteenths and triplets lie on them.
inline constexpr int kGridPerQuarter = 12;

// Grid positions from one bar line to the next. `metre`: n/2, n/4, n/8 or n/16.
int bar_length(Metre metre);

// Where the beats of a bar begin, ascending from 0. Eighths and sixteenths beat in groups: by threes where they divide
// (6/8, 9/8, 12/8), 3+2 in 5/8, else by twos with a three at the end (7/8 is 2+2+3; 11/8 is 3+3+3+2).
std::vector<int> beats(Metre metre);

// The stress of a place in the bar, after the hierarchy of Lerdahl and Jackendoff (1983): 1 on the bar line, .75 on
// other strong beats (the third of 4/4, the fourth of 5/4, which is 3+2), .5 on the other beats, .25 on halves (in
// compound metres thirds) of beats, .125 on halves of these, .0625 elsewhere. `position` is taken modulo the bar.
double metrical_weight(Metre metre, int position);

}  // namespace s2m
