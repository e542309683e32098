#include <nlohmann/json.hpp>

#include "story2midi/base/json_members.h"
#include "story2midi/formats/piece_json.h"
#include "story2midi/formats/save.h"
#include "story2midi/music/chord_name.h"
#include "story2midi/music/key.h"

namespace s2m {
namespace {

using Json = nlohmann::ordered_json;

Json to_json_value(const Track& track) {
  Json notes = Json::array(), pedal = Json::array();
  for (const Note& note : track.notes)
    notes.push_back({note.start_ticks, note.length_ticks, note.pitch, note.velocity});
  for (const PedalSpan& span : track.pedal) pedal.push_back({span.start_ticks, span.end_ticks});
  Json json{{"name", track.name},
            {"program", track.program},
            {"drums", track.is_drums},
            {"notes", notes},
            {"pedal", pedal}};
  for (const ControlChange& change : track.controls)
    json["controls"].push_back({change.start_ticks, change.controller, change.value});
  return json;
}

template <class Entries, class Write>
Json list_of(const Entries& entries, const char* name, const Write& write) {
  Json list = Json::array();
  for (const auto& entry : entries)
    list.push_back({{"start_ticks", entry.start_ticks}, {name, write(entry)}});
  return list;
}

Json to_json_value(const PartScore& piece) {
  Json bars = Json::array(), chords = Json::array();
  for (const PartBar& bar : piece.bars) {
    bars.push_back({{"metre", name_of(bar.metre)}, {"tempo_bpm", bar.tempo_bpm}});
    if (bar.key) bars.back()["key"] = name_of(*bar.key);
  }
  for (const Chord& chord : piece.chords)
    chords.push_back({{"start", chord.start}, {"chord", name_of(chord, piece.key)}});
  Json json{{"key", name_of(piece.key)}, {"bars", bars}, {"chords", chords}};
  for (const auto& [name, part] : kWrittenParts) {
    Json notes = Json::array();
    for (const PartNote& note : piece.part(part)) notes.push_back({note.start, note.length, note.pitch});
    json[name] = notes;
  }
  return json;
}

// What a file tells of itself; nothing where a score does not.
void add_texts(Json& json, const Score& score) {
  if (!score.cues.empty())
    json["cues"] = list_of(score.cues, "text", [](const Marker& marker) { return marker.text; });
  if (!score.tracks.empty() && !score.tracks.front().lyrics.empty())
    json["captions"] =
        list_of(score.tracks.front().lyrics, "text", [](const Lyric& lyric) { return lyric.text; });
  if (!score.title.empty()) json["title"] = score.title;
  if (!score.copyright.empty()) json["copyright"] = score.copyright;
  if (!score.texts.empty()) json["texts"] = score.texts;
}

}  // namespace

std::string to_json(const Score& score, const SaveOptions& options) {
  Json tracks = Json::array();
  for (const Track& track : score.tracks) tracks.push_back(to_json_value(track));
  Json json{
      {"version", kPieceVersion},
      {"ticks_per_quarter", score.ticks_per_quarter},
      {"tempos", list_of(score.tempos, "bpm", [](const Tempo& tempo) { return tempo.bpm(); })},
      {"metres",
       list_of(score.time_signatures, "metre", [](const auto& entry) { return name_of(entry.metre); })},
      {"keys", list_of(score.key_signatures, "key", [](const auto& entry) { return name_of(entry.key); })},
      {"markers", list_of(score.markers, "text", [](const Marker& marker) { return marker.text; })},
      {"tracks", tracks}};
  add_texts(json, score);
  if (options.written) json["written"] = to_json_value(*options.written);
  if (options.performance)
    json["performance"] = {{"seed", options.performance->seed}, {"humanise", options.performance->humanise}};
  if (options.style)
    json["style"] = {{"name", options.style->name},
                     {"fingerprint", options.style->fingerprint},
                     {"strength", options.style->strength}};
  if (options.plan) json["plan"] = Json::parse(to_json(*options.plan));
  return write_json(json) + "\n";
}

}  // namespace s2m
