#include "story2midi/notation/write_musicxml.h"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "story2midi/base/error.h"
#include "story2midi/base/zip_writer.h"
#include "story2midi/notation/part_writer.h"
#include "story2midi/notation/xml_element.h"

namespace s2m {
namespace {

using pugi::xml_node;

constexpr int kDrumChannel = 10;

void write_head(xml_node root, const Sheet& sheet) {
  if (!sheet.title.empty()) add_element(root.append_child("work"), "work-title", sheet.title);
  auto identification = root.append_child("identification");
  if (!sheet.composer.empty()) {
    add_element(identification, "creator", sheet.composer);
    identification.child("creator").append_attribute("type") = "composer";
  }
  auto encoding = identification.append_child("encoding");
  add_element(encoding, "software", "story2midi");
  for (const char* element : {"accidental", "beam", "stem"}) {
    auto supports = encoding.append_child("supports");
    supports.append_attribute("element") = element;
    supports.append_attribute("type") = std::string_view(element) == "stem" ? "no" : "yes";
  }
}

// Staves of 7 mm for one player, smaller for more, on A4 (in tenths of the space between two lines).
void write_page(xml_node root, const Sheet& sheet) {
  constexpr double kWidth = 210, kHeight = 297, kMargin = 15;
  std::size_t staves = 0;
  for (const SheetPart& part : sheet.parts) staves += part.clefs.size();
  const double staff = staves <= 3 ? 7 : staves <= 6 ? 6 : staves <= 10 ? 5 : 4.2;
  const auto tenths = [&](double millimetres) { return fmt::format("{:.0f}", millimetres * 40 / staff); };
  auto defaults = root.append_child("defaults");
  auto scaling = defaults.append_child("scaling");
  add_element(scaling, "millimeters", fmt::format("{}", staff));
  add_element(scaling, "tenths", "40");
  auto page = defaults.append_child("page-layout");
  add_element(page, "page-height", tenths(kHeight));
  add_element(page, "page-width", tenths(kWidth));
  auto margins = page.append_child("page-margins");
  margins.append_attribute("type") = "both";
  for (const char* side : {"left-margin", "right-margin", "top-margin", "bottom-margin"})
    add_element(margins, side, tenths(kMargin));
}

bool is_drums(const SheetPart& part) { return part.clefs.front() == Clef::kPercussion; }

// MusicXML counts programs and unpitched keys from 1.
void write_instrument(xml_node head, const std::string& id, int channel, std::pair<const char*, int> number) {
  auto midi = head.append_child("midi-instrument");
  midi.append_attribute("id") = id.c_str();
  add_element(midi, "midi-channel", std::to_string(channel));
  add_element(midi, number.first, std::to_string(number.second + 1));
}

// `channel`: from 1.
void write_part_head(xml_node list, const SheetPart& part, const std::string& id, int channel) {
  auto head = list.append_child("score-part");
  head.append_attribute("id") = id.c_str();
  add_element(head, "part-name", part.name);
  if (!part.abbreviation.empty()) add_element(head, "part-abbreviation", part.abbreviation);
  std::set<int> drums;
  if (is_drums(part))
    for (const SheetNote& note : part.notes) drums.insert(note.pitch);
  const auto add_instrument = [&](const std::string& instrument) {
    auto node = head.append_child("score-instrument");
    node.append_attribute("id") = instrument.c_str();
    add_element(node, "instrument-name", part.name);
  };
  if (drums.empty()) add_instrument(musicxml::instrument_id(id));
  for (const int drum : drums) add_instrument(musicxml::instrument_id(id, drum));
  if (drums.empty())
    write_instrument(head, musicxml::instrument_id(id), channel, {"midi-program", part.program});
  for (const int drum : drums)
    write_instrument(head, musicxml::instrument_id(id, drum), kDrumChannel, {"midi-unpitched", drum});
}

// Parts [first, last] of one family have a bracket, and bar lines through all of them.
class Brackets {
 public:
  Brackets(xml_node list, const std::vector<SheetPart>& parts) : list_(list), parts_(parts) {}

  void open_before(std::size_t part) {
    if (is_family(part, part + 1) && !is_family(part - 1, part)) {
      auto group = add_group("start");
      add_element(group, "group-symbol", "bracket");
      add_element(group, "group-barline", "yes");
    }
  }
  void close_after(std::size_t part) {
    if (is_family(part - 1, part) && !is_family(part, part + 1)) add_group("stop");
  }

 private:
  bool is_family(std::size_t part, std::size_t next) const {
    return part < parts_.size() && next < parts_.size() && !parts_[part].family.empty() &&
           parts_[part].family == parts_[next].family;
  }
  xml_node add_group(const char* type) {
    auto group = list_.append_child("part-group");
    group.append_attribute("number") = 1;
    group.append_attribute("type") = type;
    return group;
  }
  xml_node list_;
  const std::vector<SheetPart>& parts_;
};

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

std::string write_musicxml(const Sheet& sheet, std::span<const int> long_rests) {
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
  write_page(root, sheet);
  auto list = root.append_child("part-list");
  Brackets brackets(list, sheet.parts);
  int pitched = 0;
  for (std::size_t i = 0; i < sheet.parts.size(); ++i) {
    const auto& part = sheet.parts[i];
    const auto id = fmt::format("P{}", i + 1);
    brackets.open_before(i);
    write_part_head(list, part, id, channel_of(is_drums(part) ? 0 : pitched++));
    brackets.close_after(i);
    auto node = root.append_child("part");
    node.append_attribute("id") = id.c_str();
    musicxml::write_part(node, sheet, part, id,
                         {i == 0 ? musicxml::PartPlace::kFirst : musicxml::PartPlace::kLater, long_rests});
  }
  std::ostringstream text;
  document.save(text, " ");
  return text.str();
}

std::vector<std::uint8_t> write_mxl(const Sheet& sheet) {
  return write_zip({{{"META-INF/container.xml", kContainer}, {"score.musicxml", write_musicxml(sheet)}}});
}

}  // namespace s2m
