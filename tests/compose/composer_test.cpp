// What holds of every composed piece, whatever the decoder: form, key, tempo, ending, the same bytes for the
// same seed.
#include "story2midi/compose/composer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "story2midi/base/error.h"
#include "story2midi/music/key.h"
#include "story2midi/music/measures.h"
#include "story2midi/music/two_hands.h"
#include "tests/base/scratch_folder.h"
#include "tests/compose/tiny_decoder.h"

namespace s2m {
namespace {

std::vector<Note> notes_of(const Score& score) {
  std::vector<Note> notes;
  for (const auto& track : score.tracks) notes.insert(notes.end(), track.notes.begin(), track.notes.end());
  std::sort(notes.begin(), notes.end());
  return notes;
}

StoryMemory memory(std::uint64_t seed) {
  StoryMemory memory{{}, 8};
  Random random(seed);
  for (int i = 0; i < 5 * 8; ++i) memory.states.push_back(static_cast<float>(random.uniform() * 2 - 1));
  return memory;
}

Plan plan_of(std::uint64_t seed, PlanOptions options = {}) {
  Random random(seed);
  EmotionCurve curve;
  for (std::size_t i = 0; i < 3; ++i)
    curve.points.push_back({{"Passage " + std::to_string(i), 20 * i, 20 * i + 9},
                            {random.uniform() * 2 - 1, random.uniform() * 2 - 1, {}}});
  if (!options.bars && !options.duration_seconds) options.bars = 24;
  return make_plan(curve, options);
}

std::vector<BarPlan> bars_of(const Plan& plan) {
  std::vector<BarPlan> bars;
  for (const auto& section : plan.sections) bars.insert(bars.end(), section.bars.begin(), section.bars.end());
  return bars;
}

class Composing : public testing::Test {
 protected:
  static void SetUpTestSuite() { file_ = new TinyDecoder(); }
  static void TearDownTestSuite() { delete file_; }
  static TinyDecoder* file_;
  Composer composer_{file_->path()};
};
TinyDecoder* Composing::file_ = nullptr;

TEST_F(Composing, BarsTempoMetreAndKeyAreThePlans) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const std::array metres{Metre{4, 4}, Metre{3, 4}, Metre{6, 8}, Metre{7, 8}};
    const Key key{static_cast<int>(seed * 5 % 12), seed % 2 ? Mode::kMinor : Mode::kMajor};
    const auto metre = metres[seed % metres.size()];
    const auto plan =
        plan_of(seed, {.bars = 7 + static_cast<int>(seed), .key = key, .tempo_bpm = 83, .metre = metre});
    const auto score = composer_.compose(plan, {}, {.seed = seed, .humanise = 0});
    EXPECT_EQ(bars(score).size(), static_cast<std::size_t>(bar_count(plan)));
    ASSERT_EQ(score.tempos.size(), 1u);
    EXPECT_NEAR(score.tempos[0].bpm(), 83, 1e-3);
    EXPECT_EQ(score.time_signatures, (std::vector{TimeSignature{0, metre}}));
    EXPECT_EQ(score.key_signatures, (std::vector{KeySignature{0, key}}));
    EXPECT_NEAR(seconds_at(score, end_ticks(score)), length_seconds(plan), 1e-3);
  }
}

TEST_F(Composing, ADurationIsKeptToTheTick) {
  const auto score = composer_.compose(plan_of(3, {.duration_seconds = 41.5}), {});
  EXPECT_NEAR(seconds_at(score, end_ticks(score)), 41.5, 0.01);
}

TEST_F(Composing, SectionsBecomeMarkersAndTheirKeysSignatures) {
  EmotionCurve curve{{{{"Joy", 0, 3}, {0.9, 0.5, {}}}, {{"Dread", 4, 9}, {-0.9, 0.5, {}}}}};
  const auto plan = make_plan(curve, {.bars = 16});
  ASSERT_EQ(plan.sections.size(), 2u);
  const auto score = composer_.compose(plan, {});
  const int middle = 480 * 4 * static_cast<int>(plan.sections[0].bars.size());
  EXPECT_EQ(score.markers, (std::vector{Marker{0, "A: Joy"}, Marker{middle, "A': Dread"}}));
  EXPECT_EQ(sharps_of(score.key_signatures.front().key), sharps_of(plan.sections[0].bars[0].key));
  EXPECT_EQ(score.key_signatures.back().key, plan.key) << "the piece ends at home";
}

