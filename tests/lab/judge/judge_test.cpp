#include "lab/judge/judge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>

#include "lab/judge/judge_training.h"
#include "lab/judge/published_cues.h"
#include "lab/statistics/logistic_regression.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/random.h"
#include "story2midi/midi/midi.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

TEST(LogisticRegression, RecoversTheOddsOfCountedLabels) {
  // 30 of 40 ones where x is 1 and 10 of 40 where it is -1: log odds +-log 3.
  LogisticProblem problem;
  problem.penalty = 1e-6;
  for (int i = 0; i < 80; ++i) {
    problem.rows.push_back({i < 40 ? 1.0 : -1.0});
    problem.labels.push_back(i % 4 == 0 ? (i < 40 ? 0 : 1) : (i < 40 ? 1 : 0));
    problem.weights.push_back(1);
  }
  const LogisticFit fit = fit_logistic(problem);
  EXPECT_NEAR(fit.weights[0], std::log(3), 1e-4);
  EXPECT_NEAR(fit.bias, 0, 1e-6);
  problem.penalty = 1000;
  EXPECT_LT(std::abs(fit_logistic(problem).weights[0]), 0.1);
}

TEST(LogisticRegression, SaysWhatIsWrong) {
  LogisticProblem problem{.rows = {{1}, {2}}, .labels = {1, 1}, .weights = {1, 1}};
  EXPECT_THROW(fit_logistic(problem), Error);
  problem.labels = {0, 1};
  EXPECT_NO_THROW(fit_logistic(problem));
  problem.rows[1] = {1, 2};
  EXPECT_THROW(fit_logistic(problem), Error);
}

// Clips whose loudness follows arousal and whose mode follows valence, with some noise; four to a song.
std::vector<LabelledClip> clips(int songs, std::uint64_t seed) {
  Random random(seed);
  const auto around = [&](double centre) { return centre + random.uniform() - 0.5; };
  std::vector<LabelledClip> all;
  for (int i = 0; i < 4 * songs; ++i) {
    LabelledClip clip;
    clip.song = "song " + std::to_string(i / 4);
    clip.quadrant = kQuadrants[i / 4 % 4];
    clip.features.velocity = 64 + 20 * around(is_excited(clip.quadrant) ? 0.4 : -0.4);
    clip.features.major_evidence = around(is_pleasant(clip.quadrant) ? 0.4 : -0.4);
    clip.features.notes_per_second = 1 + random.uniform();
    all.push_back(clip);
  }
  return all;
}

TEST(Judge, LearnsWhatTellsTheEmotionsApart) {
  const Judge judge = train_judge(clips(60, 1));
  const JudgeAccuracy unheard = accuracy(judge_all(judge, clips(60, 2)));
  EXPECT_EQ(unheard.clips, 240);
  EXPECT_EQ(unheard.songs, 60);
  EXPECT_GT(unheard.arousal.value, 0.85);
  EXPECT_GT(unheard.valence.value, 0.85);
  EXPECT_LE(unheard.quadrant.interval.low, unheard.quadrant.value);
  EXPECT_GE(unheard.quadrant.interval.high, unheard.quadrant.value);
}

TEST(JudgeByCues, KnowsTheFindingsAndNothingElse) {
  std::vector<MusicFeatures> music;
  for (const LabelledClip& clip : clips(60, 1)) music.push_back(clip.features);
  const Judge judge = judge_by_cues(music);
  EXPECT_EQ(judge.inputs.size(), published_cues().size());
  EXPECT_FALSE(judge.held_out);
  const JudgeAccuracy figures = accuracy(judge_all(judge, clips(60, 2)));
  EXPECT_GT(figures.arousal.value, 0.7);
  EXPECT_GT(figures.valence.value, 0.7);
  EXPECT_THROW(judge_by_cues({}), Error);
}

