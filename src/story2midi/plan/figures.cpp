#include "story2midi/plan/figures.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr int kReach = 15;     // semitones: with a bass a semitone lower still a tenth
constexpr int kLowClose = 48;  // C3: below it nothing is closer than a major third
constexpr int kMajorThird = 4;

// A pattern is a row of signs, one a unit of a group of beats, from the group's first; it goes on from `loop`.
//   L, M, H: the lowest, middle and highest of three chord tones; U: the upper two; C: all; -: held; .: a rest.
enum class Unit : std::uint8_t { kBeat, kHalf, kQuarter };  // of a beat; halves are thirds in compound beats
struct Pattern {
  Unit unit;
  std::string_view signs;
  std::size_t loop;
};
struct FigureRow {
  Figure figure;
  Pattern simple, compound;
};
using enum Unit;
constexpr std::array<FigureRow, 16> kFigures{{
    {{"sustained", "held", "Piston, Orchestration (1955): the sustained background"},
     {kBeat, "C-", 1},
     {kHalf, "C-", 1}},
    {{"chorale", "beats", "Bach's 371 chorales: a chord a beat"}, {kBeat, "C", 0}, {kHalf, "C--", 0}},
    {{"alberti", "held", "Ratner, Classic Music (1980): the Alberti bass"},
     {kHalf, ".HMH", 2},
     {kHalf, ".MH", 1}},
    {{"broken", "held", "Field's and Chopin's nocturnes: the broken chord over a held bass"},
     {kHalf, ".LMHML", 1},
     {kHalf, ".LH", 1}},
    {{"rocking", "held", "Brahms op. 49/4, Chopin op. 57: the cradle's two moves"},
     {kHalf, "LULU", 0},
     {kHalf, "L-U", 0}},
    {{"oom_pah", "oom", "Schubert's and Strauss's dances: bass, then chords"},
     {kBeat, ".C", 1},
     {kHalf, ".CC", 1}},
    {{"march", "beats", "Monelle, The Musical Topic (2006): the dotted march"},
     {kQuarter, "C--C", 0},
     {kHalf, "C-C", 0}},
    {{"tremolo", "chromatic",
      "Mickey-mousing manuals of the silent film: Rapee (1924), hurry and misterioso"},
     {kQuarter, "LU", 0},
     {kQuarter, "LU", 0}},
    {{"ostinato", "pulse", "Huron, Sweet Anticipation (2006): repetition that withholds"},
     {kHalf, "LMLH", 0},
     {kHalf, "LML", 0}},
    {{"tresillo", "tresillo", "Sandke, Toussaint (2013): the 3+3+2 of dance music"},
     {kQuarter, "C--C--C-", 0},
     {kHalf, "C-C", 0}},
    {{"offbeat", "walking", "jazz and polka comping: chords between the beats"},
     {kHalf, ".C", 0},
     {kHalf, "..C", 0}},
    {{"repeated", "held", "Beethoven op. 53, Schubert D 960: repeated chords"},
     {kHalf, "C", 0},
     {kHalf, "C", 0}},
    {{"arpeggio", "held", "Mendelssohn's Songs without Words: rolling chords"},
     {kQuarter, ".LMHMLMH", 1},
     {kQuarter, ".LMHML", 1}},
    {{"stabs", "octaves", "Gabrielsson, Juslin (1996): anger is loud, sharp and detached"},
     {kQuarter, "C...", 0},
     {kHalf, "C.", 0}},
    {{"sighing", "held", "Monelle (2000): the sigh that enters after a rest"},
     {kBeat, ".U", 1},
     {kHalf, ".U-", 0}},
    {{"bare", "held", "Schubert's Leiermann: a lone low tone and silence"},
     {kBeat, "L-", 1},
     {kHalf, "L-", 1}},
}};

struct BassRow {
  std::string_view name;
  Pattern simple,
      compound;  // R: the chord's bass, F: its fifth, O: the octave, N: a step towards the next bass
};
constexpr std::array<BassRow, 8> kBasses{{
    {"held", {kBeat, "R-", 1}, {kHalf, "R-", 1}},
    {"beats", {kBeat, "R", 0}, {kHalf, "R--", 0}},
    {"oom", {kBeat, "R.", 1}, {kHalf, "R.", 1}},
    {"pulse", {kHalf, "R", 0}, {kHalf, "R", 0}},
    {"walking", {kBeat, "RFON", 1}, {kHalf, "R-N", 0}},
    {"chromatic", {kHalf, "R--N", 3}, {kHalf, "R-N", 2}},
    {"octaves", {kHalf, "RO", 0}, {kHalf, "R-O", 0}},
    {"tresillo", {kQuarter, "R--R--R-", 0}, {kHalf, "R-R", 0}},
}};

