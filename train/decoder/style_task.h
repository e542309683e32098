// Learning a style: low-rank changes of a shipped decoder, from one composer's pieces.
#pragma once

#include <filesystem>

#include "train/decoder/decoder_task.h"
#include "train/decoder/style_module.h"

namespace s2m::train {

// The task refers to all three. `best` gets the changes of the best validation, as NAME.up and NAME.down.
Task style_task(StyleModule& style, DecoderModule& decoder, const EventShard& shard,
                const DecoderTaskOptions& options);

// Nats per event on the pieces held out, with the change as it is now.
double held_out_loss(StyleModule& style, DecoderModule& decoder, const EventShard& shard,
                     const DecoderTaskOptions& options);

}  // namespace s2m::train
