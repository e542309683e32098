// The subcommands of story2midi-train, each registered by the file that runs it.
#pragma once

#include <CLI/CLI.hpp>

#include "story2midi/nn/model_file.h"
#include "train/loop/trainer.h"

namespace s2m::train {

void add_decoder_commands(CLI::App& app);
void add_encoder_commands(CLI::App& app);
void add_style_command(CLI::App& app);

// --run, --resume, --steps, --learning-rate and the rest of TrainerOptions, which every training subcommand
// shares.
void add_trainer_options(CLI::App& command, TrainerOptions& options);

// --type: the number format of an exported model's matrices.
void add_type_option(CLI::App& command, DataType& type);

// Lines go to standard error, each with the time of day.
PrintLine print_to_stderr();

}  // namespace s2m::train