TEST_F(Composing, TheLastBarIsACadence) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const auto plan = plan_of(seed, {.bars = 4});
    const auto score = composer_.compose(plan, {}, {.seed = seed, .humanise = 0});
    const auto last_bar = bars(score).back();
    const auto end = last_bar.start_ticks + last_bar.length_ticks;
    const int third = bars_of(plan).back().key.mode == Mode::kMajor ? 4 : 3;
    EXPECT_EQ(end_ticks(score), end);
    int bass = 127;
    int downbeats = 0;
    for (const auto& note : notes_of(score)) {
      EXPECT_LE(note.start_ticks + note.length_ticks, end);
      if (note.start_ticks < last_bar.start_ticks) continue;
      const int degree = (note.pitch - plan.key.tonic + 120) % 12;
      EXPECT_TRUE(degree == 0 || degree == third || degree == 7) << degree;
      EXPECT_LT(2 * (note.start_ticks - last_bar.start_ticks), last_bar.length_ticks);
      EXPECT_EQ(note.start_ticks + note.length_ticks, end) << "all ring to the end";
      downbeats += note.start_ticks == last_bar.start_ticks;
    }
    EXPECT_GE(downbeats, 1);
    for (const auto& track : score.tracks)
      if (track.name == "Bass")
        for (const auto& note : track.notes)
          if (note.start_ticks == last_bar.start_ticks) bass = std::min<int>(bass, note.pitch);
    EXPECT_EQ((bass - plan.key.tonic + 120) % 12, 0) << "the bass rests on the tonic";
  }
}

TEST_F(Composing, NoBarIsEmptyOrOverfull) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const auto plan = plan_of(seed, {.bars = 12});
    const auto planned = bars_of(plan);
    const auto score = composer_.compose(plan, {}, {.seed = seed});
    const auto all = bars(score);
    const auto notes = notes_of(score);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto count = std::count_if(notes.begin(), notes.end(), [&](const Note& note) {
        return note.start_ticks >= all[i].start_ticks &&
               note.start_ticks < all[i].start_ticks + all[i].length_ticks;
      });
      EXPECT_GE(count, 1);
      EXPECT_LE(count, std::ceil(1.4 * planned[i].density * all[i].length_ticks / 480) + 8);
    }
  }
}

TEST_F(Composing, TwoHandsHoldWhatIsDownAtEveryMoment) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const auto notes = notes_of(composer_.compose(plan_of(seed), {}, {.seed = seed, .humanise = 0}));
    for (const Note& struck : notes) {
      std::vector<int> down;
      for (const Note& note : notes)
        if (note.start_ticks <= struck.start_ticks &&
            struck.start_ticks < note.start_ticks + note.length_ticks)
          down.push_back(note.pitch);
      std::sort(down.begin(), down.end());
      EXPECT_TRUE(fit_two_hands(down)) << seed << " at " << struck.start_ticks;
    }
  }
}

TEST_F(Composing, MelodyAndBassAreMonophonic) {
  for (std::uint64_t seed = 0; seed < 8; ++seed)
    for (const auto& track : composer_.compose(plan_of(seed), {}, {.seed = seed}).tracks)
      if (track.name != "Accompaniment")
        for (std::size_t i = 1; i < track.notes.size(); ++i)
          EXPECT_GE(track.notes[i].start_ticks,
                    track.notes[i - 1].start_ticks + track.notes[i - 1].length_ticks);
}

TEST_F(Composing, NoWaitIsLongerThanABar) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const auto plan = plan_of(seed, {.bars = 16, .arousal = 0.2});
    const auto notes = notes_of(composer_.compose(plan, {}, {.seed = seed}));
    const auto bar = 4 * 480 * plan.sections[0].bars[0].metre.numerator / 4;
    for (std::size_t i = 1; i < notes.size(); ++i)
      EXPECT_LE(notes[i].start_ticks - notes[i - 1].start_ticks, bar);
  }
}

