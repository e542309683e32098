// The command or option that a mistyped word most likely means.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace s2m::apps {

// "; did you mean --bars?" for a word that is at most two edits (a third of its length) away from an option or a command
// of the innermost command given; empty where there is none.
std::string suggestion(const CLI::App& app, const std::string& word);

}  // namespace s2m::apps
