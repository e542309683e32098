#include "lab/reports/music_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/lab/analysis/made_music.h"

namespace s2m {
namespace {

// Pieces whose velocity follows the quadrant's arousal and whose pitches do not.
std::vector<MeasuredMusic> folder() {
  std::vector<MeasuredMusic> pieces;
  for (int i = 0; i < 32; ++i) {
    Score score = testing::random_bars(4, static_cast<std::uint64_t>(i));
    score.tempos = {Tempo::from_bpm(0, 100)};
    const Quadrant quadrant = kQuadrants[i % 4];
    for (Note& note : score.tracks[0].notes)
      note.velocity = static_cast<std::uint8_t>((is_excited(quadrant) ? 90 : 50) + i);
    IntendedMusic asked{.quadrant = quadrant, .bars = 4};
    asked.file = std::to_string(i) + "<&>.mid";
    asked.valence = is_pleasant(quadrant) ? 0.5 : -0.5;
    asked.arousal = is_excited(quadrant) ? 0.5 : -0.5;
    asked.tempo_bpm = i == 0 ? 140 : 100;
    asked.metre = Metre{i < 8 ? 3 : 4, 4};
    pieces.push_back(measure_music(asked, score));
  }
  return pieces;
}

const FeatureTest& feature(const MusicReport& report, const std::string& name) {
  const auto found = std::ranges::find(report.features, name, &FeatureTest::name);
  EXPECT_NE(found, report.features.end());
  return *found;
}

TEST(MusicReport, FeaturesThatFollowTheQuadrantDiffer) {
  const auto report = make_report({.title = "t", .pieces = folder()});
  EXPECT_LT(feature(report, "velocity").p_corrected, .001);
  EXPECT_GT(feature(report, "velocity").test.epsilon_squared, .5);
  EXPECT_EQ(feature(report, "velocity").pairs.size(), 6u);
  EXPECT_EQ(feature(report, "tempo_bpm").p_corrected, 1);  // all alike
  for (const PairTest& pair : feature(report, "velocity").pairs)
    EXPECT_EQ(pair.first == Quadrant::kQ1 && pair.second == Quadrant::kQ3 ? pair.test.cliffs_delta : 1, 1);
}

TEST(MusicReport, AdherenceIsCountedFromTheFiles) {
  const auto report = make_report({.title = "t", .pieces = folder()});
  ASSERT_EQ(report.adherence.size(), 3u);
  for (const auto& figure : report.adherence) EXPECT_EQ(figure.asked, 32);
  EXPECT_EQ(report.adherence[0].kept, 31);  // tempo
  EXPECT_EQ(report.adherence[1].kept, 24);  // metre
  EXPECT_EQ(report.adherence[2].kept, 32);  // bars
}

// The JSON that a page shows.
nlohmann::json data_of(const std::string& page) {
  const std::string opening = "<script id=\"report\" type=\"application/json\">";
  const auto start = page.find(opening) + opening.size();
  return nlohmann::json::parse(page.substr(start, page.find("</script>", start) - start));
}

// What a judge that is sure of `quadrant` hears.
Judgement sure_of(Quadrant quadrant, double valence, double arousal) {
  Judgement heard{valence, arousal, {}};
  heard.quadrants[index_of(quadrant)] = 1;
  return heard;
}

TEST(MusicReport, APerfectJudgeHearsAllAndAChanceOneDoesNot) {
  auto pieces = folder();
  for (auto& piece : pieces) {
    const auto& asked = piece.intended;
    piece.judged = sure_of(*asked.valence > 0 ? Quadrant::kQ1 : Quadrant::kQ2, *asked.valence, 0.1);
  }
  const auto report =
      make_report({.title = "t", .pieces = pieces, .judge_itself = JudgeFigures{.name = "deaf"}});
  EXPECT_EQ(report.judge->valence->value, 1);
  EXPECT_EQ(report.judge->valence_rho->value, 1);
  EXPECT_EQ(report.judge->arousal->value, 0.5);
  EXPECT_EQ(report.judge->quadrant->value, 0.5);
  EXPECT_LT(report.judge->quadrant->interval.low, 0.5);
  EXPECT_GT(report.judge->quadrant->interval.high, 0.5);
}

TEST(MusicReport, TheJudgesOwnAccuracyStandsBesideEachShare) {
  const JudgeAccuracy own{"real music", 88, 32, {0.69, {0.6, 0.8}, 88}, {0.91, {}, 88}, {0.76, {}, 88}};
  auto pieces = folder();
  for (auto& piece : pieces) piece.judged = sure_of(Quadrant::kQ1, 0.5, 0.5);
  const auto report =
      make_report({.title = "t", .pieces = pieces, .judge_itself = JudgeFigures{.name = "j", .own = own}});
  const auto lines = report.judge->lines();
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0].here->value, 0.25);
  EXPECT_EQ(lines[0].own, own.quadrant);
  EXPECT_EQ(lines[1].own, own.arousal);
  EXPECT_EQ(lines[2].own, own.valence);
  EXPECT_NE(to_text(report).find("real music, 88 clips of 32 songs"), std::string::npos);
  EXPECT_EQ(data_of(to_html(report))["judge"]["own"], report.judge->own_words());
  EXPECT_EQ(nlohmann::json::parse(to_json(report))["judge"]["own"]["quadrant"]["value"], 0.69);
}