// Whether the melody strikes exactly where the theme does. Where it comes back, the decoder takes part.
TEST_F(Composing, TheFirstStatementOfAThemeHasItsRhythm) {
  EmotionCurve curve{{{{"One mood.", 0, 9}, {0.5, 0.3, {}}}}};
  const auto plan = make_plan(curve, {.bars = 16});
  double kept = 0, all = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto score = composer_.compose(plan, {}, {.seed = seed, .humanise = 0});
    const auto all_bars = bars(score);
    for (int bar = 0; bar < 2; ++bar) {
      std::vector<int> wanted, struck;
      for (const auto& note : theme_notes(plan, bar)) wanted.push_back(note.start);
      const auto start = all_bars[static_cast<std::size_t>(bar)].start_ticks;
      const auto end = start + all_bars[static_cast<std::size_t>(bar)].length_ticks;
      for (const auto& track : score.tracks)
        for (const auto& note : track.notes)
          if (track.name == "Melody" && note.start_ticks >= start && note.start_ticks < end)
            struck.push_back((note.start_ticks - start) / 40);
      if (wanted.empty()) continue;
      ++all;
      kept += wanted == struck;
    }
  }
  ASSERT_GT(all, 0);
  EXPECT_GT(kept / all, 0.4);  // of a decoder of random weights
}

TEST_F(Composing, BarsAreAsLoudAsPlanned) {
  const auto plan = plan_of(9, {.bars = 8});
  const auto score = composer_.compose(plan, {});
  const auto measured = measure_bars(score);
  const auto planned = bars_of(plan);
  for (std::size_t i = 0; i < planned.size(); ++i)
    EXPECT_NEAR(measured[i].mean_velocity, planned[i].dynamics, 8) << i;
}

TEST_F(Composing, NotesStandOnSixteenthsAndTriplets) {
  for (const auto& note : notes_of(composer_.compose(plan_of(6), {}, {.humanise = 0})))
    EXPECT_TRUE(note.start_ticks % 120 == 0 || note.start_ticks % 160 == 0) << note.start_ticks;
}

TEST_F(Composing, APlanOfSilenceIsSilent) {
  auto plan = plan_of(2, {.bars = 8});
  for (auto& section : plan.sections)
    for (auto& bar : section.bars) bar.density = 0;
  const auto score = composer_.compose(plan, {});
  EXPECT_TRUE(notes_of(score).empty());
  EXPECT_FALSE(score.time_signatures.empty());
}

TEST_F(Composing, NoKeyIsStruckTwiceAtOnceNorHeldWhileStruckAgain) {
  const auto notes = notes_of(composer_.compose(plan_of(5), {}));
  for (std::size_t i = 0; i < notes.size(); ++i)
    for (std::size_t j = i + 1; j < notes.size(); ++j) {
      if (notes[i].pitch != notes[j].pitch) continue;
      EXPECT_LE(notes[i].start_ticks + notes[i].length_ticks, notes[j].start_ticks);
      EXPECT_NE(notes[i].start_ticks, notes[j].start_ticks);
    }
}

TEST_F(Composing, TheSameSeedGivesTheSameScore) {
  const auto plan = plan_of(7);
  std::vector<StoryMemory> memories;
  for (std::size_t i = 0; i < plan.sections.size(); ++i) memories.push_back(memory(i));
  const auto score = composer_.compose(plan, memories, {.seed = 9});
  EXPECT_EQ(Composer(file_->path()).compose(plan, memories, {.seed = 9}), score);
  EXPECT_NE(composer_.compose(plan, memories, {.seed = 10}), score);
}

TEST_F(Composing, ManyPiecesAtOnceAreThoseOneByOne) {
  const auto plan = plan_of(8, {.bars = 8});
  std::array<Score, 4> together;
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t i = 0; i < together.size(); ++i)
      threads.emplace_back([&, i] { together[i] = composer_.compose(plan, {}, {.seed = i}); });
  }
  for (std::uint64_t i = 0; i < together.size(); ++i)
    EXPECT_EQ(together[i], composer_.compose(plan, {}, {.seed = i}));
}

