// What the files of a composed piece hold beside its notes: title, makers, plan and picture.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "story2midi/batch.h"
#include "story2midi/formats/save.h"
#include "story2midi/nn/manifest.h"

namespace s2m {

// A file's name as a title: "night_train.txt" is "Night train".
std::string title_of_file(const std::filesystem::path& file);

// Writes title, program, seed and weights into the score. An empty title becomes that of the first section.
void sign(ComposedPiece& piece, std::string title, const std::optional<Manifest>& weights);

// What JSON holds of a planned piece, and the arc that was asked for above the picture's notes. `humanise`: as it was
// composed.
SaveOptions save_options_of(const ComposedPiece& piece, double humanise);

// The pages of the piece; `title` stands above them.
Sheet sheet_of(const ComposedPiece& piece, const std::string& title);

std::string describe(
    const ValenceArousal& emotion);  // "valence +0.42, arousal -0.10 (Q4, pleasant and calm)"

}  // namespace s2m
