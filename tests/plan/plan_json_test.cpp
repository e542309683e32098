// Plans as JSON: there and back, and whatever a user or an attacker may hand in.
#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "story2midi/base/random.h"
#include "story2midi/plan/plan.h"

namespace s2m {
namespace {

Plan example() {
  EmotionCurve curve{{{{"Once upon a time, \"there\" was\na ♪.", 0, 36}, {0.4, -0.3, {}}},
                      {{"Then came the storm.", 37, 57}, {-0.7, 0.8, {}}}}};
  return make_plan(curve, {.bars = 19, .metre = Metre{7, 8}});
}

std::string fault_of(const std::string& json) {
  try {
    plan_from_json(json);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string with(const std::string& from, const std::string& to) {
  auto json = to_json(example());
  const auto at = json.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return json.replace(at, from.size(), to);
}

TEST(PlanJson, RoundTrip) {
  const auto plan = example();
  EXPECT_EQ(plan_from_json(to_json(plan)), plan);
  EXPECT_EQ(to_json(plan_from_json(to_json(plan))), to_json(plan));
}

TEST(PlanJson, ChordsThemesAndFiguresCanBeReadAndEdited) {
  const auto json = to_json(example());
  for (const auto* part : {"\"chords\":[{\"position\":0,\"chord\":\"", "\"themes\": [",
                           "\"form\":\"statement\"", "\"figure\":\"", "\"bass\":\"", "\"key\":\""})
    EXPECT_NE(json.find(part), std::string::npos) << part;
  auto plan = example();
  plan.sections[0].bars[1].chords = {{0, 9, ChordQuality::kMinor7, 4}, {24, 2, ChordQuality::kDominant7, 2}};
  plan.sections[0].bars[1].figure = "";
  plan.sections[0].bars[1].theme = {};
  plan.scale = scale_of(plan.key.mode);
  const auto back = plan_from_json(to_json(plan));
  EXPECT_EQ(back, plan);
  EXPECT_NE(to_json(plan).find("Am7/E"), std::string::npos);
}

TEST(PlanJson, OlderPlansWithoutTheNewMembersStillLoad) {
  const auto plan = plan_from_json(
      "{\"key\":\"F# "
      "minor\",\"sections\":[{\"title\":\"\",\"start_byte\":0,\"end_byte\":4,\"bars\":[{\"metre\":\"4/4\","
      "\"mode\":\"major\",\"tempo_bpm\":92,\"density\":3,\"dynamics\":60,\"register_pitch\":60,"
      "\"articulation\":0.9,"
      "\"valence\":0,\"arousal\":0}]}]}");
  const auto& bar = plan.sections[0].bars[0];
  EXPECT_EQ(bar.key, (Key{6, Mode::kMajor}));
  EXPECT_TRUE(bar.chords.empty());
  EXPECT_EQ(bar.theme.theme, 0);
}

TEST(PlanJson, NamesTheChordThemeOrFigureThatIsWrong) {
  EXPECT_NE(fault_of(with("\"chord\":\"", "\"chord\":\"H")).find("bars[0].chords[0].chord"),
            std::string::npos);
  EXPECT_NE(fault_of(with("\"position\":0", "\"position\":1")).find("chords[0].position"), std::string::npos);
  EXPECT_NE(fault_of(with("\"position\":0", "\"position\":99")).find("chords[0].position"),
            std::string::npos);
  EXPECT_NE(fault_of(with("\"theme\":1", "\"theme\":9")).find("plan: bar 1: theme"), std::string::npos);
  EXPECT_NE(fault_of(with("\"form\":\"", "\"form\":\"x")).find("theme.form"), std::string::npos);
  EXPECT_NE(fault_of(with("\"figure\":\"", "\"figure\":\"x")).find("bars[0].figure"), std::string::npos);
  EXPECT_NE(fault_of(with("\"bass\":\"", "\"bass\":\"x")).find("bars[0].bass"), std::string::npos);
}

TEST(PlanJson, ReadsOlderFilesThatNamedReturningBars) {
  EXPECT_EQ(plan_from_json(with("\"density\":", "\"takes_up\":1,\"density\":")), example());
}

TEST(PlanJson, NamesTheMemberThatIsWrong) {
  EXPECT_EQ(fault_of("{"), "plan: byte 2: is not JSON");
  EXPECT_EQ(fault_of("[]"), "plan: is not as it should be: expected an object, got []");
  EXPECT_EQ(fault_of("{\"key\":\"C major\"}"), "plan: a member is missing: expected sections");
  EXPECT_EQ(fault_of("{\"key\":3,\"sections\":[]}"),
            "plan.key: is not as it should be: expected a string, got 3");
  EXPECT_NE(fault_of("{\"key\":\"H flat\",\"sections\":[]}").find("plan.key"), std::string::npos);
  EXPECT_NE(fault_of("{\"key\":\"C\",\"sections\":[]}").find("plan.sections"), std::string::npos);
  EXPECT_NE(fault_of(with("\"7/8\"", "\"7/0\"")).find("plan.sections[0].bars[0].metre"), std::string::npos);
  EXPECT_NE(fault_of(with("\"7/8\"", "\"7/8x\"")).find("plan.sections[0].bars[0].metre"), std::string::npos);
  EXPECT_NE(fault_of(with("\"7/8\"", "\"99999999999/8\"")).find("bars[0].metre"), std::string::npos);
  EXPECT_NE(fault_of(with("\"tempo_bpm\":", "\"tempo_bpm\":9e99,\"x\":")).find("bars[0].tempo_bpm"),
            std::string::npos);
  EXPECT_NE(fault_of(with("\"dynamics\":", "\"dynamics\":\"loud\",\"x\":")).find("bars[0].dynamics"),
            std::string::npos);
  EXPECT_NE(fault_of(with("\"density\":", "\"denseness\":")).find("expected density"), std::string::npos);
  EXPECT_NE(fault_of(with("\"start_byte\": 0", "\"start_byte\": -1")).find("sections[0].start_byte"),
            std::string::npos);
}

TEST(PlanJson, SurvivesEveryCutAndManyFlips) {
  const auto json = to_json(example());
  for (std::size_t cut = 0; cut < json.size(); cut += 7)
    EXPECT_THROW(plan_from_json(json.substr(0, cut)), Error);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    auto broken = json;
    Random random(seed);
    for (int flips = 0; flips < 3; ++flips)
      broken[random.below(broken.size())] = static_cast<char>(random.below(256));
    try {
      plan_from_json(broken);
    } catch (const Error&) {
    }
  }
}

TEST(PlanJson, KeepsTheFingerprintOfItsStory) {
  auto plan = example();
  plan.story_fingerprint = 0x12abU;
  EXPECT_EQ(plan_from_json(to_json(plan)), plan);
  EXPECT_NE(to_json(plan).find("\"story_fingerprint\": \"00000000000012ab\""), std::string::npos);
  EXPECT_EQ(to_json(example()).find("story_fingerprint"), std::string::npos);
  EXPECT_NE(fault_of("{\"story_fingerprint\": \"12ab\"}").find("sixteen hexadecimal digits"),
            std::string::npos);
}

// What walks through JSON does so by recursion: balanced brackets would take all of the stack.
TEST(PlanJson, NestedTooDeeplyIsRefusedByTheByte) {
  for (const std::size_t depth : {100, 32'700, 70'000}) {
    const auto deep = "{\"key\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
    EXPECT_EQ(fault_of(deep),
              "plan: byte 71: JSON is nested too deeply: expected at most 64 levels, got more");
  }
  EXPECT_EQ(fault_of("{\"key\":\"" + std::string(100, '[') + "\"}").find("nested"), std::string::npos);
}

}  // namespace
}  // namespace s2m
