#include "story2midi/notation/write_musicxml.h"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "story2midi/base/error.h"
#include "story2midi/base/zip_writer.h"
#include "story2midi/notation/part_writer.h"

namespace s2m {
namespace {

constexpr int kDrumChannel = 10;

void add(pugi::xml_node parent, const char* name, const std::string& text) {
  parent.append_child(name).text().set(text.c_str());
}

void write_head(pugi::xml_node root, const Sheet& sheet) {
  if (!sheet.title.empty()) add(root.append_child("work"), "work-title", sheet.title);
  auto identification = root.append_child("identification");
  if (!sheet.composer.empty()) {
    add(identification, "creator", sheet.composer);
    identification.child("creator").append_attribute("type") = "composer";
  }
  auto encoding = identification.append_child("encoding");
  add(encoding, "software", "story2midi");
  for (const char* element : {"accidental", "beam", "stem"}) {
    auto supports = encoding.append_child("supports");
    supports.append_attribute("element") = element;
    supports.append_attribute("type") = std::string_view(element) == "stem" ? "no" : "yes";
  }
}

bool is_drums(const SheetPart& part) { return part.clefs.front() == Clef::kPercussion; }

// MusicXML counts programs and unpitched keys from 1.
void write_instrument(pugi::xml_node head, const std::string& id, int channel,
                      std::pair<const char*, int> number) {
  auto midi = head.append_child("midi-instrument");
  midi.append_attribute("id") = id.c_str();
  add(midi, "midi-channel", std::to_string(channel));
  add(midi, number.first, std::to_string(number.second + 1));
}

// `channel`: from 1.
void write_part_head(pugi::xml_node list, const SheetPart& part, const std::string& id, int channel) {
  auto head = list.append_child("score-part");
  head.append_attribute("id") = id.c_str();
  add(head, "part-name", part.name);
  if (!part.abbreviation.empty()) add(head, "part-abbreviation", part.abbreviation);
  std::set<int> drums;
  if (is_drums(part))
    for (const SheetNote& note : part.notes) drums.insert(note.pitch);
  const auto add_instrument = [&](const std::string& instrument) {
    auto node = head.append_child("score-instrument");
    node.append_attribute("id") = instrument.c_str();
    add(node, "instrument-name", part.name);
  };
  if (drums.empty()) add_instrument(musicxml::instrument_id(id));
  for (const int drum : drums) add_instrument(musicxml::instrument_id(id, drum));
  if (drums.empty())
    write_instrument(head, musicxml::instrument_id(id), channel, {"midi-program", part.program});
  for (const int drum : drums)
    write_instrument(head, musicxml::instrument_id(id, drum), kDrumChannel, {"midi-unpitched", drum});
}

void check(const Sheet& sheet) {
  const int end = sheet.bars.empty() ? 0 : sheet.bars.back().start + sheet.bars.back().positions;
  if (sheet.parts.empty()) throw Error("sheet", "has no part", "one at least", "none");
  for (const SheetPart& part : sheet.parts)
    for (const SheetNote& note : part.notes) {
      if (note.start < 0 || note.length < 1 || note.start + note.length > end)
        throw Error("sheet: part " + part.name, "a note lies outside the bars", fmt::format("0 to {}", end),
                    fmt::format("{} to {}", note.start, note.start + note.length));
      if (note.staff < 1 || note.staff > part.clefs.size())
        throw Error("sheet: part " + part.name, "a note lies on a staff that is not there",
                    fmt::format("1 to {}", part.clefs.size()), std::to_string(note.staff));
    }
}

// Channels from 1, without the drums' own; after the last they begin again.
int channel_of(int part) {
  const int channel = part % 15 + 1;
  return channel < kDrumChannel ? channel : channel + 1;
}

constexpr const char* kContainer =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<container>
  <rootfiles>
    <rootfile full-path="score.musicxml" media-type="application/vnd.recordare.musicxml+xml"/>
  </rootfiles>
</container>
)";

}  // namespace

std::string write_musicxml(const Sheet& sheet) {
  check(sheet);
  pugi::xml_document document;
  auto declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  document.append_child(pugi::node_doctype)
      .set_value(
          "score-partwise PUBLIC \"-//Recordare//DTD MusicXML 4.0 Partwise//EN\" "
          "\"http://www.musicxml.org/dtds/partwise.dtd\"");
  auto root = document.append_child("score-partwise");
  root.append_attribute("version") = "4.0";
  write_head(root, sheet);
  auto list = root.append_child("part-list");
  int pitched = 0;
  for (std::size_t i = 0; i < sheet.parts.size(); ++i) {
    const auto& part = sheet.parts[i];
    const auto id = fmt::format("P{}", i + 1);
    write_part_head(list, part, id, channel_of(is_drums(part) ? 0 : pitched++));
    auto node = root.append_child("part");
    node.append_attribute("id") = id.c_str();
    musicxml::write_part(node, sheet, part, id,
                         i == 0 ? musicxml::PartPlace::kFirst : musicxml::PartPlace::kLater);
  }
  std::ostringstream text;
  document.save(text, " ");
  return text.str();
}

std::vector<std::uint8_t> write_mxl(const Sheet& sheet) {
  return write_zip({{{"META-INF/container.xml", kContainer}, {"score.musicxml", write_musicxml(sheet)}}});
}

}  // namespace s2m
