// The text of MIDI files, whose encoding nobody states.
#pragma once

#include <string>
#include <string_view>

namespace s2m {

// The text itself if it is UTF-8; otherwise its bytes are taken as Latin-1.
std::string utf8_from_midi(std::string_view text);

}  // namespace s2m
