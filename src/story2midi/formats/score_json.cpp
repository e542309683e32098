#include <nlohmann/json.hpp>

#include "story2midi/base/json_members.h"
#include "story2midi/formats/save.h"
#include "story2midi/music/key.h"

namespace s2m {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

Json to_json_value(const Track& track) {
  Json notes = Json::array(), pedal = Json::array();
  for (const Note& note : track.notes)
    notes.push_back({note.start_ticks, note.length_ticks, note.pitch, note.velocity});
  for (const PedalSpan& span : track.pedal) pedal.push_back({span.start_ticks, span.end_ticks});
  return {{"name", track.name},
          {"program", track.program},
          {"drums", track.is_drums},
          {"notes", notes},
          {"pedal", pedal}};
}

template <class Entries, class Write>
Json list_of(const Entries& entries, const char* name, const Write& write) {
  Json list = Json::array();
  for (const auto& entry : entries)
    list.push_back({{"start_ticks", entry.start_ticks}, {name, write(entry)}});
  return list;
}

}  // namespace

std::string to_json(const Score& score, const std::optional<Plan>& plan) {
  Json tracks = Json::array();
  for (const Track& track : score.tracks) tracks.push_back(to_json_value(track));
  Json json{
      {"version", kVersion},
      {"ticks_per_quarter", score.ticks_per_quarter},
      {"tempos", list_of(score.tempos, "bpm", [](const Tempo& tempo) { return tempo.bpm(); })},
      {"metres",
       list_of(score.time_signatures, "metre", [](const auto& entry) { return name_of(entry.metre); })},
      {"keys", list_of(score.key_signatures, "key", [](const auto& entry) { return name_of(entry.key); })},
      {"markers", list_of(score.markers, "text", [](const Marker& marker) { return marker.text; })},
      {"tracks", tracks}};
  if (plan) json["plan"] = Json::parse(to_json(*plan));
  return write_json(json) + "\n";
}

}  // namespace s2m
