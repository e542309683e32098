// The files of a finished job, by the name of their format.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "apps/serve/job_store.h"
#include "story2midi/batch.h"

namespace s2m::serve {

struct JobFormat {
  std::string_view name, media_type, ending;
  bool is_made_on_demand = false;  // from the MIDI file or the picture; the others are stored
};
std::span<const JobFormat> job_formats();
const JobFormat* job_format(std::string_view name);  // none: unknown

// What is stored beside the bars of a signed piece: the bytes that the command line writes. `humanise`: as it was composed.
JobFiles job_files_of(const ComposedPiece& piece, const std::string& title, double humanise);

// A sound file of stored MIDI bytes, or a PNG of a stored picture. `goes_on` false: throws Cancelled. Throws Error.
std::string made_on_demand(const JobFormat& format, const std::string& stored,
                           const std::function<bool()>& goes_on);
// The stored format that it is made of.
std::string_view source_of(const JobFormat& format);

}  // namespace s2m::serve
