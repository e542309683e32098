#include "story2midi/arrange/drum_patterns.h"

#include <algorithm>
#include <array>
#include <string>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

enum DrumKey : int {
  kBassDrum = 36,
  kSideStick = 37,
  kSnare = 38,
  kClap = 39,
  kLowTom = 41,
  kClosedHat = 42,
  kMiddleTom = 45,
  kOpenHat = 46,
  kHighTom = 48,
  kCrash = 49,
  kRide = 51,
  kTambourine = 54,
  kShaker = 70
};

constexpr int kAccent = 14, kGhost = -22;
constexpr int kSixteenth = kGridPerQuarter / 4;

// Patterns of drum-kit methods (Reed 1958; Morello 1983; Igoe 2006), written anew.
constexpr std::array kRock =
    std::to_array<DrumRow>({{kClosedHat, "x.x.x.x.x.x.x.x.", "x.x.x.x.x.x.", "x.x.x.x.x.x."},
                            {kSnare, "....X.......X...", "....x...x...", "......X....."},
                            {kBassDrum, "X.......x.x.....", "X...........", "X.........x."}});
constexpr std::array kHalfTime =
    std::to_array<DrumRow>({{kRide, "x...x...x...x...", "x...x...x...", "x...x.x...x."},
                            {kSnare, "........X.......", "........X...", "......X....."},
                            {kBassDrum, "X.....x.........", "X...........", "X..........."}});
constexpr std::array kFourOnFloor =
    std::to_array<DrumRow>({{kOpenHat, "..x...x...x...x.", "..x...x...x.", "....x.....x."},
                            {kClap, "....X.......X...", "....x...x...", "......X....."},
                            {kBassDrum, "X...X...X...X...", "X...X...X...", "X.....X....."}});
constexpr std::array kBallad =
    std::to_array<DrumRow>({{kClosedHat, "o.o.o.o.o.o.o.o.", "o.o.o.o.o.o.", "o.o.o.o.o.o."},
                            {kSideStick, "....x.......x...", "........x...", "......x....."},
                            {kBassDrum, "x.........o.....", "x...........", "x..........."}});
constexpr std::array kToms =
    std::to_array<DrumRow>({{kLowTom, "X..x..x.X..x..x.", "X..x..x.x.x.", "X..x..X..x.x"},
                            {kMiddleTom, "..o..o....o..o..", "..o.....o...", ".o....o....."},
                            {kBassDrum, "X.......X.......", "X...........", "X.....X....."}});
constexpr std::array kMarch =
    std::to_array<DrumRow>({{kSnare, "X..oX.ooX..oXooo", "X..oX.ooX.oo", "X.oX.oX.oXoo"},
                            {kBassDrum, "X.......x.......", "X...........", "X.....x....."}});
constexpr std::array kDriving =
    std::to_array<DrumRow>({{kRide, "X.x.X.x.X.x.X.x.", "X.x.X.x.X.x.", "X.x.x.X.x.x."},
                            {kSnare, "....X..o....X..o", "....X...X...", "......X....o"},
                            {kBassDrum, "X.x...x.X.x...x.", "X.x...x.....", "X.x...X.x..."}});
constexpr std::array kArcade =
    std::to_array<DrumRow>({{kClosedHat, "x.oox.oox.oox.oo", "x.oox.oox.oo", "x.ox.ox.ox.o"},
                            {kSnare, "....X.......X..x", "....X...x...", "......X....."},
                            {kBassDrum, "X..x..x...x.....", "X.....x.....", "X....x......"}});
constexpr std::array kShimmer =
    std::to_array<DrumRow>({{kShaker, "o.xoo.xoo.xoo.xo", "o.xoo.xoo.xo", "o.xo.xo.xo.x"},
                            {kTambourine, "........x.......", "....o...x...", "......x....."},
                            {kBassDrum, "x...............", "x...........", "x..........."}});