// A stretch of a bar under one chord in which a pattern runs from its beginning.
struct Group {
  int start, end;
  int unit;       // positions of half a beat: a third in compound beats
  int beat;       // positions of its first beat
  bool compound;  // three units a beat
};

// Strong beats begin groups; in compound and uneven metres every beat does. A change of chord begins one too.
std::vector<Group> groups_of(const FigureBar& bar) {
  const auto starts = beats(bar.metre);
  const int length = bar_length(bar.metre);
  const auto beat_at = [&](std::size_t i) {
    return (i + 1 < starts.size() ? starts[i + 1] : length) - starts[i];
  };
  bool even = true;
  for (std::size_t i = 0; i < starts.size(); ++i) even = even && beat_at(i) == beat_at(0);
  std::vector<Group> groups;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const int beat = beat_at(i);
    const bool compound = beat % 9 == 0;
    const bool strong = metrical_weight(bar.metre, starts[i]) >= 0.75;
    const bool change = std::ranges::any_of(bar.chords, [&](const Chord& c) { return c.start == starts[i]; });
    if (i > 0 && even && !compound && !strong && !change) {
      groups.back().end += beat;
      continue;
    }
    groups.push_back(
        {starts[i], starts[i] + beat, compound ? beat / 3 : std::min(6, beat / 2), beat, compound});
  }
  return groups;
}

int unit_of(const Pattern& pattern, const Group& group) {
  const bool one_beat = group.end - group.start == group.beat;
  if (pattern.unit == Unit::kBeat && !(one_beat && pattern.loop > 0)) return group.beat;
  if (pattern.unit == Unit::kBeat) return group.unit;
  if (pattern.unit == Unit::kHalf) return group.unit;
  return std::max(3, group.unit / 2);
}

struct Strike {
  int start, length;
  char sign;
};

std::vector<Strike> strikes_of(const Pattern& pattern, const Group& group) {
  std::vector<Strike> strikes;
  const int unit = unit_of(pattern, group);
  std::size_t sign = 0;
  for (int at = group.start; at < group.end; at += unit) {
    const char c = pattern.signs[sign];
    if (++sign == pattern.signs.size()) sign = pattern.loop;
    const int length = std::min(unit, group.end - at);
    if (c == '-' && !strikes.empty() && strikes.back().start + strikes.back().length == at)
      strikes.back().length += length;
    else if (c != '.' && c != '-')
      strikes.push_back({at, length, c});
  }
  return strikes;
}

const Chord& chord_at(const FigureBar& bar, int position) {
  const Chord* chord = chord_in_force(bar.chords, position);
  return chord != nullptr ? *chord : bar.chords.front();
}

int next_change(const FigureBar& bar, int position) {
  for (const Chord& chord : bar.chords)
    if (chord.start > position) return chord.start;
  return bar_length(bar.metre);
}

// The pitch of that class in the octave round `middle`.
int pitch_near(int pitch_class, int middle) {
  const int lowest = middle - 5;
  return lowest + (((pitch_class - lowest) % 12) + 12) % 12;
}

int bass_of(const FigureBar& bar, const Chord& chord) {
  return pitch_near(chord.bass, std::max(33, bar.bass_pitch));
}

struct Voicing {
  std::array<int, 3> pitches{};
};

bool holds(const Voicing& voicing, int pitch_class) {
  return std::ranges::any_of(voicing.pitches, [&](int pitch) { return pitch % 12 == pitch_class % 12; });
}

// Lower is better: the third and the seventh are in, nothing rubs, the hand rests in the middle.
int cost_of(const Voicing& v, const Chord& chord, int middle) {
  const auto intervals = chord_intervals(chord.quality);
  int cost = std::abs(v.pitches[1] - middle);
  if (!holds(v, chord.root + intervals[1])) cost += 100;
  if (intervals.size() > 3 && !holds(v, chord.root + intervals[3])) cost += 60;
  if (intervals.size() == 3 && !holds(v, chord.root + intervals[2])) cost += 12;
  for (std::size_t i = 0; i + 1 < 3; ++i) {
    const int step = v.pitches[i + 1] - v.pitches[i];
    if (step < 3) cost += step == 1 ? 200 : 6;
    if (step > 9) cost += 4 * (step - 9);
    if (step == 12) cost += 40;
  }
  return cost;
}

