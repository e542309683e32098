#include "lab/study/answers.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

// Of two systems and all quadrants, and one for training.
std::vector<StudyPiece> pieces() {
  std::vector<StudyPiece> all;
  for (std::size_t i = 0; i < 16; ++i)
    all.push_back({.file = "a,\"" + std::to_string(i) + ".mid",
                   .system = i % 2 == 0 ? "a" : "b",
                   .quadrant = kQuadrants[i / 4],
                   .blind = "blind" + std::to_string(i)});
  all.push_back({.file = "t.mid", .system = "a", .is_training = true, .blind = "blindt"});
  return all;
}

const SimulatedListeners kPerfect{.listeners = 6, .valence = 1, .arousal = 1, .deviation = 0};

TEST(StudyAnswers, SurviveTheirJson) {
  const auto listeners = simulate_listeners(pieces(), {.listeners = 3});
  for (const auto& listener : listeners) {
    const auto json = to_json(listener, pieces(), "abc");
    EXPECT_EQ(to_json(listener_from_json(json, pieces(), "abc", "answers"), pieces(), "abc"), json);
    EXPECT_THROW(listener_from_json(json, pieces(), "abd", "answers"), Error);
  }
  auto json = nlohmann::json::parse(to_json(listeners[0], pieces(), "abc"));
  for (const auto& [path, value] :
       std::vector<std::pair<std::string, nlohmann::json>>{{"/trials/0/piece", "other"},
                                                           {"/trials/0/quadrant", "Q5"},
                                                           {"/trials/0/valence", 2},
                                                           {"/trials", 7},
                                                           {"/format", "x"}}) {
    auto wrong = json;
    wrong[nlohmann::json::json_pointer(path)] = value;
    EXPECT_THROW(listener_from_json(wrong.dump(), pieces(), "abc", "answers"), Error) << path;
  }
}

TEST(StudyAnswers, PerfectListenersAreRecoveredAndAgree) {
  const auto report = study_report(simulate_listeners(pieces(), kPerfect), pieces());
  EXPECT_EQ(report.listeners, 6u);
  EXPECT_EQ(report.trials, 96u);
  ASSERT_EQ(report.systems.size(), 3u);
  for (const auto& system : report.systems)
    for (const auto& accuracy : system.accuracies) {
      EXPECT_EQ(accuracy.share.value(), 1);
      EXPECT_EQ(accuracy.clustered, (Interval{1, 1}));
      EXPECT_LT(accuracy.p_holm, 1e-6);
      EXPECT_GE(accuracy.p_holm, accuracy.p);
    }
  EXPECT_EQ(report.systems[0].confusion[2][2], 24);
  EXPECT_EQ(report.quadrant_alpha, 1);
  EXPECT_GT(report.valence_alpha, .5);
  EXPECT_TRUE(report.valence_icc);
}

TEST(StudyAnswers, EachRuleExcludes) {
  auto listeners = simulate_listeners(pieces(), kPerfect);
  listeners[0].has_consented = false;
  listeners[1].has_finished = false;
  listeners[2].headphones.hits = 4;
  listeners[3].attention.hits = 1;
  for (auto& trial : listeners[4].trials) trial.quadrant = Quadrant::kQ2;
  listeners[5].trials[0].familiar = 2;
  listeners[5].trials[1].heard_seconds = 1;
  listeners[5].trials.push_back(listeners[5].trials[2]);
  listeners[5].trials.back().is_repeat = true;
  const auto report = study_report(listeners, pieces());
  const std::vector<std::pair<std::string, std::string>> excluded{{"1", "no consent"},
                                                                  {"2", "not finished"},
                                                                  {"3", "headphones"},
                                                                  {"4", "attention"},
                                                                  {"5", "one answer to all"}};
  EXPECT_EQ(report.excluded, excluded);
  EXPECT_EQ(report.trials, 14u);
  EXPECT_EQ(report.dropped_trials, 2u);
  EXPECT_EQ(report.repeats, (Share{1, 1}));
  const auto table = study_table_csv(listeners, pieces(), {});
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 1 + 6 * 16 + 1);
  EXPECT_NE(table.find("\"a,\"\"0.mid\""), table.npos);
}

// The design of the paper: 21 listeners, 15 pieces.
TEST(StudyAnswers, TheTrueAccuracyIsRecoveredAndTheIntervalsCoverIt) {
  auto fifteen = pieces();
  fifteen.resize(15);
  constexpr int kStudies = 100;
  int covered = 0;
  double sum = 0;
  for (int study = 0; study < kStudies; ++study) {
    const auto report = study_report(simulate_listeners(fifteen, {.seed = static_cast<std::uint64_t>(study)}),
                                     fifteen, {}, {.resamples = 200});
    const auto& valence = report.systems[0].accuracies[1];
    sum += valence.share.value();
    covered += valence.clustered.low <= .6 && .6 <= valence.clustered.high;
  }
  EXPECT_NEAR(sum / kStudies, .6, .01);
  EXPECT_GE(covered, 88);
}

TEST(StudyAnswers, NobodyCountsAndNothingBreaks) {
  const auto report = study_report({}, pieces());
  EXPECT_EQ(report.trials, 0u);
  EXPECT_NE(to_html(report).find("0 listeners count"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(to_json(report))["listeners"], 0);
}

}  // namespace
}  // namespace s2m
