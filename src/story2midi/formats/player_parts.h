// The parts of a score in files of their own, for players.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/notation/sheet.h"

namespace s2m {

// A name as the stem of a file: "Violin I" -> "Violin-I". What is not ASCII stays.
std::string part_file_name(std::string_view name);

// Writes player_sheets of the score as MusicXML: FOLDER/01-Flute.musicxml, ... The folder is made where it is missing; files of
// these names are replaced. Returns their paths. Throws Error.
std::vector<std::filesystem::path> save_parts(const Sheet& score, const std::filesystem::path& folder);

}  // namespace s2m
