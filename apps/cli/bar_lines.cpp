#include "apps/cli/bar_lines.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

namespace s2m::apps {

void print_bar_line(const BarView& bar) {
  auto notes = nlohmann::ordered_json::array();
  for (const auto& [track, note, start, length] : bar.notes)
    notes.push_back({{"start_seconds", start},
                     {"length_seconds", length},
                     {"pitch", note.pitch},
                     {"velocity", note.velocity},
                     {"track", track}});
  const nlohmann::ordered_json line{{"bar", bar.number},
                                    {"start_seconds", bar.start_seconds},
                                    {"length_seconds", bar.length_seconds},
                                    {"notes", notes}};
  fmt::print("{}\n", line.dump());
  std::fflush(stdout);
}

}  // namespace s2m::apps
