// A piece as a video: its notes scroll past a line where they sound, its words stand below, its arc shows where the piece is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "story2midi/audio/audio.h"
#include "story2midi/music/score.h"
#include "story2midi/pictures/picture.h"

namespace s2m {

// Throws Error of kind kUnsupported, with advice, where the program ffmpeg is not installed.
void check_video();

// An MP4 file of 1280 x 720 pixels and 25 frames per second, H.264 and AAC, as long as the sound. The program ffmpeg does the
// scrolling and the encoding: its bytes depend on its version. Captions are the tracks' lyrics, else the markers. Throws Error.
std::vector<std::uint8_t> video_of(const Score& score, const Audio& sound,
                                   const PictureOptions& options = {});

// Captions as an Advanced SubStation Alpha file (libass), each until the next; the last until `seconds`.
std::string captions_of(const Score& score, double seconds);

}  // namespace s2m