TEST_F(Composing, PiecesThatShareThePassesAreThoseOneByOne) {
  std::vector<ComposeRequest> requests;
  for (std::uint64_t i = 0; i < 5; ++i) {
    const auto plan = plan_of(i, {.bars = 3 + 2 * static_cast<int>(i)});
    requests.push_back({plan, {}, {.seed = i, .temperature = 0.5 + 0.2 * static_cast<double>(i)}});
    if (i % 2 == 1) requests.back().memories.assign(plan.sections.size(), memory(i));
  }
  const auto pieces = composer_.compose_each(requests);
  ASSERT_EQ(pieces.size(), requests.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto& [plan, memories, options] = requests[i];
    EXPECT_EQ(pieces[i], composer_.compose_piece(plan, memories, options)) << i;
    EXPECT_EQ(pieces[i].score, composer_.compose(plan, memories, options)) << i;
  }
  EXPECT_TRUE(composer_.compose_each({}).empty());
  requests.back().options.top_p = 0;
  EXPECT_THROW(composer_.compose_each(requests), Error);
}

// The bars hold the score's notes, each once. Lengths of a phrase's last notes may differ: a later bar may strike a key again.
void expect_bars_of(const Score& score, const std::vector<BarView>& views) {
  const auto all = bars(score);
  ASSERT_EQ(views.size(), all.size());
  const TempoMap time(score);
  std::size_t count = 0;
  for (std::size_t i = 0; i < views.size(); ++i) {
    EXPECT_EQ(views[i].number, static_cast<int>(i) + 1);
    EXPECT_NEAR(views[i].start_seconds, time.seconds_at(all[i].start_ticks), 1e-4);
    for (const auto& [track, note, start, length] : views[i].notes) {
      ++count;
      EXPECT_GE(note.start_ticks, all[i].start_ticks);
      EXPECT_LT(note.start_ticks, all[i].start_ticks + all[i].length_ticks);
      EXPECT_NEAR(start, time.seconds_at(note.start_ticks), 1e-4);
      EXPECT_NEAR(start + length, time.seconds_at(note.start_ticks + note.length_ticks), 1e-4);
      const auto same = [&, &name = track, &told = note](const Track& other) {
        return other.name == name && 1 == std::ranges::count_if(other.notes, [&](const Note& played) {
                                       return played.start_ticks == told.start_ticks &&
                                              played.pitch == told.pitch && played.velocity == told.velocity;
                                     });
      };
      EXPECT_EQ(std::ranges::count_if(score.tracks, same), 1);
    }
  }
  EXPECT_EQ(count, notes_of(score).size());
}

TEST_F(Composing, BarsAreReportedAsTheyAreWritten) {
  std::vector<BarView> views;
  const ComposeOptions options{
      .seed = 4, .humanise = 0, .on_bar = [&](const BarView& bar) { views.push_back(bar); }};
  const auto planned = composer_.compose(plan_of(4), {}, options);
  expect_bars_of(planned, views);
  EXPECT_EQ(views[2].plan, plan_of(4).sections[0].bars[2]);
  views.clear();
  const auto from_text = composer_.compose_from_text({}, {.bars = 6}, options);
  expect_bars_of(from_text, views);
}

// The grid has 40 ticks per position; on the grid, what is played is what was written.
std::size_t written_notes_that_are_played(const Piece& piece) {
  std::size_t count = 0;
  for (const auto& track : piece.score.tracks)
    for (const auto& note : track.notes)
      for (const auto& part : piece.written.parts)
        count += static_cast<std::size_t>(std::ranges::count_if(part, [&](const PartNote& written) {
          return written.start * 40 == note.start_ticks && written.pitch == note.pitch;
        }));
  return count;
}

TEST_F(Composing, APieceHoldsItsPlanAndWhatWasWritten) {
  const auto plan = plan_of(3, {.bars = 9});
  const auto planned = composer_.compose_piece(plan, {}, {.humanise = 0});
  EXPECT_EQ(planned.plan, plan);
  EXPECT_EQ(planned.written.bars.size(), 9U);
  EXPECT_EQ(planned.written.key, plan.key);
  EXPECT_GE(written_notes_that_are_played(planned), notes_of(planned.score).size());
  const auto from_text = composer_.compose_piece_from_text({}, {.bars = 5}, {.humanise = 0});
  EXPECT_EQ(bar_count(from_text.plan), 5);
  EXPECT_EQ(from_text.written.bars.size(), 5U);
  EXPECT_EQ(from_text.score, composer_.compose_from_text({}, {.bars = 5}, {.humanise = 0}));
}

