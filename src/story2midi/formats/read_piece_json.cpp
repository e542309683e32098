// Pieces from JSON: whatever a user or an attacker may hand in.
#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "story2midi/base/error.h"
#include "story2midi/base/json_members.h"
#include "story2midi/base/limits.h"
#include "story2midi/formats/piece_json.h"
#include "story2midi/formats/save.h"
#include "story2midi/music/chord_name.h"
#include "story2midi/music/key.h"

namespace s2m {
namespace {

constexpr int kMostTicks = std::numeric_limits<std::int32_t>::max();
constexpr double kSlowestTempo = 60e6 / kMostTicks, kFastestTempo = 60e6;  // what a MIDI file can state

int whole(const JsonMember& json, int lowest, int highest) {
  const double number = json.number(lowest, highest);
  if (number != std::floor(number)) json.fail("a whole number");
  return static_cast<int>(number);
}

std::uint8_t seven_bits(const JsonMember& json, int lowest = 0) {
  return static_cast<std::uint8_t>(whole(json, lowest, 127));
}

// The numbers of a list that has so many.
template <std::size_t count>
std::array<JsonMember, count> numbers(const JsonMember& json) {
  const auto items = json.items();
  if (items.size() != count) json.fail(std::to_string(count) + " numbers");
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return std::array<JsonMember, count>{items[i]...};
  }
  (std::make_index_sequence<count>());
}

// A name that `parse` understands.
template <class Parse>
auto named(const JsonMember& json, const char* expected, const Parse& parse) {
  const auto text = json.text();
  try {
    return parse(text);
  } catch (const Error&) {
    json.fail(expected);
  }
}
Key key_of(const JsonMember& json) {
  return named(json, "a key such as \"C minor\"", [](const std::string& text) { return parse_key(text); });
}
Metre metre_of(const JsonMember& json) {
  const auto metre = named(json, limits::kMetres, [](const std::string& text) { return parse_metre(text); });
  if (!limits::is_metre(metre.numerator, metre.denominator)) json.fail(limits::kMetres);
  return metre;
}

// Objects of a tick and a member of that name.
template <class Entry, class Read>
std::vector<Entry> entries(const JsonMember& json, const char* name, const Read& read) {
  std::vector<Entry> all;
  for (const auto& item : json.items()) {
    all.push_back(read(whole(item.at("start_ticks"), 0, kMostTicks), item.at(name)));
    item.has_only({"start_ticks", name});
  }
  std::ranges::stable_sort(all, {}, &Entry::start_ticks);
  return all;
}

std::vector<Marker> markers_of(const JsonMember& json) {
  return entries<Marker>(json, "text", [](int at, const JsonMember& text) {
    return Marker{at, text.text()};
  });
}

Track track_of(const JsonMember& json) {
  Track track;
  track.name = json.at("name").text();
  track.program = whole(json.at("program"), 0, 127);
  track.is_drums = json.at("drums").flag();
  for (const auto& item : json.at("notes").items()) {
    const auto [start, length, pitch, velocity] = numbers<4>(item);
    track.notes.push_back({whole(start, 0, kMostTicks), whole(length, 1, kMostTicks), seven_bits(pitch),
                           seven_bits(velocity, 1)});
  }
  for (const auto& item : json.at("pedal").items()) {
    const auto [start, end] = numbers<2>(item);
    track.pedal.push_back({whole(start, 0, kMostTicks), whole(end, 0, kMostTicks)});
  }
  if (json.has("controls"))
    for (const auto& item : json.at("controls").items()) {
      const auto [start, controller, value] = numbers<3>(item);
      track.controls.push_back({whole(start, 0, kMostTicks), seven_bits(controller), seven_bits(value)});
    }
  std::ranges::sort(track.notes);
  json.has_only({"name", "program", "drums", "notes", "pedal", "controls"});
  return track;
}

Score score_of(const JsonMember& json) {
  Score score;
  score.ticks_per_quarter = whole(json.at("ticks_per_quarter"), kTicksPerQuarter, kTicksPerQuarter);
  score.tempos = entries<Tempo>(json.at("tempos"), "bpm", [](int at, const JsonMember& bpm) {
    return Tempo::from_bpm(at, bpm.number(kSlowestTempo, kFastestTempo));
  });
  score.time_signatures =
      entries<TimeSignature>(json.at("metres"), "metre", [](int at, const JsonMember& metre) {
        return TimeSignature{at, metre_of(metre)};
      });
  score.key_signatures = entries<KeySignature>(json.at("keys"), "key", [](int at, const JsonMember& key) {
    return KeySignature{at, key_of(key)};
  });
  score.markers = markers_of(json.at("markers"));
  if (json.has("cues")) score.cues = markers_of(json.at("cues"));
  if (json.has("title")) score.title = json.at("title").text();
  if (json.has("copyright")) score.copyright = json.at("copyright").text();
  if (json.has("texts"))
    for (const auto& text : json.at("texts").items()) score.texts.push_back(text.text());
  for (const auto& track : json.at("tracks").items()) score.tracks.push_back(track_of(track));
  if (json.has("captions") && !score.tracks.empty())
    for (auto& [at, text] : markers_of(json.at("captions")))
      score.tracks.front().lyrics.push_back({at, text});
  return score;
}

PartBar bar_of(const JsonMember& json, int start) {
  PartBar bar{.start = start, .metre = metre_of(json.at("metre"))};
  bar.positions = bar_length(bar.metre);
  bar.tempo_bpm = json.at("tempo_bpm").number(limits::kSlowestBpm, limits::kFastestBpm);
  if (json.has("key")) bar.key = key_of(json.at("key"));
  json.has_only({"metre", "tempo_bpm", "key"});
  return bar;
}

Chord chord_of(const JsonMember& json, int end) {
  auto chord = named(json.at("chord"), "a chord such as \"Am7/E\"",
                     [](const std::string& text) { return parse_chord_name(text); });
  chord.start = whole(json.at("start"), 0, end - 1);
  json.has_only({"start", "chord"});
  return chord;
}

PartNote note_of(const JsonMember& json, int end) {
  const auto [start, length, pitch] = numbers<3>(json);
  const int from = whole(start, 0, end - 1);
  return {from, whole(length, 1, end - from), seven_bits(pitch)};
}

PartScore written_of(const JsonMember& json) {
  PartScore piece;
  piece.key = key_of(json.at("key"));
  int end = 0;
  for (const auto& item : json.at("bars").items()) {
    if (piece.bars.size() >= limits::kMostBars)
      json.at("bars").fail("at most " + std::to_string(limits::kMostBars) + " bars");
    piece.bars.push_back(bar_of(item, end));
    end += piece.bars.back().positions;
  }
  if (piece.bars.empty()) json.at("bars").fail("a bar or more");
  for (const auto& item : json.at("chords").items()) piece.chords.push_back(chord_of(item, end));
  std::ranges::sort(piece.chords);
  for (const auto& [name, part] : kWrittenParts) {
    for (const auto& item : json.at(name).items()) piece.part(part).push_back(note_of(item, end));
    std::ranges::stable_sort(piece.part(part), {}, &PartNote::start);
  }
  json.has_only({"key", "bars", "chords", "melody", "bass", "accompaniment"});
  return piece;
}

PerformOptions performance_of(const JsonMember& json) {
  PerformOptions performance;
  performance.seed = json.at("seed").count();
  performance.humanise = json.at("humanise").number(0, 1);
  json.has_only({"seed", "humanise"});
  return performance;
}

PieceStyle style_of(const JsonMember& json) {
  PieceStyle style{json.at("name").text(), json.at("fingerprint").text(), json.at("strength").number(0, 1)};
  json.has_only({"name", "fingerprint", "strength"});
  return style;
}

void check_version(const JsonMember& root) {
  if (root.has("version") && root.at("version").count() != kPieceVersion)
    throw Error(ErrorKind::kUnsupported, "piece.version", "a piece of another version",
                std::to_string(kPieceVersion), std::to_string(root.at("version").count()));
}

}  // namespace

