#include "story2midi/notation/directions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "story2midi/notation/pitch_spelling.h"
#include "story2midi/notation/xml_element.h"

namespace s2m::musicxml {
namespace {

using pugi::xml_node;

constexpr std::array<const char*, 8> kLevels{"ppp", "pp", "p", "mp", "mf", "f", "ff", "fff"};
constexpr std::array<const char*, kChordQualityCount> kKinds{
    "major",           "minor",         "diminished",      "augmented",          "dominant",
    "major-seventh",   "minor-seventh", "half-diminished", "diminished-seventh", "suspended-fourth",
    "suspended-second"};

void add_offset(xml_node parent, int offset) {
  if (offset != 0) add_element(parent, "offset", std::to_string(offset));
}

std::string tempo_text(double bpm) { return fmt::format("{}", std::round(bpm * 1000) / 1000); }

// A direction whose type is filled in by `fill`.
template <class Fill>
TimedElement direction(int start, const char* placement, int staff, Fill fill) {
  return {start, [=](xml_node measure, int offset) {
            auto node = measure.append_child("direction");
            node.append_attribute("placement") = placement;
            fill(node.append_child("direction-type"));
            add_offset(node, offset);
            add_element(node, "staff", std::to_string(staff));
          }};
}

TimedElement words(int start, const char* placement, const std::string& text, const char* size) {
  return direction(start, placement, 1, [=](xml_node type) {
    auto node = type.append_child("words");
    node.append_attribute("font-style") = "italic";
    if (*size != '\0') node.append_attribute("font-size") = size;
    node.text().set(text.c_str());
  });
}

// The beat of a metronome mark, and quarters that it lasts.
struct BeatUnit {
  const char* name;
  bool is_dotted;
  double quarters;
};
BeatUnit beat_unit(Metre metre) {
  if (metre.denominator >= 8 && metre.numerator % 3 == 0) return {"quarter", true, 1.5};
  if (metre.denominator == 2) return {"half", false, 2};
  if (metre.denominator >= 8) return {"eighth", false, .5};
  return {"quarter", false, 1};
}

void add_metronome(xml_node type, const SheetBar& bar) {
  const BeatUnit unit = beat_unit(bar.metre);
  auto node = type.append_child("metronome");
  add_element(node, "beat-unit", unit.name);
  if (unit.is_dotted) node.append_child("beat-unit-dot");
  add_element(node, "per-minute", fmt::format("{:.0f}", bar.tempo_bpm / unit.quarters));
}

TimedElement tempo_mark(const SheetBar& bar) {
  return {bar.start, [&bar](xml_node measure, int offset) {
            auto node = measure.append_child("direction");
            node.append_attribute("placement") = "above";
            if (!bar.tempo_words.empty()) {
              auto text = node.append_child("direction-type").append_child("words");
              text.append_attribute("font-weight") = "bold";
              text.text().set((bar.tempo_words + (bar.shows_tempo ? " " : "")).c_str());
            }
            if (bar.shows_tempo) add_metronome(node.append_child("direction-type"), bar);
            add_offset(node, offset);
            add_element(node, "staff", "1");
            node.append_child("sound").append_attribute("tempo") = tempo_text(bar.tempo_bpm).c_str();
          }};
}

void add_root(xml_node parent, const std::string& prefix, const SpelledPitch& pitch) {
  auto node = parent.append_child(prefix.c_str());
  add_element(node, (prefix + "-step").c_str(), std::string(1, letter_of(pitch.step)));
  if (pitch.alter != 0) add_element(node, (prefix + "-alter").c_str(), std::to_string(pitch.alter));
}

TimedElement chord_symbol(const Chord& chord, Key key) {
  return {chord.start, [=](xml_node measure, int offset) {
            auto node = measure.append_child("harmony");
            node.append_attribute("print-frame") = "no";
            add_root(node, "root", spelled_root(chord.root, key));
            auto kind = node.append_child("kind");
            kind.append_attribute("text") = std::string(chord_suffix(chord.quality)).c_str();
            kind.text().set(kKinds[static_cast<std::size_t>(chord.quality)]);
            if (chord.bass != chord.root) add_root(node, "bass", spelled_root(chord.bass, key));
            add_offset(node, offset);
          }};
}

bool is_same_symbol(const Chord& a, const Chord& b) {
  return a.root == b.root && a.quality == b.quality && a.bass == b.bass;
}

void add_chords(const Sheet& sheet, const SheetPart& part, const SheetBar& bar,
                std::vector<TimedElement>& all) {
  const auto& chords = sheet.chords;
  auto at = std::ranges::lower_bound(chords, bar.start, {}, &Chord::start);
  for (; at != chords.end() && at->start < bar.start + bar.positions; ++at)
    if (at == chords.begin() || !is_same_symbol(*at, *std::prev(at)))
      all.push_back(
          chord_symbol(written_chord(*at, part.transposition), written_key(bar.key, part.transposition)));
}

void add_shared(const Sheet& sheet, const SheetPart& part, std::size_t index,
                std::vector<TimedElement>& all) {
  const SheetBar& bar = sheet.bars[index];
  if (!bar.rehearsal.empty())
    all.push_back(direction(bar.start, "above", 1,
                            [&](xml_node type) { add_element(type, "rehearsal", bar.rehearsal); }));
  // Other bars' tempos are left out: MuseScore prints each <sound tempo> as a metronome mark.
  if (bar.shows_tempo || !bar.tempo_words.empty()) all.push_back(tempo_mark(bar));
  if (!bar.words.empty()) all.push_back(words(bar.start, "above", bar.words, "9"));
  if (!bar.expression.empty()) all.push_back(words(bar.start, "above", bar.expression, ""));
  if (sheet.shows_chords) add_chords(sheet, part, bar, all);
}

TimedElement wedge(int start, const char* kind) {
  return direction(start, "below", 1,
                   [=](xml_node type) { type.append_child("wedge").append_attribute("type") = kind; });
}

void add_loudness(const SheetPart& part, const SheetBar& bar, std::vector<TimedElement>& all) {
  const int end = bar.start + bar.positions;
  for (const Hairpin& hairpin : part.hairpins)
    if (hairpin.end > bar.start && hairpin.end <= end) all.push_back(wedge(hairpin.end, "stop"));
  for (const SheetDynamic& mark : part.dynamics)
    if (mark.start >= bar.start && mark.start < end)
      all.push_back(direction(mark.start, "below", 1, [=](xml_node type) {
        type.append_child("dynamics").append_child(kLevels[static_cast<std::size_t>(mark.level)]);
      }));
  for (const Hairpin& hairpin : part.hairpins)
    if (hairpin.start >= bar.start && hairpin.start < end)
      all.push_back(
          wedge(hairpin.start, hairpin.kind == HairpinKind::kCrescendo ? "crescendo" : "diminuendo"));
}

}  // namespace

Key written_key(Key key, int transposition) {
  if (transposition % 12 == 0) return key;
  return {((key.tonic - transposition) % 12 + 12) % 12, key.mode, KeySpelling::kUsual};
}

Chord written_chord(Chord chord, int transposition) {
  const auto moved = [&](std::uint8_t pitch) {
    return static_cast<std::uint8_t>(((pitch - transposition) % 12 + 12) % 12);
  };
  chord.root = moved(chord.root);
  chord.bass = moved(chord.bass);
  return chord;
}

std::vector<TimedElement> directions_of(const Sheet& sheet, const SheetPart& part, std::size_t bar,
                                        PartPlace place) {
  std::vector<TimedElement> all;
  if (place == PartPlace::kFirst) add_shared(sheet, part, bar, all);
  add_loudness(part, sheet.bars[bar], all);
  std::ranges::stable_sort(all, {}, &TimedElement::start);
  return all;
}

}  // namespace s2m::musicxml
