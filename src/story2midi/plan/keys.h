// Keys of sections: closely related to the home key, by mode and by tension.
#pragma once

#include <span>
#include <vector>

#include "story2midi/emotion/emotion.h"
#include "story2midi/music/score.h"

namespace s2m {

// The mode of a section in a piece of mode `home`: major where valence is not negative; near 0 that of the piece.
Mode section_mode(ValenceArousal emotion, Mode home);

// The key of that mode whose signature is that of `home` moved by `sharps` round the circle of fifths: one sharp more is the
// dominant, one less the subdominant, 0 in the other mode the relative key.
Key related_key(Key home, int sharps, Mode mode);

// One key for each section. docs/reference/planning.md states the rule.
std::vector<Key> section_keys(std::span<const Emotion> sections, Key home);

}  // namespace s2m
