// Bad input: one clear line, a non-zero exit, nothing lost.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "story2midi/base/files.h"
#include "tests/apps/program.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

// One line on standard error that holds `text`, nothing on standard output, exit code `code`.
void expect_one_line(const std::string& arguments, const std::string& text, int code = 1) {
  const auto outcome = run_program(arguments);
  EXPECT_EQ(outcome.code, code) << arguments << "\n" << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << arguments << "\n" << outcome.err;
  EXPECT_NE(outcome.err.find(text), std::string::npos) << arguments << "\n" << outcome.err;
  EXPECT_EQ(outcome.out, "") << arguments;
}

std::string in_scratch(const std::string& name) { return (scratch_folder() / name).string(); }

TEST(Errors, EmptyText) {
  expect_one_line("compose --text '' -o a.mid", "--text");
  expect_one_line("feel --text '  '", "--text");
  expect_one_line("compose -o a.mid", "standard input");
}

TEST(Errors, TextThatIsNotUtf8NamesTheByte) {
  write_text(in_scratch("koi8.txt"), "Oh \xf0\xd2\xc9\xd7\xc5\xd4");
  expect_one_line("compose koi8.txt -o a.mid", "byte 3");
  EXPECT_FALSE(std::filesystem::exists(in_scratch("a.mid")));
}

TEST(Errors, TooLargeText) {
  write_text(in_scratch("large.txt"), std::string(20'000'000, 'a'));
  expect_one_line("compose large.txt -o a.mid", "large");
  expect_one_line("feel - <large.txt", "large");
}

TEST(Errors, MissingStory) { expect_one_line("feel nowhere.txt", "nowhere.txt"); }

TEST(Errors, BrokenOrMissingModel) {
  expect_one_line("feel --text hello --models nowhere", "nowhere");
  const auto folder = scratch_folder() / "broken";
  std::filesystem::create_directories(folder);
  write_text(folder / "encoder.safetensors", "this is no model");
  write_text(folder / "decoder.safetensors", "this is no model");
  expect_one_line("feel --text hello --models broken", "encoder.safetensors");
}

TEST(Errors, UnwritableOutput) {
  expect_one_line("compose --text hello -o nowhere/a.mid", "nowhere");
  expect_one_line("compose --text hello -o .", "folder");
}

TEST(Errors, NonsenseOptions) {
  expect_one_line("compose --text hello --no-such-option", "--no-such-option", 2);
  expect_one_line("compose --text hello --bars many", "bars", 2);
  expect_one_line("compose --text hello --bars 0", "bars");
  expect_one_line("compose --text hello --bars -4", "bars");
  expect_one_line("compose --text hello --tempo 0", "tempo");
  expect_one_line("compose --text hello --tempo nan", "tempo");
  expect_one_line("compose --text hello --duration 1e9", "duration");
  expect_one_line("compose --text hello --key H#", "H#");
  expect_one_line("compose --text hello --meter 4", "4");
  expect_one_line("compose --text hello --meter 5/0", "5/0");
  expect_one_line("compose --text hello --valence 3", "valence");
  expect_one_line("compose --text hello --temperature -1", "temperature", 2);
  expect_one_line("compose --text hello --lines x.txt", "-o DIR", 2);
  expect_one_line("compose --text hello --plan x.json --bars 4", "--plan", 2);
  expect_one_line("feel --text hello --story", "--lines", 2);
  expect_one_line("", "subcommand", 2);
}

TEST(Errors, BrokenLinesNameTheirNumber) {
  write_text(in_scratch("lines.txt"), "A fine day.\n\nAnother.\n");
  expect_one_line("feel --lines lines.txt --json", "line 2");
}

TEST(Errors, BrokenTablesOfLinesNameTheRow) {
  write_text(in_scratch("rows.tsv"), "text\tvalence\nA fine day.\t3\n");
  expect_one_line("compose --lines rows.tsv -o rows", "line 2: valence");
  write_text(in_scratch("rows.tsv"), "text\tvalence\n\t.5\n");
  expect_one_line("compose --lines rows.tsv -o rows", "neither a story nor an emotion");
  write_text(in_scratch("rows.tsv"), "text\tbars\nA fine day.\t4\nAnother.\t5000\n");
  expect_one_line("compose --lines rows.tsv -o rows", "piece 2: bars");
}

TEST(Errors, BrokenEmotionSetsNameTheLine) {
  std::filesystem::create_directories(in_scratch("broken_sets/emobank/corpus"));
  expect_one_line("evaluate text broken_sets --sets emobank,xed --picture a.svg", "--picture", 2);
  expect_one_line("evaluate text broken_sets --sets nothing", "nothing", 2);
  write_text(in_scratch("broken_sets/emobank/corpus/emobank.csv"),
             "id,split,V,A,D,text\na,test,3,?,3,words\n");
  expect_one_line("evaluate text broken_sets --sets emobank", "emobank.csv: line 2");
}

TEST(Errors, BrokenMidi) {
  write_text(in_scratch("broken.mid"), "MThd nonsense");
  expect_one_line("inspect broken.mid", "broken.mid");
  expect_one_line("render broken.mid -o broken.wav", "broken.mid");
  EXPECT_FALSE(std::filesystem::exists(in_scratch("broken.wav")));
}

TEST(Errors, BarsThatAreNoRange) {
  std::filesystem::create_directories(in_scratch("short"));
  for (const char* range : {"5", "9-3", "0-4", "a-b", "1-"})
    expect_one_line("evaluate music short --bars " + std::string(range), range, 2);
}

TEST(Errors, BrokenPlanNamesTheMember) {
  write_text(in_scratch("plan.json"), R"({"key": {"tonic": 99}})");
  expect_one_line("compose --text hello --plan plan.json -o a.mid", "plan.json");
}

TEST(Errors, EvaluateMusicNamesWhatIsWrong) {
  const auto folder = scratch_folder() / "nothing";
  std::filesystem::create_directories(folder);
  expect_one_line("evaluate music nothing", "no MIDI file");
  write_text(folder / "broken.mid", "this is no music");
  expect_one_line("evaluate music nothing", "broken.mid");
  write_text(folder / "intended.jsonl", "{\"file\":\"nowhere.mid\"}\n");
  expect_one_line("evaluate music nothing", "line 1");
  expect_one_line("evaluate music nothing --intended missing.tsv", "missing.tsv");
}

}  // namespace
}  // namespace s2m
