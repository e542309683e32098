#include "apps/cli/bar_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace s2m::apps {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Note& note, const Track& track, const TempoMap& time) {
  const double start = time.seconds_at(note.start_ticks);
  return {{"start_seconds", start},
          {"length_seconds", time.seconds_at(note.start_ticks + note.length_ticks) - start},
          {"pitch", note.pitch},
          {"velocity", note.velocity},
          {"track", track.name}};
}

Json notes_of(const Bar& bar, const Score& score, const TempoMap& time) {
  auto notes = Json::array();
  for (const auto& track : score.tracks) {
    auto note = std::ranges::lower_bound(track.notes, bar.start_ticks, {}, &Note::start_ticks);
    for (; note != track.notes.end() && note->start_ticks < bar.start_ticks + bar.length_ticks; ++note)
      notes.push_back(to_json(*note, track, time));
  }
  return notes;
}

}  // namespace

void BarLines::operator()(const Score& so_far) {
  const TempoMap time(so_far);
  const auto all = bars(so_far);
  for (; printed_ < all.size(); ++printed_) {
    const auto& bar = all[printed_];
    const double start = time.seconds_at(bar.start_ticks);
    const Json line{{"bar", printed_ + 1},
                    {"start_seconds", start},
                    {"length_seconds", time.seconds_at(bar.start_ticks + bar.length_ticks) - start},
                    {"notes", notes_of(bar, so_far, time)}};
    fmt::print("{}\n", line.dump());
  }
  std::fflush(stdout);
}

}  // namespace s2m::apps