TEST_F(Composing, APlanOutOfRangeIsRefusedByTheNameOfItsMember) {
  const auto fault_of = [&](const std::function<void(Plan&)>& spoil) -> std::string {
    auto plan = plan_of(1, {.bars = 8});
    spoil(plan);
    try {
      composer_.compose(plan, {});
    } catch (const Error& error) {
      return error.where;
    }
    return "none";
  };
  const auto last = [](Plan& plan) -> BarPlan& { return plan.sections.back().bars.back(); };
  EXPECT_EQ(fault_of([](auto&) {}), "none");
  EXPECT_EQ(fault_of([](auto& plan) { plan.key.tonic = 40; }), "plan: key");
  EXPECT_EQ(fault_of([&](auto& plan) { last(plan).valence = 9; }), "plan: valence");
  EXPECT_EQ(fault_of([&](auto& plan) { last(plan).arousal = -1.5; }), "plan: arousal");
  EXPECT_EQ(fault_of([&](auto& plan) { last(plan).arousal = NAN; }), "plan: arousal");
  EXPECT_EQ(fault_of([&](auto& plan) { last(plan).density = 100; }), "plan: density");
}

TEST_F(Composing, TheStoryIsHeard) {
  const auto plan = plan_of(4, {.bars = 8});
  std::vector<StoryMemory> some(plan.sections.size(), memory(1)), others(plan.sections.size(), memory(2));
  EXPECT_NE(composer_.compose(plan, some), composer_.compose(plan, others));
  EXPECT_NE(composer_.compose(plan, some), composer_.compose(plan, {}));
}

TEST_F(Composing, CalmMusicIsPedalledAndExcitedMusicDetached) {
  const auto calm = composer_.compose(make_plan({}, {.bars = 4, .valence = 0.5, .arousal = -0.8}), {});
  const auto wild = composer_.compose(make_plan({}, {.bars = 4, .valence = 0.5, .arousal = 0.8}), {});
  const auto pedalled = [](const Score& score) {
    double ticks = 0;
    for (const auto& span : score.tracks.front().pedal) ticks += span.end_ticks - span.start_ticks;
    return ticks / end_ticks(score);
  };
  EXPECT_GT(pedalled(calm), 0.8);
  EXPECT_LT(pedalled(wild), pedalled(calm) / 2);
}

TEST_F(Composing, ProgressIsToldAndMayStop) {
  const auto plan = plan_of(1, {.bars = 8});
  std::vector<std::uint64_t> done;
  composer_.compose(plan, {}, {.progress = [&](std::uint64_t bar, std::uint64_t all) {
                      EXPECT_EQ(all, 8u);
                      done.push_back(bar);
                      return true;
                    }});
  EXPECT_EQ(done, (std::vector<std::uint64_t>{4, 8}));
  EXPECT_THROW(composer_.compose(plan, {}, {.progress = [](auto bar, auto) { return bar < 4; }}), Cancelled);
}

TEST_F(Composing, RefusesWhatDoesNotFit) {
  const auto plan = plan_of(1, {.bars = 8});
  EXPECT_THROW(composer_.compose(Plan{}, {}), Error);
  EXPECT_THROW(composer_.compose(plan, std::vector<StoryMemory>(plan.sections.size() + 1, memory(1))), Error);
  EXPECT_THROW(composer_.compose(plan, std::vector<StoryMemory>(plan.sections.size(), {{1, 2, 3}, 3})),
               Error);
  EXPECT_THROW(composer_.compose(plan, {}, {.temperature = -1}), Error);
  EXPECT_THROW(composer_.compose(plan, {}, {.top_p = 0}), Error);
  EXPECT_THROW(composer_.compose(plan_of(1, {.bars = 8, .metre = Metre{13, 8}}), {}), Error);
  auto silent = plan;
  silent.sections[0].bars[0].dynamics = std::nan("");
  EXPECT_THROW(composer_.compose(silent, {}), Error);
  EXPECT_THROW(Composer("nowhere.safetensors"), Error);
}

