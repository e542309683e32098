// One piece at three intensities, for games: the same bars with fewer and with more voices.
#pragma once

#include <array>
#include <filesystem>
#include <vector>

#include "story2midi/audio/audio.h"
#include "story2midi/formats/save.h"
#include "story2midi/music/score.h"
#include "story2midi/perform/piece.h"

namespace s2m {

inline constexpr std::size_t kIntensities = 3;

// What each intensity adds to the one before: accompaniment (base), bass and drums (middle), melody (full). Tracks, controllers,
// pedal and maps are the piece's in all three; every note is in one of them.
std::array<Score, kIntensities> intensity_layers(const Piece& piece);

// The notes of the first `count` layers, 1 to kIntensities; with all of them it is the piece.
Score merged(const std::array<Score, kIntensities>& layers, std::size_t count);

// Of each intensity what sounds: the sum of its layers. All have the same number of frames and one gain, so they can be swapped at
// any time; at the full one no peak passes kCeiling.
std::array<Audio, kIntensities> render_intensities(const std::array<Score, kIntensities>& layers,
                                                   const RenderOptions& options = {});

// MIDI and sound are what has intensities.
bool has_intensities(PieceFormat format);

// Writes each of the paths whose format has intensities as NAME-1, NAME-2 and NAME-3; returns these files. Throws Error.
std::vector<std::filesystem::path> save_intensities(const Piece& piece,
                                                    const std::vector<std::filesystem::path>& paths,
                                                    SaveOptions options = {});

// "cave.wav" -> "cave-1.wav".
std::filesystem::path intensity_path(const std::filesystem::path& path, std::size_t number);

}  // namespace s2m
