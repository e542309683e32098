#include "lab/datasets/passage_pool.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "lab/datasets/held_out_texts.h"
#include "lab/datasets/text_passages.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

PassagePool pool(const std::string& lines) {
  const auto path = scratch_folder() / "pool.jsonl";
  write_text(path, lines);
  return PassagePool(path);
}

TEST(PassagePool, NearOnesOfTheSameQuadrantAndSplitAreDrawn) {
  const PassagePool passages = pool(R"({"text":"the sun","valence":0.5,"arousal":0.5,"split":"train"}
{"text":"the sky","valence":0.9,"arousal":0.9,"split":"train","source":"x"}
{"text":"the sea","valence":-0.5,"arousal":0.5,"split":"train"}
{"text":"sea","valence":0.5,"arousal":0.5,"split":"validation"}
)");
  Random random(1);
  int near = 0;
  for (int i = 0; i < 1000; ++i) {
    const PoolPassage& drawn = passages.draw({0.6, 0.55}, Split::kTrain, random);
    EXPECT_EQ(drawn.split, Split::kTrain);
    EXPECT_GT(drawn.valence, 0);
    near += drawn.valence == 0.5;
  }
  EXPECT_GT(near, 950);
  EXPECT_EQ(passages.draw({0.6, 0.55}, Split::kValidation, random).valence, 0.5);
  EXPECT_THROW(passages.draw({-0.5, -0.5}, Split::kTrain, random), Error);
}

TEST(PassagePool, WhatIsWrittenIsReadAgain) {
  const std::vector<PoolPassage> passages{
      {"tales-1", "tales", "The Mill", "\"Run!\" she said.", -0.5, 0.25, Split::kTrain},
      {"emobank-1", "emobank", "", "Calm.", 0.5, -1, Split::kTest}};
  write_passages(passages, scratch_folder() / "written.jsonl");
  const PassagePool again(scratch_folder() / "written.jsonl");
  ASSERT_EQ(again.passages().size(), 2u);
  EXPECT_EQ(again.passages()[0].id, "tales-1");
  EXPECT_EQ(again.passages()[0].story, "The Mill");
  EXPECT_EQ(again.passages()[0].text, passages[0].text);
  EXPECT_EQ(again.passages()[1].split, Split::kTest);
  EXPECT_EQ(quadrant_of(again.passages()[1].point()), Quadrant::kQ4);
}

TEST(PassagePool, BrokenLinesAreNamed) {
  for (const char* bad : {"{", "[]", R"({"text":"a","valence":0,"arousal":0,"split":"never"})",
                          R"({"text":"a","valence":2,"arousal":0,"split":"train"})",
                          R"({"valence":0,"arousal":0,"split":"train"})"}) {
    try {
      pool(std::string(bad) + "\n");
      ADD_FAILURE() << bad;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("line 1"), std::string::npos) << error.what();
    }
  }
  EXPECT_THROW(pool(R"({"text":"a","valence":0,"arousal":0,"split":"test"})"), Error)
      << "nothing to train on";
}

TEST(TextPassages, ABookStaysOnOneSide) {
  const auto path = scratch_folder() / "books.txt";
  std::string text;
  for (int book = 0; book < 40; ++book) {
    for (int line = 0; line < 5; ++line)
      text += "Book " + std::to_string(book) + ": " + std::string(150, 'a' + static_cast<char>(line)) + "\n";
    text += "\n";
  }
  write_text(path, text);
  const auto candidates = narrative_candidates(path, 200);
  std::set<std::string> held_out;
  for (const auto& candidate : candidates) {
    const auto book = "book " + std::to_string(1 + std::stoi(candidate.text.substr(5)));
    EXPECT_EQ(candidate.group, book);
    if (candidate.split == Split::kValidation) held_out.insert(book);
  }
  EXPECT_GT(candidates.size(), 150u);
  EXPECT_EQ(held_out, (std::set<std::string>{"book 20", "book 40"}));
}

TEST(HeldOutTexts, AsManyOfEachQuadrantAndSource) {
  std::string lines = R"({"text":"t","valence":1,"arousal":1,"split":"train"})"
                      "\n";
  for (const char* point : {R"("valence":0.5,"arousal":0.5)", R"("valence":-0.5,"arousal":0.5)",
                            R"("valence":-0.5,"arousal":-0.5)", R"("valence":0.5,"arousal":-0.5)"})
    for (int i = 0; i < 9; ++i)
      lines += R"({"text":"x)" + std::to_string(i) + R"(","split":"test","source":")" +
               (i < 7 ? "many" : "few") + "\"," + point + "}\n";
  const PassagePool passages = pool(lines);
  const auto table = held_out_texts(passages, {.per_quadrant = 4, .fewest_words = 1});
  std::map<std::string, int> quadrants, sources;
  std::istringstream rows(table);
  for (std::string row; std::getline(rows, row);) {
    const auto json = nlohmann::json::parse(row);
    ++quadrants[json["quadrant"]], ++sources[json["source"]];
    EXPECT_FALSE(json.contains("valence")) << "what the text says is for the reader to find";
  }
  EXPECT_EQ(quadrants, (std::map<std::string, int>{{"Q1", 4}, {"Q2", 4}, {"Q3", 4}, {"Q4", 4}}));
  EXPECT_EQ(sources, (std::map<std::string, int>{{"few", 8}, {"many", 8}}));
  EXPECT_EQ(held_out_texts(passages, {.per_quadrant = 4, .fewest_words = 1}), table);
  EXPECT_NE(held_out_texts(passages, {.per_quadrant = 4, .fewest_words = 1, .seed = 2}), table);
  EXPECT_THROW(held_out_texts(passages, {.per_quadrant = 10, .fewest_words = 1}), Error);
  EXPECT_THROW(held_out_texts(passages, {.per_quadrant = 4}), Error) << "of a word each";
  const auto told = held_out_texts(passages, {.per_quadrant = 1, .fewest_words = 1, .states_emotion = true});
  EXPECT_EQ(nlohmann::json::parse(told.substr(0, told.find('\n')))["valence"], 0.5);
}

}  // namespace
}  // namespace s2m
