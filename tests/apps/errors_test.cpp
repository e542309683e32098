// Bad input: one clear line, a non-zero exit, nothing lost.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
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

TEST(Errors, EmptyText) {
  expect_one_line("compose --text '' -o a.mid", "--text");
  expect_one_line("feel --text '  '", "--text");
  expect_one_line("compose -o a.mid", "standard input");
}

TEST(Errors, TextThatIsNotUtf8NamesTheByte) {
  write_text(in_scratch("koi8.txt"), "Oh \xf0\xd2\xc9\xd7\xc5\xd4");
  expect_one_line("compose koi8.txt -o koi8.mid", "byte 3");
  EXPECT_FALSE(std::filesystem::exists(in_scratch("koi8.mid")));
}

TEST(Errors, TooLargeText) {
  write_text(in_scratch("large.txt"), std::string(20'000'000, 'a'));
  expect_one_line("compose large.txt -o a.mid", "large");
  expect_one_line("feel - <large.txt", "large");
}

TEST(Errors, ALineOfALiveSessionThatCannotBeRead) {
  write_text(in_scratch("broken_turns.txt"), "She laughed.\n\x89PNG\r\n\x1a and more\nHe wept.\n");
  const auto outcome = run_program("compose --live -q -o broken_turns.mid <broken_turns.txt");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("line 2 is left out"), std::string::npos) << outcome.err;
  EXPECT_TRUE(std::filesystem::exists(in_scratch("broken_turns.mid")));
}

TEST(Errors, ALiveSessionWithoutALine) {
  expect_one_line("compose --live -o nothing.mid", "holds no line");
  EXPECT_FALSE(std::filesystem::exists(in_scratch("nothing.mid")));
}

TEST(Errors, OptionsThatDoNotGoWithALiveSession) {
  for (const char* option : {"--text a", "--duration 60", "--takes 2", "--bars 6", "-o -", "--mood 0,0"})
    EXPECT_EQ(run_program(std::string("compose --live ") + option).code, 2) << option;
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

TEST(Errors, AnUnknownEndingIsRefusedBeforeAnyWork) {
  expect_one_line("compose nowhere.txt -o a.docx", ".flac");
  expect_one_line("render nowhere.mid -o a.svg", "no sound file");
  expect_one_line("draw nowhere.mid -o a.mid", "no picture");
}

TEST(Errors, MistypedWordsGetASuggestion) {
  expect_one_line("compos --text hello", "did you mean compose?", 2);
  expect_one_line("compose --text hello --bar 3", "did you mean --bars?", 2);
  expect_one_line("compose --text hello --duration 1:3x", "1:30", 2);
  expect_one_line("evaluate musik", "did you mean music?", 2);
}

TEST(Errors, PlansOfOtherVersionsAndUnknownMembersAreNamed) {
  write_text(in_scratch("later.json"), R"({"version": 2, "key": "C minor", "sections": []})");
  expect_one_line("compose --text hello --plan later.json -o a.mid", "another version");
  write_text(in_scratch("unknown.json"), R"({"key": "C minor", "sections": [], "tempo": 90})");
  expect_one_line("compose --text hello --plan unknown.json -o a.mid", "tempo");
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
  write_text(in_scratch("deep.jsonl"),
             "{\"text\":" + std::string(70'000, '[') + std::string(70'000, ']') + "}\n");
  expect_one_line("compose --lines deep.jsonl -o rows", "nested too deeply");
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
  write_text(in_scratch("broken.json"), "{}");
  expect_one_line("draw broken.json", "broken.json");
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

// An output that is an input, or two outputs that are one file: refused with both names, nothing is changed.
TEST(Errors, AnOutputThatIsAnInput) {
  write_text(in_scratch("story.txt"), "She wept in the rain.");
  std::filesystem::remove(in_scratch("soft.txt"));
  std::filesystem::create_symlink("story.txt", in_scratch("soft.txt"));
  for (const std::string output : {"story.txt", "./story.txt", "soft.txt"}) {
    expect_one_line("compose story.txt --bars 2 -o " + output,
                    output + " and the story story.txt are one file", 2);
    expect_one_line("plan story.txt -o " + output, "the story story.txt", 2);
    expect_one_line("render story.txt -o " + output, "the music file story.txt", 2);
    expect_one_line("inspect story.txt --picture " + output, "the music file story.txt", 2);
  }
  write_text(in_scratch("plan.json"), "{}");
  expect_one_line("compose story.txt --plan plan.json -o plan.json", "--plan plan.json", 2);
  expect_one_line("compose story.txt -o x.mid --wav x.mid", "--wav x.mid and -o x.mid are one file", 2);
  std::filesystem::create_directories(in_scratch("folder"));
  write_text(in_scratch("folder/intended.jsonl"), "{\"text\":\"She wept.\"}\n");
  expect_one_line("compose --lines folder/intended.jsonl -o folder", "--lines folder/intended.jsonl", 2);
  EXPECT_EQ(read_text(in_scratch("story.txt")), "She wept in the rain.");
}

TEST(Errors, AStandardOutputThatIsFullOrClosed) {
  for (const std::string command : {"--help", "--version", "compose --help", "feel --text 'a b' --json"})
    for (const std::string end : {">/dev/full", ">&-"}) {
      const auto err = in_scratch("full_err").string();
      const auto status =
          std::system(("'" S2M_PROGRAM "' " + command + " </dev/null " + end + " 2>'" + err + "'").c_str());
      EXPECT_EQ(WEXITSTATUS(status), 1) << command << end;
      EXPECT_EQ(read_text(err).substr(0, 28), "story2midi: standard output:") << command << end;
    }
}

TEST(Errors, NamesThatAreTooLongOrHoldControlCharacters) {
  expect_one_line("compose --text hello -o " + std::string(300, 'a'), "File name too long");
  const auto outcome = run_program("inspect \"$(printf 'a\\033[31mb')\"");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err.find('\033'), std::string::npos);
}

TEST(Errors, NumbersThatDoNotFit) {
  for (const std::string seed : {"18446744073709551616", "-1", "''", "2.7", "0x10"})
    expect_one_line("compose --text hello -o a.mid --seed " + seed, "--seed", 2);
  for (const std::string bars : {"2.7", "''", "99999999999999999999"})
    expect_one_line("compose --text hello -o a.mid --bars " + bars, "--bars", 2);
  EXPECT_EQ(run_program("compose --text hello --bars 012 --seed 010 -o twelve.mid --json").code, 0);
  const auto twelve = run_program("inspect twelve.mid --json").out;
  EXPECT_NE(twelve.find("\"bars\": 12,"), std::string::npos) << twelve;
}

TEST(Errors, AClipWithoutASong) {
  std::filesystem::create_directories(in_scratch("clips/emopia/split"));
  for (const std::string part : {"train", "val", "test"})
    write_text(in_scratch("clips/emopia/split/" + part + "_clip.csv"), "");
  write_text(in_scratch("clips/emopia/Q1.mid"), "");
  expect_one_line("dataset music emopia --data clips --shard s",
                  "Q1.mid: not an EMOPIA clip: expected Q1_<song>_<clip>.mid");
}

TEST(Errors, OptionsAreCheckedBeforeTheStoryIsRead) {
  expect_one_line("compose nowhere.txt --bars 0", "bars");
  expect_one_line("plan nowhere.txt --tempo 0", "tempo");
}

}  // namespace
}  // namespace s2m
