#include "story2midi/arrange/palettes.h"

#include <algorithm>
#include <array>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/plan/palette_names.h"

namespace s2m {
namespace {

using enum LayoutUnit;

template <class... Names>
constexpr std::array<std::string_view, sizeof...(Names)> names(Names... list) {
  return {list...};
}
template <class... Places>
constexpr std::array<std::uint8_t, sizeof...(Places)> turns(Places... list) {
  return {static_cast<std::uint8_t>(list)...};
}

// Who has the melody follows the shares of time in 48 orchestral movements: violins .39, flute .20, oboe .09, clarinet
// .05, horn .04, the others .02 each.

constexpr std::array kPiano{PalettePlayer{"Piano", "Piano", kLead | kAccompany, 1, 100, 64}};
constexpr std::array kPianoLayouts{Layout{"as_written", kBeat, "", 0, -1, 1},
                                   Layout{"held_chords", kBeat, "C-", 1, -1, -.4},
                                   Layout{"broken_chords", kHalf, "LMHM", 0, -.4, .4}};
constexpr auto kSolo = turns(0);

constexpr std::array kFourHands{PalettePlayer{"Primo", "Piano", kLead | kOctaveAbove, 1, 100, 76},
                                PalettePlayer{"Secondo", "Piano", kAccompany, 1, 92, 52}};
constexpr std::array kFourHandsLayouts{Layout{"hands_as_written", kBeat, "", 0, -1, 1},
                                       Layout{"waltz_chords", kBeat, ".UU.", 1, -.6, .6},
                                       Layout{"repeated_chords", kHalf, "CUUU", 0, 0, 1}};

// In 122 quartets of OpenScore .91 to .95 of the parts sound at every level, so all four do here.
constexpr std::array kQuartet{
    PalettePlayer{"Violin I", "Violin", kLead | kUnison | kOctaveAbove | kInner, .85, 100, 40},
    PalettePlayer{"Violin II", "Violin", kLead | kUnison | kInner, .8, 96, 54},
    PalettePlayer{"Viola", "Viola", kLead | kOctaveBelow | kInner, .8, 96, 74},
    PalettePlayer{"Cello", "Cello", kLead | kOctaveBelow | kBassLine, .85, 100, 90}};
constexpr auto kQuartetTurns = turns(0, 1, 0, 2, 0, 3, 1, 0);
constexpr std::array kQuartetLayouts{
    Layout{"voices_as_written", kBeat, "", 0, -1, 1}, Layout{"held_voices", kBeat, "C-", 1, -1, 0},
    Layout{"inner_eighths", kHalf, "C", 0, -.2, .7}, Layout{"answering_voices", kHalf, ".HLM", 0, -.5, .5},
    Layout{"bowed_tremolo", kQuarter, "C", 0, .5, 1}};

constexpr std::array kStrings{
    PalettePlayer{"Violins I", "Violins", kLead | kUnison | kOctaveAbove | kInner, .75, 100, 36},
    PalettePlayer{"Violins II", "Violins", kLead | kUnison | kInner, .7, 96, 50},
    PalettePlayer{"Violas", "Violas", kLead | kUnison | kOctaveBelow | kInner, .7, 98, 72},
    PalettePlayer{"Cellos", "Cellos", kLead | kOctaveBelow | kInner | kBassLine, .7, 100, 86},
    PalettePlayer{"Contrabasses", "Contrabass", kBassLine | kBassOctave, .55, 100, 98}};
constexpr auto kStringsTurns = turns(0, 1, 0, 2, 0, 3);
constexpr std::array kStringsLayouts{
    Layout{"divided_chords", kBeat, "C-", 1, -1, .2}, Layout{"string_pulse", kHalf, "C", 0, -.3, .8},
    Layout{"off_the_beat", kHalf, ".C", 0, -.4, .6}, Layout{"sectional_tremolo", kQuarter, "C", 0, .4, 1},
    Layout{"lines_as_written", kBeat, "", 0, -1, 1}};

constexpr std::array kChamber{
    PalettePlayer{"Flute", "Flute", kLead | kUnison | kOctaveAbove | kInner, .5, 96, 50},
    PalettePlayer{"Oboe", "Oboe", kLead | kUnison | kInner, .45, 94, 60},
    PalettePlayer{"Clarinet", "Clarinet in Bb", kLead | kUnison | kOctaveBelow | kInner, .5, 96, 70},
    PalettePlayer{"Bassoon", "Bassoon", kOctaveBelow | kInner | kBassLine, .5, 94, 78},
    PalettePlayer{"Horn", "Horn in F", kLead | kOctaveBelow | kInner, .4, 90, 44},
    PalettePlayer{"Violin", "Violin", kLead | kUnison | kOctaveAbove | kInner, .65, 98, 34},
    PalettePlayer{"Viola", "Viola", kUnison | kOctaveBelow | kInner, .6, 98, 84},
    PalettePlayer{"Cello", "Cello", kLead | kOctaveBelow | kBassLine, .65, 100, 94}};
constexpr auto kChamberTurns = turns(5, 0, 5, 1, 0, 5, 2, 5, 0, 4, 5, 7);
constexpr std::array kChamberLayouts{
    Layout{"winds_and_strings_as_written", kBeat, "", 0, -1, 1}, Layout{"serenade", kHalf, ".C", 0, -.5, .5},
    Layout{"held_winds", kBeat, "C--", 0, -1, .1}, Layout{"light_staccato", kHalf, "LUHU", 0, 0, 1}};

constexpr std::array kOrchestra{
    PalettePlayer{"Flute", "Flute", kLead | kUnison | kOctaveAbove | kInner, .5, 96, 54},
    PalettePlayer{"Oboe", "Oboe", kLead | kUnison | kInner, .45, 92, 60},
    PalettePlayer{"Clarinet", "Clarinet in Bb", kLead | kUnison | kOctaveBelow | kInner, .5, 94, 68},
    PalettePlayer{"Bassoon", "Bassoon", kOctaveBelow | kInner | kBassLine, .5, 94, 74},
    PalettePlayer{"Horn I", "Horn in F", kLead | kOctaveBelow | kInner, .5, 90, 46},
    PalettePlayer{"Horn II", "Horn in F", kInner, .4, 88, 42},
    PalettePlayer{"Trumpet", "Trumpet in Bb", kLead | kUnison | kInner, .25, 86, 70},
    PalettePlayer{"Trombone", "Trombone", kInner | kBassLine, .25, 86, 80},
    PalettePlayer{"Timpani", "Timpani", kStrokes, .2, 90, 64},
    PalettePlayer{"Violins I", "Violins", kLead | kUnison | kOctaveAbove | kInner, .75, 104, 32},
    PalettePlayer{"Violins II", "Violins", kLead | kUnison | kInner, .7, 100, 46},
    PalettePlayer{"Violas", "Violas", kUnison | kOctaveBelow | kInner, .7, 100, 78},
    PalettePlayer{"Cellos", "Cellos", kLead | kOctaveBelow | kInner | kBassLine, .75, 102, 88},
    PalettePlayer{"Contrabasses", "Contrabass", kBassLine | kBassOctave, .6, 102, 98}};
constexpr auto kOrchestraTurns = turns(9, 0, 9, 1, 9, 0, 9, 2, 0, 9, 4, 10, 9, 12);
constexpr std::array kOrchestraLayouts{
    Layout{"orchestral_background", kBeat, "C-", 1, -1, .3}, Layout{"tutti_pulse", kHalf, "C", 0, 0, .8},
    Layout{"after_the_beat", kHalf, ".C", 0, -.3, .6}, Layout{"orchestral_tremolo", kQuarter, "C", 0, .5, 1},
    Layout{"parts_as_written", kBeat, "", 0, -1, 1}};

constexpr std::array kPianoCello{
    PalettePlayer{"Cello", "Cello", kLead | kOctaveBelow | kBassLine, .75, 104, 52},
    PalettePlayer{"Piano", "Piano", kLead | kAccompany, 1, 92, 74}};
constexpr auto kPianoCelloTurns = turns(0, 1, 0, 0, 1);
constexpr std::array kPianoCelloLayouts{Layout{"sonata_as_written", kBeat, "", 0, -1, 1},
                                        Layout{"rolling_eighths", kHalf, "LMHM", 0, -.5, .5},
                                        Layout{"elegy_chords", kBeat, "C", 0, -1, -.1}};

constexpr std::array kGuitars{PalettePlayer{"Guitar I", "Guitar", kLead, .9, 100, 44},
                              PalettePlayer{"Guitar II", "Guitar", kAccompany, 1, 94, 84}};
constexpr std::array kGuitarLayouts{Layout{"thumb_and_fingers", kHalf, "LMHM", 0, -1, .3},
                                    Layout{"strummed", kHalf, "C.CUC.UC", 0, .1, 1},
                                    Layout{"plucked_chords", kBeat, ".U", 0, -.6, .6},
                                    Layout{"arpeggio_sixteenths", kQuarter, "LMHMHMHM", 0, -.2, .8}};

constexpr std::array kMusicBox{PalettePlayer{"Music Box", "Music Box", kLead, 1, 100, 58},
                               PalettePlayer{"Celesta", "Celesta", kAccompany, .9, 84, 72}};
constexpr std::array kMusicBoxLayouts{Layout{"comb_arpeggio", kHalf, "LMHM", 0, -1, 1},
                                      Layout{"winding_down", kBeat, "LH", 0, -1, -.2},
                                      Layout{"chimes", kBeat, "C--", 0, -1, .2}};

constexpr std::array kSynth{PalettePlayer{"Lead", "Synth Lead", kLead | kUnison, .7, 92, 64},
                            PalettePlayer{"Pluck", "Synth Pluck", kLead | kOctaveAbove | kInner, .7, 92, 44},
                            PalettePlayer{"Pad", "Synth Pad", kInner, .9, 88, 84},
                            PalettePlayer{"Bass", "Synth Bass", kBassLine, .9, 104, 64},
                            PalettePlayer{"Drums", "Drums", kKit, .7, 96, 64}};
constexpr auto kSynthTurns = turns(0, 1, 0, 0, 1);
constexpr std::array kSynthLayouts{Layout{"slow_pad", kBeat, "C-", 1, -1, .2},
                                   Layout{"gated_pad", kQuarter, "C.CC.CC.", 0, .2, 1},
                                   Layout{"sequence", kQuarter, "LMHM", 0, -.4, 1}};
constexpr auto kSynthBeats = names("shimmer", "four_on_floor", "half_time", "driving");

constexpr std::array kChiptune{
    PalettePlayer{"Square 1", "Square Lead", kLead, .9, 92, 52},
    PalettePlayer{"Square 2", "Square Harmony", kLead | kUnison | kOctaveBelow | kInner, .9, 84, 76},
    PalettePlayer{"Triangle", "Triangle Bass", kBassLine, .95, 104, 64},
    PalettePlayer{"Noise", "Drums", kKit, .8, 84, 64}};
constexpr auto kChiptuneTurns = turns(0, 0, 1, 0, 1);
constexpr std::array kChiptuneLayouts{Layout{"fast_arpeggio", kQuarter, "LMH", 0, 0, 1},
                                      Layout{"two_note_echo", kHalf, "LH", 0, -.6, .6},
                                      Layout{"long_square", kBeat, "C-C-", 0, -1, 0}};
constexpr auto kChiptuneBeats = names("arcade", "march", "shimmer", "four_on_floor");

constexpr std::array kRock{PalettePlayer{"Lead Guitar", "Lead Guitar", kLead, .65, 88, 48},
                           PalettePlayer{"Rhythm Guitar", "Rhythm Guitar", kInner, .85, 88, 84},
                           PalettePlayer{"Organ", "Rock Organ", kLead | kUnison | kInner, .6, 80, 40},
                           PalettePlayer{"Bass", "Bass Guitar", kBassLine, .95, 104, 64},
                           PalettePlayer{"Drums", "Drums", kKit, .9, 100, 64}};
constexpr auto kRockTurns = turns(0, 0, 2, 0);
constexpr std::array kRockLayouts{
    Layout{"driven_eighths", kHalf, "C", 0, .2, 1}, Layout{"picked_chords", kHalf, "LMHM", 0, -1, .2},
    Layout{"ringing_chords", kBeat, "C---", 0, -1, .5}, Layout{"reggae_chops", kHalf, ".C", 0, -.3, .5}};
constexpr auto kRockBeats = names("ballad", "half_time", "rock", "driving", "toms");

constexpr std::array kPalettes = std::to_array<Palette>({
    {"piano", kPiano, kSolo, 1, kPianoLayouts, {}},
    {"four-hands", kFourHands, kSolo, 2, kFourHandsLayouts, {}},
    {"string-quartet", kQuartet, kQuartetTurns, 4, kQuartetLayouts, {}},
    {"string-orchestra", kStrings, kStringsTurns, 2, kStringsLayouts, {}},
    {"chamber", kChamber, kChamberTurns, 3, kChamberLayouts, {}},
    {"orchestra", kOrchestra, kOrchestraTurns, 4, kOrchestraLayouts, {}},
    {"piano-cello", kPianoCello, kPianoCelloTurns, 2, kPianoCelloLayouts, {}},
    {"guitar", kGuitars, kSolo, 2, kGuitarLayouts, {}},
    {"music-box", kMusicBox, kSolo, 2, kMusicBoxLayouts, {}},
    {"synth", kSynth, kSynthTurns, 3, kSynthLayouts, kSynthBeats},
    {"chiptune", kChiptune, kChiptuneTurns, 3, kChiptuneLayouts, kChiptuneBeats},
    {"rock-band", kRock, kRockTurns, 3, kRockLayouts, kRockBeats},
});

}  // namespace

std::span<const Palette> palettes() { return kPalettes; }

const Palette& palette_of(std::string_view name) {
  const auto found = std::ranges::find(kPalettes, name.empty() ? kPianoPalette : name, &Palette::name);
  if (found == kPalettes.end()) throw Error("palette", "is unknown", palette_name_list(), std::string(name));
  return *found;
}

}  // namespace s2m
