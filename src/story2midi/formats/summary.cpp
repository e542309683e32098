#include "story2midi/formats/summary.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "story2midi/base/json_members.h"
#include "story2midi/emotion/emotion_json.h"
#include "story2midi/music/measures.h"

namespace s2m {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const KeptCue& kept) {
  Json json{{"kind", name_of(kept.cue.kind)},
            {"seconds", kept.cue.wanted_seconds},
            {"bar", kept.cue.bar + 1},
            {"error_ms", kept.error_ms}};
  if (kept.cue.kind != CueKind::kHit) json["bend_percent"] = std::round(kept.cue.bend * 1e5) / 1e3;
  if (!kept.cue.text.empty()) json["text"] = kept.cue.text;
  return json;
}

Json json_of(const Track& track) {
  return {{"name", track.name},
          {"program", track.program},
          {"drums", track.is_drums},
          {"notes", track.notes.size()}};
}

// No zero below zero.
double tenths(double value) { return std::round(10 * value) / 10 + 0.0; }

}  // namespace

std::vector<KeptCue> kept_cues(const Plan& plan, const Score& score) {
  const TempoMap tempos(score);
  std::vector<KeptCue> kept;
  for (const auto& cue : plan.cues)
    kept.push_back({cue, tenths(1000 * (cue_seconds(plan, cue, tempos) - cue.wanted_seconds))});
  return kept;
}

PieceSummary summary_of(const Score& score, const std::optional<ValenceArousal>& emotion,
                        std::uint64_t seed) {
  return {.emotion = emotion,
          .key = score.key_signatures.front().key,
          .tempo_bpm = measure(score).tempo_bpm,
          .metre = score.time_signatures.front().metre,
          .bars = bars(score).size(),
          .length_seconds = seconds_at(score, end_ticks(score)),
          .notes = static_cast<std::size_t>(measure(score).notes),
          .seed = seed};
}

std::string to_json(const PieceSummary& summary) {
  Json json{{"emotion", summary.emotion ? json_of(*summary.emotion) : Json(nullptr)},
            {"key", name_of(summary.key)},
            {"tempo_bpm", summary.tempo_bpm},
            {"metre", name_of(summary.metre)},
            {"bars", summary.bars},
            {"length_seconds", summary.length_seconds},
            {"notes", summary.notes},
            {"seed", summary.seed}};
  for (const auto& cue : summary.cues) json["cues"].push_back(json_of(cue));
  for (const auto& [kind, file] : summary.files) json["files"][kind] = file;
  return write_json(json);
}

std::string description_json(const Score& score) {
  const auto measures = measure(score);
  const auto estimate = find_key(score);
  const auto metre = score.time_signatures.empty() ? Metre{} : score.time_signatures.front().metre;
  Json tracks = Json::array();
  for (const Track& track : score.tracks) tracks.push_back(json_of(track));
  const bool has_key = !score.key_signatures.empty();
  const Json all{{"key_found", name_of(estimate.key)},
                 {"key_confidence", estimate.confidence},
                 {"key_stated", has_key ? Json(name_of(score.key_signatures.front().key)) : Json(nullptr)},
                 {"tempo_bpm", measures.tempo_bpm},
                 {"metre", name_of(metre)},
                 {"bars", bars(score).size()},
                 {"length_seconds", seconds_at(score, end_ticks(score))},
                 {"notes", measures.notes},
                 {"notes_per_beat", measures.notes_per_beat},
                 {"notes_a_beat", measures.notes_per_beat},  // its former name
                 {"mean_pitch", measures.mean_pitch},
                 {"mean_velocity", measures.mean_velocity},
                 {"mean_length_beats", measures.mean_length_beats},
                 {"polyphony", measures.polyphony},
                 {"pitch_class_entropy", measures.pitch_class_entropy},
                 {"major_share", major_share(score)},
                 {"tempos", score.tempos.size()},
                 {"ticks_per_quarter", score.ticks_per_quarter},
                 {"tracks", tracks}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace s2m
