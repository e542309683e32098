// The encoder's subcommands that stand in a file of their own.
#pragma once

#include <CLI/CLI.hpp>

namespace s2m::train {

void add_emotion_commands(CLI::App& app);  // train/encoder_emotion_commands.cpp

}  // namespace s2m::train
