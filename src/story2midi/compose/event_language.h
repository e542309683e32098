// The event language as a decoder's configuration states it.
#pragma once

#include "story2midi/nn/config.h"

namespace s2m {

// Kinds and fields are those of events/event.h; width, layers and so on stay as they stand in `sizes`.
DecoderConfig with_event_language(DecoderConfig sizes);

}  // namespace s2m
