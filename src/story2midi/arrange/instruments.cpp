#include "story2midi/arrange/instruments.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/music/two_hands.h"

namespace s2m {
namespace {

using enum Clef;
using enum Excitation;
using Strings = std::array<std::uint8_t, 6>;
constexpr Strings kNone{};
constexpr Strings kViolin{55, 62, 69, 76}, kViola{48, 55, 62, 69}, kCello{36, 43, 50, 57};
constexpr Strings kGuitar{40, 45, 50, 55, 59, 64};

// Ranges: Adler, The Study of Orchestration (2002), a little within the extremes; home ranges of orchestral instruments:
// quartiles of 48 orchestral movements of OpenScore.
constexpr std::array kInstruments = std::to_array<Instrument>({
    {"Piano", "Pno.", 0, kTreble, 2, 0, {21, 108}, {48, 79}, 10, kStruck, 1, 0, true, kNone, 0},
    {"Flute", "Fl.", 73, kTreble, 1, 0, {60, 96}, {72, 87}, 1, kBlown, .95, 11, false, kNone, 0},
    {"Oboe", "Ob.", 68, kTreble, 1, 0, {58, 91}, {70, 81}, 1, kBlown, .95, 11, false, kNone, 0},
    {"Clarinet in Bb", "Cl.", 71, kTreble, 1, -2, {50, 91}, {62, 77}, 1, kBlown, .95, 11, false, kNone, 0},
    {"Bassoon", "Bn.", 70, kBass, 1, 0, {34, 72}, {46, 60}, 1, kBlown, .95, 11, false, kNone, 0},
    {"Horn in F", "Hn.", 60, kTreble, 1, -7, {41, 77}, {55, 67}, 1, kBlown, .95, 11, false, kNone, 0},
    {"Trumpet in Bb", "Tpt.", 56, kTreble, 1, -2, {54, 82}, {65, 76}, 1, kBlown, .9, 11, false, kNone, 0},
    {"Trombone", "Tbn.", 57, kBass, 1, 0, {40, 70}, {48, 60}, 1, kBlown, .9, 11, false, kNone, 0},
    {"Timpani", "Timp.", 47, kBass, 1, 0, {40, 55}, {43, 50}, 1, kStruck, 1, 0, false, kNone, 0},
    {"Harp", "Hp.", 46, kTreble, 2, 0, {24, 103}, {48, 79}, 8, kPlucked, 1, 0, false, kNone, 0},
    {"Violin", "Vln.", 40, kTreble, 1, 0, {55, 100}, {65, 81}, 2, kBowed, 1, 11, false, kViolin, 7},
    {"Viola", "Vla.", 41, kAlto, 1, 0, {48, 88}, {55, 69}, 2, kBowed, 1, 11, false, kViola, 6},
    {"Cello", "Vc.", 42, kBass, 1, 0, {36, 79}, {43, 62}, 2, kBowed, 1, 11, false, kCello, 5},
    {"Contrabass", "Cb.", 43, kBass, 1, -12, {28, 62}, {33, 46}, 1, kBowed, 1, 11, false, kNone, 0},
    // Sections play two notes divided, so any two.
    {"Violins", "Vlns.", 48, kTreble, 1, 0, {55, 98}, {65, 81}, 2, kBowed, 1, 11, false, kNone, 0},
    {"Violas", "Vlas.", 48, kAlto, 1, 0, {48, 84}, {55, 68}, 2, kBowed, 1, 11, false, kNone, 0},
    {"Cellos", "Vcs.", 48, kBass, 1, 0, {36, 76}, {43, 60}, 2, kBowed, 1, 11, false, kNone, 0},
    {"Guitar", "Gtr.", 24, kTreble, 1, -12, {40, 83}, {47, 74}, 6, kPlucked, 1, 0, false, kGuitar, 4},
    {"Music Box", "M. box", 10, kTreble, 1, 0, {60, 101}, {72, 91}, 4, kStruck, 1, 0, false, kNone, 0},
    {"Celesta", "Cel.", 8, kTreble, 2, 12, {60, 108}, {64, 84}, 8, kStruck, 1, 0, true, kNone, 0},
    {"Synth Lead", "Lead", 81, kTreble, 1, 0, {36, 98}, {60, 84}, 1, kElectronic, .95, 11, false, kNone, 0},
    {"Synth Pluck", "Pluck", 98, kTreble, 1, 0, {36, 98}, {60, 84}, 4, kElectronic, .9, 11, false, kNone, 0},
    {"Synth Pad", "Pad", 89, kTreble, 1, 0, {36, 96}, {52, 76}, 6, kElectronic, 1, 11, false, kNone, 0},
    {"Synth Bass", "S. bass", 38, kBass, 1, 0, {28, 67}, {31, 48}, 1, kElectronic, .9, 11, false, kNone, 0},
    {"Square Lead", "Sq. 1", 80, kTreble, 1, 0, {45, 98}, {62, 86}, 1, kElectronic, .85, 0, false, kNone, 0},
    {"Square Harmony",
     "Sq. 2",
     80,
     kTreble,
     1,
     0,
     {45, 98},
     {57, 76},
     1,
     kElectronic,
     .7,
     0,
     false,
     kNone,
     0},
    {"Triangle Bass", "Tri.", 39, kBass, 1, 0, {28, 76}, {33, 52}, 1, kElectronic, .9, 0, false, kNone, 0},
    {"Lead Guitar", "L. Gtr.", 29, kTreble, 1, -12, {40, 86}, {59, 79}, 1, kPlucked, 1, 11, false, kNone, 0},
    {"Rhythm Guitar",
     "R. Gtr.",
     27,
     kTreble,
     1,
     -12,
     {40, 83},
     {45, 67},
     6,
     kPlucked,
     .9,
     0,
     false,
     kGuitar,
     4},
    {"Bass Guitar", "Bass", 33, kBass, 1, -12, {28, 67}, {28, 45}, 1, kPlucked, .95, 0, false, kNone, 0},
    {"Rock Organ", "Org.", 18, kTreble, 2, 0, {36, 96}, {52, 76}, 6, kElectronic, 1, 11, false, kNone, 0},
    {"Drums", "Dr.", 0, kPercussion, 1, 0, {35, 81}, {35, 59}, 4, kStruck, 1, 0, false, kNone, 0},
});

// `used`: bits of strings that are taken. Pitches are tried in turn, each on every free string.
bool fits(const Instrument& instrument, std::span<const int> pitches, unsigned used, PitchRange hand) {
  if (pitches.empty()) return true;
  for (std::size_t string = 0; string < instrument.strings.size(); ++string) {
    const int open = instrument.strings[string], stop = pitches.front() - open;
    if (open == 0 || stop < 0 || used >> string & 1) continue;
    const PitchRange now{stop == 0 ? hand.lowest : std::min(hand.lowest, stop),
                         stop == 0 ? hand.highest : std::max(hand.highest, stop)};
    if (now.highest - now.lowest > instrument.reach) continue;
    if (fits(instrument, pitches.subspan(1), used | 1U << string, now)) return true;
  }
  return false;
}

bool fits_under_bow(const Instrument& instrument, int one, int other) {
  for (std::size_t low = 0; low + 1 < instrument.strings.size() && instrument.strings[low + 1]; ++low) {
    const int below = std::min(one, other) - instrument.strings[low];
    const int above = std::max(one, other) - instrument.strings[low + 1];
    const bool open = below == 0 || above == 0;
    if (below >= 0 && above >= 0 && (open || std::abs(below - above) <= instrument.reach)) return true;
  }
  return false;
}

}  // namespace

bool is_drums(const Instrument& instrument) { return instrument.clef == kPercussion; }

bool is_called(const Instrument& instrument, std::string_view name) {
  const auto equal = [](std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
  };
  const auto first = instrument.name.substr(0, instrument.name.find(' '));
  const bool is_section = first.ends_with('s') && equal(first.substr(0, first.size() - 1), name);
  return equal(instrument.name, name) || equal(first, name) || is_section;
}

std::span<const Instrument> instruments() { return kInstruments; }

const Instrument& instrument_of(std::string_view name) {
  const auto found = std::ranges::find(kInstruments, name, &Instrument::name);
  if (found == kInstruments.end())
    throw Error("instrument", "is unknown", "one of the table", std::string(name));
  return *found;
}

bool is_playable(const Instrument& instrument, std::span<const int> pitches) {
  if (instrument.staves == 2) return fit_two_hands(pitches);
  if (instrument.strings.front() == 0 || pitches.size() < 2) return true;
  if (instrument.excitation == kBowed)
    return pitches.size() == 2 && fits_under_bow(instrument, pitches[0], pitches[1]);
  constexpr int kNoStop = 100;  // no note is stopped yet
  return fits(instrument, pitches, 0, {kNoStop, -kNoStop});
}

}  // namespace s2m
