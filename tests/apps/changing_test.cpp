// Parts of pieces written anew, takes, moods and explanations, as a user would ask for them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "story2midi/base/files.h"
#include "tests/apps/program.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

using nlohmann::json;

TEST(ChangingPieces, OnePartIsWrittenAnewAndTheRestStays) {
  succeed(compose("--bars 12 -o whole.json"));
  const auto notes_of = [](const char* file, const char* part) {
    return json::parse(read_text(in_scratch(file)))["written"][part];
  };
  const auto out =
      succeed("compose --from whole.json --only bars:5-8 --only part:melody -o part.json --json");
  EXPECT_EQ(json::parse(out.out)["seed"], 2) << "the saved seed + 1";
  EXPECT_EQ(notes_of("part.json", "bass"), notes_of("whole.json", "bass"));
  EXPECT_EQ(notes_of("part.json", "accompaniment"), notes_of("whole.json", "accompaniment"));
  const auto was = notes_of("whole.json", "melody"), now = notes_of("part.json", "melody");
  EXPECT_NE(now, was);
  const auto outside = [](const json& notes) {
    auto kept = json::array();
    for (const auto& note : notes)
      if (note[0] < 4 * 48 || note[0] >= 8 * 48) kept.push_back(note);
    return kept;
  };
  EXPECT_EQ(outside(now), outside(was));
  succeed("compose --from part.json --only section:1 --lock harmony,rhythm -o again.json -o again.mid");
  EXPECT_EQ(notes_of("again.json", "melody").size(), now.size());
}

TEST(ChangingPieces, TakesAreThePiecesOfTheirSeedsAndToldApart) {
  const auto out = succeed(compose("--bars 8 --seed 4 --takes 3 -o take.mid -o take.json --json"));
  std::istringstream lines(out.out);
  std::vector<json> takes;
  for (std::string line; std::getline(lines, line);) takes.push_back(json::parse(line));
  ASSERT_EQ(takes.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    const auto name = "take-" + std::to_string(i + 1) + ".mid";
    succeed(compose("--bars 8 --seed " + std::to_string(4 + i) + " -o alone.mid"));
    EXPECT_EQ(read_text(in_scratch(name)), read_text(in_scratch("alone.mid"))) << name;
    EXPECT_EQ(takes[static_cast<std::size_t>(i)]["files"]["midi"], name);
    EXPECT_TRUE(takes[static_cast<std::size_t>(i)]["judged"].is_object());
  }
  EXPECT_EQ(takes[0]["like_first"]["notes"], 1);
  EXPECT_LT(takes[1]["like_first"]["notes"], 1);
  EXPECT_EQ(run_program(compose("--takes 2 -o -")).code, 2);
}

TEST(ChangingPieces, TakesMayBeLoops) {
  succeed(compose("--bars 8 --seed 4 --takes 2 --loop -q -o round.mid"));
  for (int i = 1; i <= 2; ++i) {
    succeed(compose("--bars 8 --seed " + std::to_string(3 + i) + " --loop -q -o alone.mid"));
    const auto take = read_text(in_scratch("round-" + std::to_string(i) + ".mid"));
    EXPECT_EQ(take, read_text(in_scratch("alone.mid"))) << i;
    EXPECT_NE(take.find("loopEnd"), std::string::npos);
  }
}

TEST(ChangingPieces, AMoodNeedsNoStory) {
  const auto made = json::parse(succeed("compose --mood 0.6,-0.4 --bars 8 -o mood.mid --json").out);
  EXPECT_EQ(made["emotion"]["valence"], 0.6);
  EXPECT_EQ(made["emotion"]["arousal"], -0.4);
  EXPECT_EQ(made["bars"], 8);
  EXPECT_EQ(json::parse(succeed("plan --mood=-0.5,0.5 --bars 4").out)["sections"][0]["bars"].size(), 4u);
  for (const char* wrong :
       {"--mood 1", "--mood 0,2", "--mood 0,x", "--mood 0,0 --valence 1", "--mood 0,0 --text a"})
    EXPECT_EQ(run_program(std::string("compose ") + wrong).code, 2) << wrong;
}

TEST(ChangingPieces, WhatCannotBeChangedInPartIsRefused) {
  succeed(compose("--bars 4 -o small.json"));
  succeed(compose("--bars 4 --text-only -o unplanned.json"));
  for (const auto& [arguments, code, says] : std::vector<std::tuple<std::string, int, std::string>>{
           {"--from small.json", 2, "--only or --lock"},
           {"--only bars:1", 2, "--from"},
           {"--from small.json --only bars:9", 1, "1 to 4"},
           {"--from small.json --only section:7", 1, "no such section"},
           {"--from small.json --only bars:4-2", 2, "expected section:N"},
           {"--from small.json --only part:drums", 2, "expected section:N"},
           {"--from small.json --only part:melody --lock melody", 1, "nothing"},
           {"--from small.json --only bars:1 --bars 8", 2, "--from"},
           {"--from unplanned.json --only bars:1", 1, "cannot be changed in part"},
           {"--from small.json --only bars:1 -o small.json", 2, "one file"}}) {
    const auto outcome = run_program("compose " + arguments);
    EXPECT_EQ(outcome.code, code) << arguments << outcome.err;
    EXPECT_NE(outcome.err.find(says), std::string::npos) << arguments << ": " << outcome.err;
  }
}

TEST(ChangingPieces, AStoryAPlanAndAPieceAreExplained) {
  write_text(in_scratch("why.txt"), "They danced in the street. Then the fire came, and she wept.\n");
  const auto text = succeed("explain why.txt --bars 16").out;
  for (const char* part : {"Section 1", "driven by", "tempo", "gesture", "chords"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
  succeed("plan why.txt --bars 16 -o why.json");
  succeed("explain why.json -o why.html");
  EXPECT_NE(read_text(in_scratch("why.html")).find("<!DOCTYPE html>"), std::string::npos);
  succeed("compose why.txt --bars 8 -o piece.json");
  EXPECT_NE(succeed("explain piece.json").out.find("bars 1 to"), std::string::npos);
  EXPECT_EQ(run_program("explain why.txt -o why.mid").code, 2);
}

}  // namespace
}  // namespace s2m