TEST(Judge, ProbabilitiesAddUpAndAgree) {
  const Judge judge = train_judge(clips(20, 1));
  for (const Judged& one : judge_all(judge, clips(20, 2))) {
    const Judgement& judgement = one.judgement;
    const auto& chance = judgement.quadrants;
    EXPECT_NEAR(std::accumulate(chance.begin(), chance.end(), 0.0), 1, 1e-12);
    EXPECT_NEAR(judgement.valence, 2 * (chance[0] + chance[3]) - 1, 1e-12);
    EXPECT_NEAR(judgement.arousal, 2 * (chance[0] + chance[1]) - 1, 1e-12);
    EXPECT_EQ(is_excited(judgement.quadrant()), judgement.arousal >= 0);
  }
}

TEST(Judge, LouderIsMoreExcitedButNotWithoutEnd) {
  const Judge judge = train_judge(clips(40, 1));
  MusicFeatures features = clips(1, 3)[0].features;
  double before = -1;
  for (const double velocity : {40, 55, 64, 75, 90}) {
    features.velocity = velocity;
    const double arousal = judge.judge(features).arousal;
    EXPECT_GT(arousal, before);
    before = arousal;
  }
  features.velocity = 1e5;
  const double far = judge.judge(features).arousal;
  features.velocity = 1e6;
  EXPECT_EQ(judge.judge(features).arousal, far);
}

TEST(Judge, DoesNotHearWhatItShallNot) {
  const Judge judge = train_judge(clips(20, 1), {.without = {"velocity", "scale"}});
  for (const JudgeInput& input : judge.inputs) {
    EXPECT_NE(input.name, "velocity");
    EXPECT_NE(input.name.substr(0, 6), "scale_");
    EXPECT_NE(input.name, "pedal_share");
  }
  EXPECT_LT(accuracy(judge_all(judge, clips(40, 2))).arousal.value, 0.7);
  EXPECT_THROW(train_judge(clips(20, 1), {.without = {"loudness"}}), Error);
}

TEST(Judge, TheSameMusicMakesTheSameJudge) {
  EXPECT_EQ(to_json(train_judge(clips(20, 1))), to_json(train_judge(clips(20, 1))));
}

TEST(Judge, CrossValidationKeepsASongTogether) {
  // The label is a property of the song alone, known by a value that only its clips share. A split by clip
  // would find it again; a split by song can only guess.
  Random random(5);
  std::vector<LabelledClip> all;
  for (int song = 0; song < 40; ++song) {
    MusicFeatures features;
    for (double& share : features.scale) share = random.uniform();
    for (double& share : features.intervals) share = random.uniform();
    features.dissonance = random.uniform();
    const Quadrant quadrant = kQuadrants[random.below(4)];
    for (int clip = 0; clip < 6; ++clip)
      all.push_back({JudgeSet::kEmopia, std::to_string(song), Split::kTrain, quadrant, features});
  }
  const JudgeRecipe recipe{.penalty = 0.1};
  EXPECT_GT(accuracy(judge_all(train_judge(all, recipe), all)).quadrant.value, 0.8);
  const auto crossed = cross_validate(all, recipe, 5, 1);
  EXPECT_LT(accuracy(crossed).quadrant.value, 0.5);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(crossed[i].song, all[i].song);
}

TEST(Judge, RoundTrip) {
  Judge judge = train_judge(clips(20, 1));
  EXPECT_EQ(judge_from_json(to_json(judge)), judge);
  judge.held_out = accuracy(judge_all(judge, clips(10, 2)), "others");
  EXPECT_EQ(judge_from_json(to_json(judge)).held_out, judge.held_out);
  const fs::path file = scratch_folder() / "judge_test.json";
  save_judge(judge, file);
  EXPECT_EQ(load_judge(file), judge);
  fs::remove(file);
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  EXPECT_NE(at, text.npos) << what;
  return text.replace(at, what.size(), by);
}