TEST_F(Composing, TextOnlyKeepsWhatIsAskedAndItsOwnFirstBar) {
  const std::vector memories{memory(1), memory(2)};
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const auto free = composer_.compose_from_text(memories, {}, {.seed = seed, .humanise = 0});
    EXPECT_EQ(bars(free).size(), 16u);
    EXPECT_EQ(free.tempos.size(), 1u);
    EXPECT_EQ(free.time_signatures.size(), 1u);
    EXPECT_EQ(free.key_signatures.size(), 1u);
    const Key key{3, Mode::kMinor};
    const auto asked =
        composer_.compose_from_text(memories, {.bars = 9, .key = key, .tempo_bpm = 71, .metre = Metre{3, 4}},
                                    {.seed = seed, .humanise = 0});
    EXPECT_EQ(bars(asked).size(), 9u);
    EXPECT_NEAR(asked.tempos[0].bpm(), 71, 1e-3);
    EXPECT_EQ(asked.time_signatures, (std::vector{TimeSignature{0, 3, 4}}));
    EXPECT_EQ(asked.key_signatures, (std::vector{KeySignature{0, key}}));
    const auto timed = composer_.compose_from_text(memories, {.duration_seconds = 60}, {.seed = seed});
    EXPECT_NEAR(seconds_at(timed, end_ticks(timed)), 60, 0.02);
  }
}

TEST_F(Composing, TextOnlyIsTheSameAgainAndHearsTheText) {
  const std::vector some{memory(1)}, others{memory(2)};
  EXPECT_EQ(composer_.compose_from_text(some, {}, {.seed = 4}),
            composer_.compose_from_text(some, {}, {.seed = 4}));
  EXPECT_NE(composer_.compose_from_text(some, {}), composer_.compose_from_text(others, {}));
}

TEST_F(Composing, GuidanceMovesWhatATextIsHeardToBe) {
  const std::vector some{memory(1)};
  const auto with = [&](double guidance, std::span<const StoryMemory> memories) {
    return composer_.compose_from_text(memories, {.bars = 4}, {.seed = 4, .guidance = guidance});
  };
  EXPECT_NE(with(0, some), with(8, some));
  EXPECT_EQ(with(0, {}), with(8, {})) << "without a text there is nothing to move to";
  EXPECT_THROW(with(-1, some), Error);
}

TEST(Composer, AnyDecoderAndAnySamplingEndsInAPiece) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const TinyDecoder file(seed, 0.3 * static_cast<double>(seed));
    const Composer composer(file.path());
    for (const double temperature : {0.0, 0.7, 3.0}) {
      const auto score =
          composer.compose(plan_of(seed, {.bars = 10}), {}, {.seed = seed, .temperature = temperature});
      EXPECT_EQ(bars(score).size(), 10u);
      EXPECT_EQ(bars(composer.compose_from_text({}, {.bars = 5}, {.temperature = temperature})).size(), 5u);
    }
  }
}

TEST(Composer, ADecoderThatKnowsNoEmotionIsGivenNoStory) {
  const auto path = scratch_folder() / "unlabelled.safetensors";
  save_decoder(path, tiny_config());
  const Composer composer{path, {.knows_emotion = false}};
  const auto plan = plan_of(4, {.bars = 8});
  std::vector<StoryMemory> some(plan.sections.size(), memory(1));
  auto even = plan;  // valence stays: how often the tonic triad stands is no matter of the decoder
  for (auto& section : even.sections)
    for (auto& bar : section.bars) bar.arousal = 0;
  EXPECT_EQ(composer.compose(plan, some, {.humanise = 0}), composer.compose(even, {}, {.humanise = 0}));
  EXPECT_EQ(composer.compose_from_text(some, {}), composer.compose_from_text({}, {}));
  std::filesystem::remove(path);
}

TEST(Composer, ADecoderOfAnotherLanguageIsRefused) {
  auto config = tiny_config();
  config.fields[1][1].second = 64;
  const auto path = scratch_folder() / "other_language.safetensors";
  save_decoder(path, config);
  EXPECT_THROW(Composer{path}, Error);
  std::filesystem::remove(path);
}

TEST_F(Composing, TheTrendsOfATextAreItsOwn) {
  const auto none = composer_.trends({}), one = composer_.trends(memory(1)),
             two = composer_.trends(memory(2));
  EXPECT_EQ(none.tempo, 0) << "no text";
  EXPECT_NE(one.tempo, 0);
  EXPECT_NE(one.tempo, two.tempo);
  EXPECT_NE(one.mode, two.mode);
  EXPECT_EQ(one.tempo, composer_.trends(memory(1)).tempo);
}

}  // namespace
}  // namespace s2m
