#include <nlohmann/json.hpp>

#include "story2midi/base/json_members.h"
#include "story2midi/compose/arrange.h"

namespace s2m {

std::string to_json(const BarView& bar) {
  auto notes = nlohmann::ordered_json::array();
  for (const auto& [track, note, start, length] : bar.notes)
    notes.push_back({{"start_seconds", start},
                     {"length_seconds", length},
                     {"pitch", note.pitch},
                     {"velocity", note.velocity},
                     {"track", track}});
  return write_json(nlohmann::ordered_json{{"bar", bar.number},
                                           {"start_seconds", bar.start_seconds},
                                           {"length_seconds", bar.length_seconds},
                                           {"notes", notes}});
}

}  // namespace s2m