TEST(Judge, HostileFilesEndInAnError) {
  Judge judge;
  judge.inputs = {{.name = "velocity", .mean = 64, .deviation = 16, .valence = 0.5, .arousal = 2}};
  judge.held_out = JudgeAccuracy{"test", 9, 3, {0.25, {}, 9}, {0.5, {}, 9}, {0.75, {}, 9}};
  const std::string good = to_json(judge);
  ASSERT_EQ(judge_from_json(good), judge);
  for (const std::string& bad :
       {std::string(), std::string("[]"), std::string("null"), good.substr(0, good.size() / 2),
        replaced(good, "judge 1", "judge 2"), replaced(good, "velocity", "loudness"),
        replaced(good, "16.0", "0"), replaced(good, "16.0", "-1"), replaced(good, "16.0", "1e999"),
        replaced(good, "16.0", "null"), replaced(good, "2.0", "1e300"), replaced(good, "linear", "cubic"),
        replaced(good, "0.25", "1.5"), replaced(good, "9", "-9"), replaced(good, "\"songs\"", "\"tunes\""),
        replaced(good, "\"inputs\": [", "\"inputs\": [3, "), replaced(good, "arousal_bias", "bias"),
        std::string(100000, '[')})
    EXPECT_THROW(judge_from_json(bad), Error) << bad.substr(0, 300);
  judge.inputs.push_back(judge.inputs[0]);
  EXPECT_THROW(judge_from_json(to_json(judge)), Error);
  EXPECT_THROW(load_judge("no/such/judge.json"), Error);
}

// Broken chords over a bass, four bars of I vi IV V or i VI iv v.
Score piece(Mode mode, double bpm, int velocity, int notes_per_bar) {
  const bool major = mode == Mode::kMajor;
  const int third = major ? 4 : 3, roots[] = {0, major ? 9 : 8, 5, 7};
  Score score;
  score.tempos = {Tempo::from_bpm(0, bpm)};
  score.tracks.emplace_back();
  for (int bar = 0; bar < 8; ++bar) {
    const int root = 60 + roots[bar % 4];
    const int quality = major && bar % 4 == 1 ? 3 : !major && bar % 4 == 1 ? 4 : third;
    const int tones[] = {0, quality, 7, 12};
    const auto loud = static_cast<std::uint8_t>(velocity);
    score.tracks[0].notes.push_back({bar * 1920, 1900, static_cast<std::uint8_t>(root - 24), loud});
    for (int i = 0; i < notes_per_bar; ++i)
      score.tracks[0].notes.push_back({bar * 1920 + i * 1920 / notes_per_bar, 1900 / notes_per_bar,
                                       static_cast<std::uint8_t>(root + tones[i % 4]), loud});
  }
  std::sort(score.tracks[0].notes.begin(), score.tracks[0].notes.end());
  return score;
}

TEST(ShippedJudge, HearsWhatAMusicianWould) {
  const Judge judge = load_judge(fs::path(S2M_SOURCE_DIR) / "models/judge/judge.json");
  const auto lively = judge.judge(piece(Mode::kMajor, 150, 95, 8));
  const auto tense = judge.judge(piece(Mode::kMinor, 150, 95, 8));
  const auto sad = judge.judge(piece(Mode::kMinor, 60, 40, 4));
  const auto peaceful = judge.judge(piece(Mode::kMajor, 60, 40, 4));
  EXPECT_GT(lively.arousal, peaceful.arousal + 0.5);
  EXPECT_GT(tense.arousal, sad.arousal + 0.5);
  EXPECT_GT(lively.valence, tense.valence);
  EXPECT_GT(peaceful.valence, sad.valence);
  EXPECT_THROW(judge.judge(Score{}), Error);
}

TEST(ShippedJudge, JudgesTestClipsAsWellAsItsCardSays) {
  const char* data = std::getenv("S2M_DATA");
  if (!data || !fs::exists(fs::path(data) / "emopia") || !fs::exists(fs::path(data) / "vgmidi"))
    GTEST_SKIP() << "S2M_DATA names no folder with emopia and vgmidi";
  const Judge judge = load_judge(fs::path(S2M_SOURCE_DIR) / "models/judge/judge.json");
  std::vector<LabelledClip> test;
  for (const JudgeFile& file : judge_files(data))
    if (file.file.split == Split::kTest)
      test.push_back(labelled_clip(file, load_midi(data / file.file.path)));
  ASSERT_EQ(test.size(), 88u);
  const JudgeAccuracy figures = accuracy(judge_all(judge, test));
  EXPECT_GE(figures.quadrant.value, 0.65);
  EXPECT_GE(figures.arousal.value, 0.85);
  EXPECT_GE(figures.valence.value, 0.7);
}

}  // namespace
}  // namespace s2m