Score score_from_json(std::string_view text) {
  const auto json = parse_json(text, "piece");
  const JsonMember root(json, "piece");
  check_version(root);
  auto score = score_of(root);
  check_length(score, "piece");
  return score;
}

SavedPiece piece_from_json(std::string_view text) {
  const auto json = parse_json(text, "piece");
  const JsonMember root(json, "piece");
  check_version(root);
  for (const char* part : {"plan", "written"})
    if (json.is_object() && !root.has(part))
      throw Error(ErrorKind::kUnsupported, "piece", "cannot be changed in part",
                  "\"plan\" and \"written\", as compose -o piece.json writes them of a planned piece",
                  std::string("no \"") + part + "\"");
  SavedPiece piece;
  piece.score = score_of(root);
  check_length(piece.score, "piece");
  piece.written = written_of(root.at("written"));
  if (root.has("performance")) piece.performance = performance_of(root.at("performance"));
  if (root.has("style")) piece.style = style_of(root.at("style"));
  piece.plan = plan_from_json(root.at("plan").dump());
  root.has_only({"version", "ticks_per_quarter", "tempos", "metres", "keys", "markers", "cues", "captions",
                 "title", "copyright", "texts", "tracks", "written", "performance", "style", "plan"});
  return piece;
}

}  // namespace s2m
