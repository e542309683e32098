#include "lab/reports/performance_fit.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/base/random.h"
#include "story2midi/midi/midi.h"
#include "story2midi/perform/rules.h"
#include "tests/perform/performed.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

// Songs of three composers as scores, each with two performances by our own rules: ASAP's layout.
class PerformanceFits : public testing::Test {
 protected:
  PerformanceFits() {
    for (int composer = 0; composer < 3; ++composer) {
      const fs::path folder = data_ / ("composer" + std::to_string(composer)) / "song";
      fs::create_directories(folder);
      const PartScore piece = varied(static_cast<std::uint64_t>(composer));
      save_midi(to_score(piece), folder / "midi_score.mid");
      for (std::uint64_t seed = 1; seed <= 2; ++seed)
        save_midi(perform(piece, test::plan_of(piece), {.seed = seed}),
                  folder / (std::to_string(seed) + ".mid"));
    }
  }
  ~PerformanceFits() override { fs::remove_all(data_); }

  // A song whose melody wanders.
  static PartScore varied(std::uint64_t seed) {
    PartScore piece = test::song(24);
    Random random(seed);
    for (PartNote& note : piece.part(Part::kMelody))
      note.pitch = static_cast<std::uint8_t>(random.between(67, 84));
    return piece;
  }
  static const RuleFit& rule(const AspectFit& aspect, const std::string& name) {
    for (const RuleFit& one : aspect.rules)
      if (one.name == name) return one;
    throw std::out_of_range(name);
  }

  const fs::path data_ = fs::temp_directory_path() / ("s2m_performances_" + std::to_string(getpid()));
};

TEST_F(PerformanceFits, RecoverTheRulesOfOurOwnPerformances) {
  const auto fit = fit_performances(data_, 1);
  EXPECT_EQ(fit.pieces, 3);
  EXPECT_EQ(fit.composers, 3);
  EXPECT_EQ(fit.performances, 6);
  EXPECT_EQ(fit.not_followed, 0);
  EXPECT_GT(fit.matched_share, .95);
  const AspectFit& in_bar = fit.aspects[2];
  EXPECT_EQ(in_bar.about, "bar");
  EXPECT_GT(in_bar.held_out, .5);
  EXPECT_GT(in_bar.shared, .5);
  EXPECT_NEAR(rule(in_bar, "high_loud").fitted, kVelocityContrast * rule(in_bar, "high_loud").own, 1);
  EXPECT_NEAR(in_bar.own_deviation, in_bar.deviation, .5);
  const AspectFit& beat = fit.aspects[4];
  EXPECT_EQ(beat.name, "beat length");
  EXPECT_GT(beat.held_out, .3);
  EXPECT_GT(rule(beat, "before_bar").fitted, .02);
}

TEST_F(PerformanceFits, AreTheSameAtAnyNumberOfThreads) {
  EXPECT_EQ(to_json(fit_performances(data_, 1)), to_json(fit_performances(data_, 3)));
}

TEST_F(PerformanceFits, NeedScoresBesidePerformances) {
  for (int composer = 0; composer < 3; ++composer)
    fs::remove(data_ / ("composer" + std::to_string(composer)) / "song" / "midi_score.mid");
  EXPECT_THROW(fit_performances(data_, 1), Error);
}

}  // namespace
}  // namespace s2m
