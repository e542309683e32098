#include "story2midi/sheets/piece_sheet.h"

#include <algorithm>
#include <string>
#include <utility>

#include "story2midi/sheets/clefs.h"
#include "story2midi/sheets/drum_notes.h"
#include "story2midi/sheets/player_marks.h"
#include "story2midi/sheets/sheet_frame.h"
#include "story2midi/sheets/staves.h"

namespace s2m {
namespace {

bool plays_chords(const Instrument& instrument) {
  constexpr int kDividedAtMost = 2;  // double stops
  return instrument.most_at_once > kDividedAtMost && !is_drums(instrument);
}

// "Clarinet in B♭": the player's name, with the pitch of a transposing instrument.
std::string name_of(const ArrangedPart& part) {
  const std::string_view instrument = part.instrument->name;
  const auto pitch = instrument.find(" in ");
  std::string name(part.name);
  if (pitch == instrument.npos) return name;
  name += instrument.substr(pitch);
  if (name.ends_with("Bb")) name.replace(name.size() - 1, 1, "♭");
  return name;
}

// "Vln. II" of "Violin II".
std::string abbreviation_of(const ArrangedPart& part) {
  std::string abbreviation(part.instrument->abbreviation);
  const auto space = part.name.rfind(' ');
  if (space == part.name.npos) return abbreviation;
  const auto number = part.name.substr(space);
  const bool is_number = number.find_first_not_of(" IV") == number.npos;
  return is_number ? abbreviation.append(number) : abbreviation;
}

// General MIDI orders programs by family.
std::string family_of(const Instrument& instrument) {
  if (is_drums(instrument)) return {};
  if (instrument.excitation == Excitation::kBowed) return "strings";
  if (instrument.excitation != Excitation::kBlown) return {};
  constexpr int kFirstBrass = 56, kFirstReed = 64;
  return instrument.program >= kFirstBrass && instrument.program < kFirstReed ? "brass" : "woodwinds";
}

StaffLayout layout_of(const Instrument& instrument) {
  if (instrument.staves > 1) return StaffLayout::kHands;
  return plays_chords(instrument) ? StaffLayout::kBassBelow : StaffLayout::kLine;
}

// Notes, clefs and slurs. Hands are those of the written pitches, which the player reads.
SheetPart written_part(const Arrangement& arrangement, const ArrangedPart& part, const Plan& plan) {
  const Instrument& instrument = *part.instrument;
  SheetPart written;
  if (is_drums(instrument)) {
    written.notes = drum_notes(part.notes, arrangement.written.bars);
  } else {
    PartScore player = arrangement.written;
    for (auto& notes : player.parts) notes.clear();
    for (const ArrangedNote& note : part.notes)
      player.part(note.source)
          .push_back(
              {note.start, note.length, static_cast<std::uint8_t>(note.pitch - instrument.transposition)});
    written = staves_of(player, plan, layout_of(instrument));
    for (SheetNote& note : written.notes)
      note.pitch = static_cast<std::uint8_t>(note.pitch + instrument.transposition);
  }
  written.clefs.front() = instrument.clef;
  return written;
}

// Players whose instruments have one abbreviation, and no numbers, are told apart by their names.
void tell_apart(std::vector<SheetPart>& parts) {
  std::vector<std::string> shown;
  for (const SheetPart& part : parts) shown.push_back(part.abbreviation);
  for (SheetPart& part : parts)
    if (std::ranges::count(shown, part.abbreviation) > 1) part.abbreviation = part.name;
}

}  // namespace

Sheet arrangement_sheet(const Arrangement& arrangement, const Plan& plan, const SheetOptions& options) {
  Sheet sheet{.title = options.title,
              .composer = options.composer,
              .bars = sheet_bars(arrangement.written, plan),
              .chords = arrangement.written.chords,
              .shows_chords = false,
              .parts = {}};
  const auto marks = loudness_marks(arrangement.written, plan);
  for (const ArrangedPart& part : arrangement.parts) {
    if (part.notes.empty() && &part != &arrangement.parts.front()) continue;
    const Instrument& instrument = *part.instrument;
    SheetPart written = written_part(arrangement, part, plan);
    written.name = name_of(part);
    written.abbreviation = abbreviation_of(part);
    written.family = family_of(instrument);
    written.program = instrument.program;
    written.transposition = instrument.transposition;
    auto [dynamics, hairpins] = player_marks(marks, written.notes);
    written.dynamics = std::move(dynamics);
    written.hairpins = std::move(hairpins);
    choose_clefs(written, sheet.bars);
    sheet.parts.push_back(std::move(written));
    sheet.shows_chords = sheet.shows_chords || plays_chords(instrument);
  }
  tell_apart(sheet.parts);
  return sheet;
}

Sheet piece_sheet(const Piece& piece, const SheetOptions& options) {
  return needs_arranging(piece.plan)
             ? arrangement_sheet(arrange(piece.written, piece.plan), piece.plan, options)
             : piano_sheet(piece, options);
}

}  // namespace s2m
