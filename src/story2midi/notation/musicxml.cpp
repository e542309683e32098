#include "story2midi/notation/musicxml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <pugixml.hpp>
#include <string>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/zip_reader.h"
#include "story2midi/music/key.h"
#include "story2midi/notation/part_reader.h"
#include "story2midi/notation/timeline.h"
#include "story2midi/notation/xml_values.h"

namespace s2m {
namespace {

using musicxml::single_line;

constexpr std::size_t kLargestDocument = std::size_t{128} << 20;
constexpr std::size_t kLargestContainer = std::size_t{1} << 20;

pugi::xml_document parsed(std::string_view bytes, const std::string& where) {
  pugi::xml_document document;
  const auto result =
      document.load_buffer(bytes.data(), bytes.size(), pugi::parse_default | pugi::parse_doctype);
  if (!result)
    throw Error(fmt::format("{}: byte {}", where, result.offset), "is no well-formed XML", {},
                result.description());
  return document;
}

bool is_zip(std::string_view bytes) { return bytes.starts_with("PK\x03\x04"); }

// The score of a compressed file: the first <rootfile> of its container that is one.
std::string unpacked(std::string_view bytes, const std::string& name) {
  ZipReader zip(bytes, name, kLargestDocument);
  const auto container = zip.read("META-INF/container.xml", kLargestContainer);
  if (!container)
    throw Error(name, "is no compressed MusicXML", "META-INF/container.xml", "a zip archive without it");
  const auto document = parsed(*container, name + ": META-INF/container.xml");
  for (const auto& file : document.child("container").child("rootfiles").children("rootfile")) {
    const std::string_view type = file.attribute("media-type").value();
    if (!type.empty() && type != "application/vnd.recordare.musicxml+xml" && type != "text/xml") continue;
    const std::string path = file.attribute("full-path").value();
    auto score = zip.read(path, kLargestDocument);
    if (!score) throw Error(name, "lacks the score that its container names", path);
    return *std::move(score);
  }
  throw Error(name + ": META-INF/container.xml", "names no score", "<rootfile full-path=...>", "none");
}

// What <part-list> says of a part.
struct PartHead {
  std::string name;
  int program = 0;
  std::map<std::string, int> drums;  // MIDI key by instrument
};

PartHead part_head(const pugi::xml_node& score_part, std::size_t index) {
  PartHead head{single_line(score_part.child_value("part-name")), 0, {}};
  if (head.name.empty())
    head.name = single_line(score_part.child("score-instrument").child_value("instrument-name"));
  if (head.name.empty()) head.name = fmt::format("Part {}", index + 1);
  bool has_program = false;
  for (const auto& instrument : score_part.children("midi-instrument")) {
    // Both count from 1.
    const auto program = musicxml::number_of(instrument.child_value("midi-program"));
    if (program && !has_program) head.program = static_cast<int>(std::clamp(*program - 1, 0.0, 127.0));
    has_program |= program.has_value();
    if (const auto drum = musicxml::number_of(instrument.child_value("midi-unpitched")))
      head.drums[instrument.attribute("id").value()] = static_cast<int>(std::clamp(*drum - 1, 0.0, 127.0));
  }
  return head;
}

// ---- Maps.
std::vector<Tempo> tempo_map(const std::vector<musicxml::PartContent>& parts) {
  std::map<std::int32_t, musicxml::TempoStatement> at;
  for (const auto& part : parts)
    for (const auto& stated : part.tempos) {
      const auto [place, is_new] = at.emplace(stated.tempo.start_ticks, stated);
      if (!is_new && stated.is_sound && !place->second.is_sound) place->second = stated;
    }
  std::vector<Tempo> map;
  for (const auto& [start, stated] : at)
    if (map.empty() || map.back().microseconds_per_quarter != stated.tempo.microseconds_per_quarter)
      map.push_back(stated.tempo);
  return map;
}

// At each tick the signature that most parts state; of two as frequent that of the upper part.
std::map<std::int32_t, musicxml::KeyStatement> stated_keys(const std::vector<musicxml::PartContent>& parts) {
  using Vote = std::pair<musicxml::KeyStatement, int>;
  std::map<std::int32_t, std::vector<Vote>> votes;
  for (const auto& part : parts)
    for (const auto& key : part.keys) {
      auto& here = votes[key.start_ticks];
      auto same =
          std::ranges::find_if(here, [&](const Vote& vote) { return vote.first.fifths == key.fifths; });
      if (same == here.end()) same = here.insert(here.end(), {key, 0});
      if (same->first.mode.empty()) same->first.mode = key.mode;
      ++same->second;
    }
  std::map<std::int32_t, musicxml::KeyStatement> keys;
  for (const auto& [start, here] : votes)
    keys[start] = std::ranges::max_element(here, {}, &Vote::second)->first;
  return keys;
}

// Semitones from the tonic of the major key to that of the mode, and whether its third is minor.
std::optional<std::pair<int, Mode>> church_mode(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::pair<int, Mode>>, 9> kModes{{
      {"major", {0, Mode::kMajor}},
      {"minor", {9, Mode::kMinor}},
      {"ionian", {0, Mode::kMajor}},
      {"dorian", {2, Mode::kMinor}},
      {"phrygian", {4, Mode::kMinor}},
      {"lydian", {5, Mode::kMajor}},
      {"mixolydian", {7, Mode::kMajor}},
      {"aeolian", {9, Mode::kMinor}},
      {"locrian", {11, Mode::kMinor}},
  }};
  for (const auto& [known, mode] : kModes)
    if (known == name) return mode;
  return std::nullopt;
}

Key key_in(const Score& score, const musicxml::KeyStatement& stated, std::int32_t end) {
  const auto mode = church_mode(stated.mode);
  const Key major = key_of_sharps(stated.fifths, Mode::kMajor);
  if (mode && mode->first != 0 && mode->first != 9) return {(major.tonic + mode->first) % 12, mode->second};
  if (mode) return key_of_sharps(stated.fifths, mode->second);
  return key_of_sharps(stated.fifths, find_key(score, stated.start_ticks, end).key.mode);
}

std::vector<KeySignature> key_map(const Score& score, const std::vector<musicxml::PartContent>& parts) {
  std::vector<musicxml::KeyStatement> changes;
  for (const auto& [start, key] : stated_keys(parts))
    if (changes.empty() || changes.back().fifths != key.fifths || changes.back().mode != key.mode)
      changes.push_back(key);
  std::vector<KeySignature> map;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto end = i + 1 < changes.size() ? changes[i + 1].start_ticks : end_ticks(score);
    map.push_back({changes[i].start_ticks, key_in(score, changes[i], end)});
  }
  return map;
}

// ---- Tracks.
// General MIDI's pianos, celesta, organs and accordions, and the harp: two staves are two hands.
bool is_for_two_hands(int program) { return program < 24 || program == 46; }

std::string staff_name(const PartHead& part, int staff, int staves) {
  if (staves == 1) return part.name;
  if (staves == 2 && is_for_two_hands(part.program)) return part.name + (staff == 1 ? " RH" : " LH");
  return fmt::format("{} staff {}", part.name, staff);
}

// Of two notes of one pitch at one tick the longer, with the marks of both.
void sort_without_doubles(std::vector<Note>& notes) {
  std::ranges::sort(notes, [](const Note& a, const Note& b) {
    return std::tuple(a.start_ticks, a.pitch, -a.length_ticks) <
           std::tuple(b.start_ticks, b.pitch, -b.length_ticks);
  });
  std::vector<Note> kept;
  for (const Note& note : notes) {
    if (kept.empty() || kept.back().start_ticks != note.start_ticks || kept.back().pitch != note.pitch) {
      kept.push_back(note);
      continue;
    }
    const bool is_grace = (kept.back().marks & note.marks & kGrace) != 0;
    kept.back().marks =
        static_cast<std::uint16_t>(((kept.back().marks | note.marks) & ~kGrace) | (is_grace ? kGrace : 0));
    kept.back().velocity = std::max(kept.back().velocity, note.velocity);
  }
  std::ranges::sort(kept);
  notes = std::move(kept);
}

void add_track(Score& score, Track track) {
  if (track.notes.empty()) return;
  sort_without_doubles(track.notes);
  score.tracks.push_back(std::move(track));
}

// `above`: how many staves stand above the part.
void add_part(Score& score, const PartHead& head, const musicxml::PartContent& part, int above) {
  Track drums{.name = head.name, .is_drums = true, .notes = {}, .pedal = {}, .staff = above + 1};
  for (int staff = 1; staff <= part.staves; ++staff) {
    Track track{.name = staff_name(head, staff, part.staves),
                .program = head.program,
                .notes = {},
                .pedal = part.pedal,
                .staff = above + staff};
    for (const auto& one : part.notes)
      if (one.staff == staff) (one.is_drum ? drums : track).notes.push_back(one.note);
    if (staff == 1) track.lyrics = part.lyrics;
    track.dynamics = part.dynamics;
    std::ranges::stable_sort(track.lyrics, {}, &Lyric::start_ticks);
    std::ranges::stable_sort(track.dynamics, {}, &DynamicMark::start_ticks);
    std::ranges::sort(track.pedal);
    add_track(score, std::move(track));
  }
  add_track(score, std::move(drums));
}

Score read_partwise(const pugi::xml_node& root, const std::string& name) {
  std::map<std::string, pugi::xml_node> heads;
  for (const auto& head : root.child("part-list").children("score-part"))
    heads[head.attribute("id").value()] = head;
  std::vector<musicxml::PartNode> nodes;
  for (const auto& part : root.children("part"))
    nodes.push_back({part, fmt::format("{}: part {}", name, single_line(part.attribute("id").value()))});
  if (nodes.empty()) throw Error(name, "holds no music", "<part>", "none");
  const auto timeline = musicxml::read_timeline(nodes);
  Score score;
  score.ticks_per_quarter = timeline.ticks_per_quarter;
  score.time_signatures = timeline.time_signatures;
  std::vector<musicxml::PartContent> parts;
  int staves = 0;
  for (const auto& [node, where] : nodes) {
    const auto head = part_head(heads[node.attribute("id").value()], parts.size());
    parts.push_back(
        naming(where, [&, &part = node] { return musicxml::read_part(part, timeline, head.drums); }));
    add_part(score, head, parts.back(), staves);
    staves += parts.back().staves;
  }
  score.tempos = tempo_map(parts);
  check_length(score, name);
  score.key_signatures = key_map(score, parts);
  return score;
}

}  // namespace

Score read_musicxml(std::string_view bytes, std::string_view name) {
  const std::string where(name);
  const std::string document_text = is_zip(bytes) ? unpacked(bytes, where) : std::string();
  const auto document = parsed(is_zip(bytes) ? document_text : bytes, where);
  if (document.child("score-timewise"))
    throw Error(ErrorKind::kUnsupported, where, "is ordered by time", "<score-partwise>", "<score-timewise>");
  const auto root = document.child("score-partwise");
  if (!root)
    throw Error(where, "is no MusicXML", "<score-partwise>",
                fmt::format("<{}>", document.document_element().name()));
  return read_partwise(root, where);
}

Score load_musicxml(const std::filesystem::path& path) {
  const auto bytes = read_bytes(path, kLargestDocument);
  return read_musicxml({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string());
}

bool is_musicxml_name(const std::filesystem::path& path) {
  auto ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".musicxml" || ending == ".xml" || ending == ".mxl";
}

}  // namespace s2m