TEST(MusicReport, APieceInWhichNothingIsHeardCountsAsWrong) {
  const Judge judge;  // without inputs it hears all as neutral
  EXPECT_TRUE(measure_music({}, testing::random_bars(2, 1), &judge).judged);
  EXPECT_FALSE(measure_music({}, Score{}, &judge).judged);
  auto pieces = folder();
  for (std::size_t i = 0; i < pieces.size(); ++i)
    if (i % 2 == 0) pieces[i].judged = sure_of(*pieces[i].intended.quadrant, 0, 0);
  const auto report =
      make_report({.title = "t", .pieces = pieces, .judge_itself = JudgeFigures{.name = "j"}});
  EXPECT_EQ(report.judge->quadrant->value, 0.5);
  EXPECT_EQ(report.judge->quadrant->count, 32);
}

TEST(MusicReport, QualityIsHeldAgainstRealMusic) {
  auto pieces = folder();
  std::vector<MusicQuality> same, other;
  for (const auto& piece : pieces) same.push_back(piece.quality);
  for (int i = 0; i < 9; ++i)
    other.push_back(measure_quality(testing::repeated_phrase(1, 8, static_cast<std::uint64_t>(i))));
  const auto alike = make_report({.title = "t", .pieces = pieces, .real = same});
  for (const auto& figure : alike.quality) EXPECT_TRUE(figure.within()) << figure.measure->name;
  EXPECT_EQ(alike.quality_distance, 0);
  const auto report = make_report({.title = "t", .pieces = pieces, .real = other});
  EXPECT_GT(report.quality_distance, 0.3);
  for (const auto& figure : report.quality)
    if (figure.measure->name == "groove_similarity" || figure.measure->name == "compression_ratio") {
      EXPECT_FALSE(figure.within()) << figure.measure->name;
    }
}

TEST(MusicReport, OriginalityIsHeldAgainstThe95thPercentile) {
  OriginalityFigures runs{.here = {3, 5, 30}, .real = std::vector<int>(100, 6), .training_pieces = 9};
  runs.real[0] = 90;
  auto report = make_report({.title = "t", .pieces = folder(), .originality = runs});
  EXPECT_EQ(report.originality->limit, 6);
  EXPECT_NEAR(report.originality->within_share(), 2.0 / 3, 1e-12);
}

TEST(MusicReport, ThePageStandsAloneAndHoldsTheReport) {
  auto pieces = folder();
  const std::string title = "</script><a & b>";
  const auto page = to_html(make_report({.title = title,
                                         .pieces = pieces,
                                         .real = {pieces[0].quality, pieces[1].quality},
                                         .originality = OriginalityFigures{.here = {4}, .real = {5}}}));
  for (const char* outside : {"src=", "href=", "url(", "@import"})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  const auto data = data_of(page);
  EXPECT_EQ(data["title"], title) << "a title cannot end the script";
  EXPECT_EQ(data["features"].size(), 8u);
  EXPECT_EQ(data["features"][0]["pairs"][1]["second"], "Q3");
  EXPECT_TRUE(data["judge"].is_null());
  EXPECT_GT(data["adherence"].size(), 0u);
  EXPECT_EQ(data["quality"]["real_pieces"], 2);
  EXPECT_EQ(data["originality"]["limit"], 5);
  for (const auto& measure : data["quality"]["measures"]) {
    const std::string picture = measure["picture"];
    EXPECT_EQ(picture.rfind("<svg", 0), 0u);
    EXPECT_EQ(picture.find("nan"), std::string::npos);
    EXPECT_EQ(picture.find("inf"), std::string::npos);
  }
}

// A scale of values that only rounding parts once never ended.
TEST(MusicReport, AlmostEqualValuesAreDrawn) {
  auto pieces = folder();
  for (std::size_t i = 0; i < pieces.size(); ++i)
    pieces[i].features.tempo_bpm = 100 + 1e-14 * static_cast<double>(i);
  EXPECT_LT(to_html(make_report({.title = "t", .pieces = pieces})).size(), 1'000'000u);
}

TEST(MusicReport, JsonHoldsEveryPiece) {
  const auto json = nlohmann::json::parse(to_json(make_report({.title = "t", .pieces = folder()})));
  EXPECT_EQ(json["each"].size(), 32u);
  EXPECT_TRUE(json["judge"].is_null());
  EXPECT_TRUE(json["each"][0]["quality"].contains("groove_similarity"));
}

TEST(MusicReport, AFolderOfOneUnlabelledPieceIsStillMeasured) {
  const auto report = make_report({.title = "t", .pieces = {measure_music({}, Score{})}});
  EXPECT_TRUE(report.features.empty());
  EXPECT_TRUE(report.adherence.empty());
  EXPECT_TRUE(data_of(to_html(report))["features"].empty());
  EXPECT_FALSE(to_text(report).empty());
}

}  // namespace
}  // namespace s2m
