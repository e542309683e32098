// A part of a sheet as a <part> of a MusicXML document.
#pragma once

#include <pugixml.hpp>
#include <span>
#include <string>

#include "story2midi/notation/sheet.h"

namespace s2m::musicxml {

// Whether a part holds what stands once for all: tempo, words, rehearsal marks, chord symbols.
enum class PartPlace : std::uint8_t { kFirst, kLater };

// The id of an instrument of <part-list>: of the part, or of one of its drums.
std::string instrument_id(const std::string& part_id);
std::string instrument_id(const std::string& part_id, int drum);

struct PartOptions {
  PartPlace place = PartPlace::kLater;
  std::span<const int> long_rests =
      {};  // by bar: how many bars are one long rest from there on; empty: there are none
};

// Fills `node` with the measures. `id`: of the part; its notes are ID-1, ID-2, ...
void write_part(pugi::xml_node node, const Sheet& sheet, const SheetPart& part, const std::string& id,
                const PartOptions& options = {});

}  // namespace s2m::musicxml
