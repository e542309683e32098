// The encoder's subcommands that have files of their own.
#pragma once

#include <CLI/CLI.hpp>

namespace s2m::train {

void add_emotion_commands(CLI::App& app);  // train/encoder_emotion_commands.cpp

}  // namespace s2m::train
