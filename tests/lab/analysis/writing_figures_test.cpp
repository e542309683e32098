#include "lab/analysis/writing_figures.h"

#include <gtest/gtest.h>

#include <set>

#include "lab/analysis/dynamics_figures.h"
#include "lab/analysis/harmony_figures.h"
#include "lab/analysis/melody_figures.h"
#include "lab/analysis/piece_similarity.h"
#include "lab/analysis/rhythm_figures.h"
#include "lab/analysis/texture_figures.h"
#include "story2midi/base/error.h"
#include "story2midi/music/two_hands.h"
#include "tests/lab/analysis/made_music.h"
#include "tests/music/build_scores.h"

namespace s2m {
namespace {

using testing::BarNote;
using testing::of_bars;

constexpr int kQuarter = 480;

// A note of a hand-made score, in quarters.
struct Made {
  double start, length;
  int pitch;
  int velocity = 80;
};

Score of_notes(const std::vector<Made>& notes, std::string name = "Piano") {
  Score score;
  score.tracks.emplace_back().name = std::move(name);
  for (const Made& note : notes)
    score.tracks[0].notes.push_back(
        {static_cast<std::int32_t>(note.start * kQuarter), static_cast<std::int32_t>(note.length * kQuarter),
         static_cast<std::uint8_t>(note.pitch), static_cast<std::uint8_t>(note.velocity)});
  std::ranges::sort(score.tracks[0].notes);
  return score;
}

PieceView view(const std::vector<Made>& notes, std::string name = "Piano") {
  return view_of(of_notes(notes, std::move(name)));
}

// A triad held for each half bar, above a bass on its root.
PieceView chords(const std::vector<std::vector<int>>& pitches, std::optional<Key> key = {}) {
  std::vector<Made> notes;
  for (std::size_t i = 0; i < pitches.size(); ++i)
    for (const int pitch : pitches[i]) notes.push_back({2.0 * static_cast<double>(i), 2, pitch});
  Score score = of_notes(notes);
  if (key) score.key_signatures = {{0, *key}};
  return view_of(score);
}

const std::vector<int> kC{48, 64, 67}, kF{53, 65, 69}, kG{43, 62, 71}, kAMinor{45, 60, 64},
    kCMinor{48, 63, 67};

TEST(RhythmFigures, APatternThatComesBackCountsAsSeen) {
  const std::vector<BarNote> a{{0, 60}, {6, 62}, {8, 64}}, b{{0, 48}, {4, 50}, {12, 52}}, c{{3, 60}};
  EXPECT_EQ(bar_pattern_seen(view_of(of_bars({a, a, a, a}))), 1);
  EXPECT_EQ(bar_pattern_seen(view_of(of_bars({a, b, a, b}))), 2 / 3.0);
  // Five bars back is too far, and an empty bar is no pattern.
  EXPECT_EQ(bar_pattern_seen(view_of(of_bars({a, b, {}, {}, {}, a}))), 0);
  EXPECT_EQ(bar_pattern_seen(view_of(of_bars({c, {{3, 80}}}))), 1);  // whatever the pitch
  EXPECT_FALSE(bar_pattern_seen(view_of(of_bars({a}))));
}

TEST(RhythmFigures, TheLeftHandIsWhatLiesBelowMiddleC) {
  std::vector<std::vector<BarNote>> bars;
  for (int bar = 0; bar < 4; ++bar)
    bars.push_back({{0, 48}, {4, 52}, {8, 50}, {12, 53}, {bar, 72}, {8 + 2 * bar, 74}});
  EXPECT_EQ(left_hand_pattern_seen(view_of(of_bars(bars))), 1);
  EXPECT_EQ(bar_pattern_seen(view_of(of_bars(bars))), 0);
  EXPECT_FALSE(left_hand_pattern_seen(view_of(of_bars({{{0, 60}}, {{0, 60}}}))));
}

TEST(RhythmFigures, GrooveIsTheShareOfEqualSixteenths) {
  EXPECT_EQ(groove(view_of(of_bars({{{0, 60}}, {{0, 72}}}))), 1);
  EXPECT_EQ(groove(view_of(of_bars({{{0, 60}, {4, 60}}, {{0, 60}, {8, 60}}}))), 14 / 16.0);
}

TEST(RhythmFigures, SyncopationIsHeldOverAHeavierPlace) {
  EXPECT_EQ(syncopation(view({{0, 1, 60}, {1, 1, 62}, {2, 2, 64}})), 0);
  EXPECT_EQ(syncopation(view({{0, .5, 60}, {.5, 1, 62}, {1.5, .5, 62}, {2, 2, 64}})), 1 / 4.0);
  EXPECT_EQ(syncopation(view({{1, 2, 60}})), 1);  // over the middle of the bar
}

TEST(RhythmFigures, DensityVariesWithTheNotesPerBar) {
  EXPECT_EQ(density_variation(view_of(of_bars({{{0, 60}, {8, 60}}, {{1, 60}, {4, 60}}}))), 0);
  EXPECT_NEAR(*density_variation(view_of(of_bars({{{0, 60}}, {{0, 60}, {4, 60}, {8, 60}}}))), .5, 1e-9);
}

TEST(RhythmFigures, HeldOverStartsOffTheBeatAndOutlastsTheNext) {
  EXPECT_EQ(held_over_the_beat(view({{0, 4, 48}, {.5, .5, 60}, {1.5, 1, 62}, {3, .5, 60}})), 1 / 4.0);
}

TEST(RhythmFigures, ATripletLacksAMember) {
  const double third = 1 / 3.0;
  EXPECT_EQ(incomplete_triplets(view({{0, third, 60}, {third, third, 62}, {2 * third, third, 64}})), 0);
  EXPECT_EQ(incomplete_triplets(
                view({{0, third, 60}, {third, third, 62}, {2 * third, third, 64}, {1 + third, .5, 60}})),
            .5);
  EXPECT_FALSE(incomplete_triplets(view({{0, .25, 60}, {.25, .25, 62}, {.375, .125, 64}, {.625, .125, 65}})));
}

TEST(MelodyFigures, ACellComesBackExactlyByRhythmOrVaried) {
  const auto returns_of = [](const std::vector<BarNote>& first, const std::vector<BarNote>& second) {
    const auto piece = view_of(of_bars({first, second}));
    return *cell_returns(piece, piece.highest);
  };
  const std::vector<BarNote> cell{{0, 72}, {2, 74}, {6, 76}};
  const auto transposed = returns_of(cell, {{0, 77}, {2, 79}, {6, 81}});
  EXPECT_EQ(transposed.exact, 1);
  EXPECT_EQ(transposed.rhythm, 1);
  EXPECT_EQ(transposed.varied, 0);
  const auto varied = returns_of(cell, {{0, 72}, {2, 76}, {6, 77}});
  EXPECT_EQ(varied.exact, 0);
  EXPECT_EQ(varied.varied, 1);
  const auto inverted = returns_of(cell, {{0, 76}, {2, 74}, {6, 72}});
  EXPECT_EQ(inverted.rhythm, 1);
  EXPECT_EQ(inverted.varied, 0);
  EXPECT_EQ(returns_of(cell, {{0, 72}, {3, 74}, {6, 76}}).rhythm, 0);
}

TEST(MelodyFigures, ACellIsThreeNotesWithinEightBars) {
  const std::vector<BarNote> cell{{0, 72}, {2, 74}, {6, 76}};
  std::vector<std::vector<BarNote>> bars(9);
  bars[0] = bars[8] = cell;
  const auto far = view_of(of_bars(bars));
  EXPECT_EQ(cell_returns(far, far.highest)->exact, 0);
  bars[7] = cell;
  const auto near = view_of(of_bars(bars));
  EXPECT_EQ(cell_returns(near, near.highest)->exact, 1);
  const auto two_notes = view_of(of_bars({{{0, 72}, {2, 74}}, {{0, 72}, {2, 74}}}));
  EXPECT_FALSE(cell_returns(two_notes, two_notes.highest));
}

TEST(MelodyFigures, TheTopLineLeavesOutWhatLiesUnderAHeldNote) {
  const auto piece = view({{0, 2, 76}, {0, 1, 64}, {1, 1, 67}, {2, 1, 74}, {3, 1, 50}});
  ASSERT_EQ(piece.highest.size(), 2u);
  EXPECT_EQ(piece.highest[0].pitch, 76);
  EXPECT_EQ(piece.highest[1].pitch, 74);
  EXPECT_TRUE(piece.melody.empty());
  const auto named = view({{0, 2, 50}, {2, 1, 52}}, "Melody");
  EXPECT_EQ(named.top_line.size(), 2u);  // a named melody may lie low
  EXPECT_TRUE(named.highest.empty());
}

TEST(MelodyFigures, StepsAreOneOrTwoSemitones) {
  EXPECT_EQ(steps_share(view_of(testing::melody({72, 74, 75, 75, 79})).highest), 2 / 3.0);
  EXPECT_FALSE(steps_share(view_of(testing::melody({72, 72})).highest));
}

TEST(MelodyFigures, SeveralMelodyNotesAtOnceAreMeasuredByTime) {
  EXPECT_EQ(several_at_once(view({{0, 1, 72}, {1, 1, 74}}, "MELODY").melody), 0);
  EXPECT_EQ(several_at_once(view({{0, 2, 72}, {1, 1, 74}, {3, 2, 74}}, "MELODY").melody), 1 / 4.0);
}

TEST(HarmonyFigures, TriadsAndKeysAreFound) {
  const auto piece = chords({kC, kF, kG, kC});
  EXPECT_EQ(piece.key, (Key{0, Mode::kMajor}));
  EXPECT_EQ(piece.half_bars[1].triad, (Triad{5, TriadQuality::kMajor}));
  EXPECT_EQ(tonic_share(piece), .5);
  EXPECT_EQ(chords({kCMinor, kCMinor}).half_bars[0].triad, (Triad{0, TriadQuality::kMinor}));
  // Of two triads with as many notes the one on the bass.
  EXPECT_EQ(best_triad({1, 0, 0, 0, 1, 0, 0, 1, 0, 1}, 9), (Triad{9, TriadQuality::kMinor}));
  EXPECT_EQ(best_triad({1, 0, 0, 0, 1, 0, 0, 1, 0, 1}, 0), (Triad{0, TriadQuality::kMajor}));
  EXPECT_FALSE(best_triad({}, 0));
}

TEST(HarmonyFigures, UnusualChangesSurprise) {
  const auto usual = chords({kC, kF, kG, kC, kAMinor, kF, kG, kC});
  const auto odd = chords({kC, {54, 70, 73}, kC, {49, 65, 68}, kC, {54, 70, 73}, kC, kC});
  EXPECT_LT(*change_surprise(usual), 2.5);
  EXPECT_GT(*change_surprise(odd), *change_surprise(usual) + 1);
}

TEST(HarmonyFigures, ChangesAreWrittenAndRead) {
  ChordChanges counts{};
  count_changes(chords({kC, kF, kG, kC, kF, kC}), counts);
  const std::string text = to_tsv(counts);
  EXPECT_EQ(text, "major\t0\t5\t2\nmajor\t5\t0\t1\nmajor\t5\t7\t1\nmajor\t7\t0\t1\n");
  EXPECT_EQ(parse_changes(text), counts);
  EXPECT_THROW(parse_changes("major\t0\t12\t2\n"), Error);
  EXPECT_THROW(parse_changes("dorian\t0\t7\t2\n"), Error);
}

// Eight bars of cadences in each key.
PieceView stretches(const std::vector<std::pair<int, Mode>>& keys) {
  std::vector<std::vector<int>> pitches;
  for (const auto& [tonic, mode] : keys)
    for (int i = 0; i < 16; ++i) {
      const int root = i % 4 == 1 ? 5 : i % 4 == 2 ? 7 : 0, third = mode == Mode::kMajor || root == 7 ? 4 : 3;
      pitches.push_back({48 + tonic + root, 60 + tonic + root + third, 60 + tonic + root + 7});
    }
  return chords(pitches);
}

TEST(HarmonyFigures, JointsTellHowKeysGoOn) {
  const auto [major, minor] = std::pair(Mode::kMajor, Mode::kMinor);
  EXPECT_EQ(parallel_joints(stretches({{0, major}, {0, minor}, {0, minor}})), .5);
  EXPECT_EQ(relative_or_remote_joints(stretches({{0, major}, {9, minor}})), 1);
  EXPECT_EQ(relative_or_remote_joints(stretches({{0, major}, {7, major}})), 0);
  EXPECT_EQ(relative_or_remote_joints(stretches({{0, major}, {6, major}})), 1);
  EXPECT_FALSE(parallel_joints(stretches({{0, major}})));
}

TEST(HarmonyFigures, EndingsAreHeldAgainstTheHomeKey) {
  const Key home{0, Mode::kMajor};
  const auto at_home = chords({kC, kF, kC, kG, kC, kC}, home);
  EXPECT_EQ(ends_in_another_key(at_home), 0);
  EXPECT_EQ(ends_in_another_mode(at_home), 0);
  EXPECT_EQ(dominant_before_the_end(at_home), 1);
  const auto in_minor = chords({kC, kF, kC, kF, kCMinor, kCMinor}, home);
  EXPECT_EQ(ends_in_another_key(in_minor), 0);
  EXPECT_EQ(ends_in_another_mode(in_minor), 1);
  EXPECT_EQ(dominant_before_the_end(in_minor), 0);
  EXPECT_EQ(ends_in_another_key(chords({kC, kF, kC, kG, kF, kF}, home)), 1);
}

TEST(TextureFigures, DissonanceAndLowThirdsAreSharesOfTheHalfBeats) {
  // Four bars, of which the last does not count for semitones.
  const auto piece = view({{0, 4, 60}, {0, 2, 61}, {4, 8, 60}, {12, 4, 60}, {12, 4, 61}});
  EXPECT_EQ(adjacent_semitones(piece), 4 / 24.0);
  EXPECT_EQ(clash(piece), 3 / 8.0);
  EXPECT_EQ(low_thirds(view({{0, 4, 40}, {0, 2, 44}})), .5);
  EXPECT_EQ(low_thirds(view({{0, 4, 40}, {0, 2, 47}})), 0);
  EXPECT_EQ(low_thirds(view({{0, 4, 47}, {0, 2, 48}})), 0);
  EXPECT_EQ(notes_at_once(view({{0, 4, 60}, {0, 2, 64}})), 1.5);
}

TEST(TextureFigures, TwoHandsHoldATenthEach) {
  const auto hold = [](std::vector<int> keys) { return fit_two_hands(keys); };
  EXPECT_TRUE(hold({}));
  EXPECT_TRUE(hold({36, 52, 60, 76}));
  EXPECT_FALSE(hold({36, 53, 70}));                  // three clusters
  EXPECT_FALSE(hold({36, 37, 38, 39, 40, 41, 80}));  // six keys are too many for a hand
  EXPECT_TRUE(hold({60, 61, 62, 63, 64, 65, 66, 67, 68, 69}));
  EXPECT_FALSE(hold({60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70}));
  std::vector<Made> eleven;
  for (int key = 60; key < 71; ++key) eleven.push_back({0, 2, key});
  eleven.push_back({4, 1, 60});
  EXPECT_EQ(beyond_two_hands(view(eleven)), .5);
  EXPECT_EQ(more_than_ten_keys(view(eleven)), 1);
  eleven.erase(eleven.begin());
  EXPECT_EQ(more_than_ten_keys(view(eleven)), 0);
}

TEST(DynamicsFigures, VelocitiesMoveFromBarToBar) {
  const auto swell = view({{0, 1, 72, 60}, {1, 1, 72, 60}, {4, 1, 72, 80}, {5, 1, 72, 80}});
  EXPECT_EQ(bar_velocity_deviation(swell), 10);
  EXPECT_EQ(velocity_deviation(swell), 10);
  EXPECT_GT(*top_velocity_autocorrelation(swell), 0);
  const auto beats = view({{0, 1, 72, 60}, {1, 1, 72, 80}, {2, 1, 72, 60}, {3, 1, 72, 80}, {4, 1, 72, 60}});
  EXPECT_NEAR(*top_velocity_autocorrelation(beats), -1, 1e-9);
}

TEST(PieceSimilarity, ChordsAreComparedFromTheTonicAndOnsetsByPlace) {
  const auto in_c = chords({kC, kF, kG, kC});
  const auto in_d = view_of(testing::transposed(of_notes({{0, 2, 48},
                                                          {0, 2, 64},
                                                          {0, 2, 67},
                                                          {2, 2, 53},
                                                          {2, 2, 65},
                                                          {2, 2, 69},
                                                          {4, 2, 43},
                                                          {4, 2, 62},
                                                          {4, 2, 71},
                                                          {6, 2, 48},
                                                          {6, 2, 64},
                                                          {6, 2, 67}}),
                                                2));
  EXPECT_NEAR(*chord_change_likeness(in_c, in_d), 1, 1e-9);
  EXPECT_EQ(chord_change_likeness(in_c, chords({kC, kAMinor, kC, kAMinor, kC, kC})), 0);
  EXPECT_FALSE(chord_change_likeness(in_c, chords({kC, kC, kC, kC})));  // nothing changes
  EXPECT_FALSE(chord_change_likeness(in_c, chords({kCMinor, kCMinor, kCMinor})));
  EXPECT_EQ(onset_grid_likeness(in_c, in_d), 1);
  EXPECT_EQ(onset_grid_likeness(view({{0, 1, 60}, {1, 1, 60}}), view({{0, 1, 72}, {2, 1, 72}})), 1 / 3.0);
}

TEST(WritingFigures, HaveNamesOfTheirOwnAndMeasureAPiece) {
  std::set<std::string_view> names;
  for (const WritingFigure& figure : writing_figures()) {
    EXPECT_TRUE(names.insert(figure.name).second) << figure.name;
    EXPECT_FALSE(figure.words.empty());
  }
  const auto piece = view_of(testing::random_bars(32, 3));
  EXPECT_EQ(measure_writing(piece, piece).size(), writing_figures().size());
  // Nothing of silence counts, and nothing fails on it.
  const auto silence = view_of(Score{});
  for (const auto& value : measure_writing(silence, silence)) EXPECT_FALSE(value);
}

TEST(WritingFigures, KeepToTheirBarsInOtherMetres) {
  Score waltz = of_bars({});
  waltz.time_signatures = {{0, {3, 4}}};
  for (int bar = 0; bar < 4; ++bar)
    for (int beat = 0; beat < 3; ++beat)
      waltz.tracks[0].notes.push_back(
          {(bar * 3 + beat) * kQuarter, kQuarter, static_cast<std::uint8_t>(beat ? 67 : 48), 70});
  const auto piece = view_of(waltz);
  ASSERT_EQ(piece.bars.size(), 4u);
  EXPECT_EQ(piece.bars[1].steps, 12);
  EXPECT_EQ(bar_pattern_seen(piece), 1);
  EXPECT_EQ(groove(piece), 1);
}

}  // namespace
}  // namespace s2m