// Three tones of the chord in [low, high]; fewer fit a narrow hand: then the nearest are repeated.
Voicing voicing_of(const Chord& chord, int low, int high) {
  std::vector<int> tones;
  for (int pitch = low; pitch <= high; ++pitch)
    if (is_chord_tone(chord, pitch)) tones.push_back(pitch);
  if (tones.empty()) return {{low, low, low}};
  while (tones.size() < 3) tones.push_back(tones.back());
  Voicing best{{tones[0], tones[1], tones[2]}};
  int least = cost_of(best, chord, (low + high) / 2);
  for (std::size_t a = 0; a < tones.size(); ++a)
    for (std::size_t b = a + 1; b < tones.size(); ++b)
      for (std::size_t c = b + 1; c < tones.size(); ++c) {
        const Voicing voicing{{tones[a], tones[b], tones[c]}};
        const int cost = cost_of(voicing, chord, (low + high) / 2);
        if (cost >= least) continue;
        least = cost;
        best = voicing;
      }
  return best;
}

// Within a tenth of the bass, so that one hand holds both, and under the melody.
Voicing voicing_at(const FigureBar& bar, const Chord& chord) {
  const int bass = bass_of(bar, chord);
  const int low = std::max({kLowClose, bar.low_pitch, bass + kMajorThird});
  return voicing_of(chord, low, std::max(std::min(bar.high_pitch, bass + kReach), low + 5));
}

void add(std::vector<PartNote>& notes, const Strike& strike, const Voicing& voicing) {
  const auto& p = voicing.pitches;
  const auto put = [&](int pitch) {
    const PartNote note{strike.start, strike.length, static_cast<std::uint8_t>(pitch)};
    if (notes.empty() || !(notes.back() == note)) notes.push_back(note);
  };
  const char sign = strike.sign;
  if (sign == 'L' || sign == 'C') put(p[0]);
  if (sign == 'M' || sign == 'C' || sign == 'U') put(p[1]);
  if (sign == 'H' || sign == 'C' || sign == 'U') put(p[2]);
}

// A semitone from the bass that comes next (in the last chord of a bar, its first), where that is near; its own neighbour
// where it stays; else the bass again.
int step_to_next(const FigureBar& bar, const Strike& strike, int bass) {
  const int change = next_change(bar, strike.start);
  const int next = bass_of(bar, change < bar_length(bar.metre) ? chord_at(bar, change) : bar.chords.front());
  if (next == bass || next == bass - 2) return bass - 1;
  return next > bass + 1 && next <= bass + kMajorThird ? next - 1 : bass;
}

int bass_pitch(const FigureBar& bar, const Strike& strike) {
  const Chord& chord = chord_at(bar, strike.start);
  const int bass = bass_of(bar, chord);
  if (strike.sign == 'O') return bass + 12;
  if (strike.sign == 'N') return step_to_next(bar, strike, bass);
  if (strike.sign == 'F' && chord.bass == chord.root) return bass + chord_intervals(chord.quality)[2];
  return bass;
}

}  // namespace

std::span<const Figure> figures() {
  static const auto kAll = [] {
    std::array<Figure, kFigures.size()> all;
    std::ranges::transform(kFigures, all.begin(), &FigureRow::figure);
    return all;
  }();
  return kAll;
}

const Figure* find_figure(std::string_view name) {
  const auto found = std::ranges::find(figures(), name, &Figure::name);
  return found == figures().end() ? nullptr : &*found;
}

std::span<const std::string_view> bass_patterns() {
  static const auto kAll = [] {
    std::array<std::string_view, kBasses.size()> all;
    std::ranges::transform(kBasses, all.begin(), &BassRow::name);
    return all;
  }();
  return kAll;
}

bool is_bass_pattern(std::string_view name) {
  return std::ranges::find(bass_patterns(), name) != bass_patterns().end();
}

std::vector<PartNote> realise_figure(std::string_view name, const FigureBar& bar) {
  const auto row = std::ranges::find(kFigures, name, [](const FigureRow& r) { return r.figure.name; });
  if (row == kFigures.end()) throw Error("figure", "is not known", {}, std::string(name));
  std::vector<PartNote> notes;
  for (const Group& group : groups_of(bar))
    for (auto strike : strikes_of(group.compound ? row->compound : row->simple, group)) {
      strike.length = std::min(strike.length, next_change(bar, strike.start) - strike.start);
      add(notes, strike, voicing_at(bar, chord_at(bar, strike.start)));
    }
  std::ranges::sort(notes);
  return notes;
}

std::vector<PartNote> realise_bass(std::string_view name, const FigureBar& bar) {
  const auto row = std::ranges::find(kBasses, name, &BassRow::name);
  if (row == kBasses.end()) throw Error("bass", "is not known", {}, std::string(name));
  std::vector<PartNote> notes;
  for (const Group& group : groups_of(bar))
    for (const auto& strike : strikes_of(group.compound ? row->compound : row->simple, group))
      notes.push_back({strike.start, std::min(strike.length, next_change(bar, strike.start) - strike.start),
                       static_cast<std::uint8_t>(bass_pitch(bar, strike))});
  return notes;
}

}  // namespace s2m
