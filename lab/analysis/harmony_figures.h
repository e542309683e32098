// Harmony by half bars: tonic, usual changes of chord, keys of neighbouring stretches, endings.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/analysis/piece_view.h"

namespace s2m {

// Share of the half bars that sound, whose triad is the tonic's.
std::optional<double> tonic_share(const PieceView& piece);

// How often each triad followed each in neighbouring half bars, counted from the tonic, by mode (major, minor).
using ChordChanges = std::array<std::array<std::array<double, kTriads>, kTriads>, 2>;
void count_changes(const PieceView& piece, ChordChanges& counts);
// Lines of "mode from to count" for counts above 0, triads as "0" (I), "9m" (vi), "11d" (vii).
std::string to_tsv(const ChordChanges& counts);
ChordChanges parse_changes(std::string_view tsv);  // throws Error naming the line
const ChordChanges& usual_changes();               // of 250 songs of POP909: chord_changes.tsv

// Mean of -ln p of each half bar's triad after the one before, under usual_changes() with half a count more for each.
std::optional<double> change_surprise(const PieceView& piece);

// How the keys of adjacent stretches of eight bars go on, by key_by_profiles().
struct Joints {
  int count = 0;
  int parallel = 0;  // the other mode on the same tonic
  int relative = 0;  // the other mode with the same signature
  int remote = 0;    // a tonic other than this, a fifth away or the relative's
};
Joints joints_of(const PieceView& piece);
std::optional<double> parallel_joints(const PieceView& piece);
std::optional<double> relative_or_remote_joints(const PieceView& piece);

// 1 or 0: whether the end, from the bar of the last note below middle C on, leaves the home key (as the first key
// signature states it, else found): its triad stands on another root, or the other third sounds longer over the tonic.
std::optional<double> ends_in_another_key(const PieceView& piece);
std::optional<double> ends_in_another_mode(const PieceView& piece);
// 1 where V or vii stands in the half bar before that bar.
std::optional<double> dominant_before_the_end(const PieceView& piece);

}  // namespace s2m