constexpr std::array kPatterns = std::to_array<DrumPattern>({
    {"ballad", kBallad, "....S...", -1, -.1},
    {"shimmer", kShimmer, "..o.S.S.", -1, .2},
    {"half_time", kHalfTime, "S..SM.L.", -.5, .3},
    {"rock", kRock, "SSHHMMLL", -.2, .7},
    {"march", kMarch, "S.SSSSSS", -.1, .8},
    {"four_on_floor", kFourOnFloor, "S.SSS.SS", 0, 1},
    {"arcade", kArcade, "SSMSLLLL", .1, 1},
    {"toms", kToms, "HHMMLLBB", .2, 1},
    {"driving", kDriving, "SHSMSLSL", .4, 1},
});

void add_row(const DrumRow& row, std::string_view signs, int end, std::vector<DrumStroke>& strokes) {
  for (int at = 0; at < end; at += kSixteenth) {
    const char sign = signs[static_cast<std::size_t>(at / kSixteenth) % signs.size()];
    if (sign == '.') continue;
    strokes.push_back({at, row.key, sign == 'X' ? kAccent : sign == 'o' ? kGhost : 0});
  }
}

// Uneven metres: the lowest drum on the bar line, the backbeat on each second group, the cymbal on all.
void add_groups(const DrumPattern& pattern, Metre metre, std::vector<DrumStroke>& strokes) {
  const auto starts = beats(metre);
  for (std::size_t beat = 0; beat < starts.size(); ++beat) {
    strokes.push_back({starts[beat], pattern.rows.front().key, beat == 0 ? kAccent : 0});
    if (beat % 2 == 0) strokes.push_back({starts[beat], pattern.rows.back().key, 0});
    if (beat % 2 == 1 && pattern.rows.size() > 2) strokes.push_back({starts[beat], pattern.rows[1].key, 0});
  }
}

void add_fill(std::string_view fill, int end, std::vector<DrumStroke>& strokes) {
  const int length = std::min(end, static_cast<int>(fill.size()) * kSixteenth);
  std::erase_if(strokes, [&](const DrumStroke& stroke) {
    return stroke.start >= end - length && stroke.key != kBassDrum;
  });
  for (int at = 0; at < length; at += kSixteenth) {
    const char sign =
        fill[fill.size() - static_cast<std::size_t>((length - at + kSixteenth - 1) / kSixteenth)];
    const int key = sign == 'H' ? kHighTom : sign == 'M' ? kMiddleTom : sign == 'L' ? kLowTom : kSnare;
    if (sign == 'S' || sign == 'H' || sign == 'M' || sign == 'L')
      strokes.push_back({end - length + at, key, at / 4});
  }
}

}  // namespace

std::span<const DrumPattern> drum_patterns() { return kPatterns; }

const DrumPattern& drum_pattern_of(std::string_view name) {
  const auto found = std::ranges::find(kPatterns, name, &DrumPattern::name);
  if (found == kPatterns.end())
    throw Error("drum pattern", "is unknown", "one of the table", std::string(name));
  return *found;
}

std::vector<DrumStroke> drum_bar(const DrumPattern& pattern, Metre metre, DrumPlace place) {
  if (place == DrumPlace::kLast) return {{0, kBassDrum, kAccent}, {0, kCrash, kAccent}};
  std::vector<DrumStroke> strokes;
  const int end = bar_length(metre);
  const bool compound = metre.denominator == 8 && metre.numerator % 3 == 0 && metre.numerator > 3;
  const bool even = metre.denominator <= 4 && metre.numerator % 2 == 0;
  if (compound || even || end == 3 * kGridPerQuarter)
    for (const DrumRow& row : pattern.rows)
      add_row(row, compound ? row.compound : even ? row.common : row.three, end, strokes);
  else
    add_groups(pattern, metre, strokes);
  if (place == DrumPlace::kPhraseEnd) add_fill(pattern.fill, end, strokes);
  if (place == DrumPlace::kSectionStart) strokes.push_back({0, kCrash, 0});
  std::ranges::sort(strokes, {}, [](const DrumStroke& one) { return std::pair(one.start, one.key); });
  const auto same = [](const DrumStroke& one, const DrumStroke& other) {
    return one.start == other.start && one.key == other.key;
  };
  strokes.erase(std::unique(strokes.begin(), strokes.end(), same), strokes.end());
  return strokes;
}

}  // namespace s2m
