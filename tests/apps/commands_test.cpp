// The commands with the shipped weights, as a user would type them.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "story2midi/base/files.h"
#include "story2midi/midi/midi.h"
#include "story2midi/music/measures.h"
#include "tests/apps/program.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

using nlohmann::json;

constexpr const char* kStory = "--text 'The bells rang out and everyone danced in the street.'";

TEST(Commands, ComposeKeepsWhatIsAskedExactly) {
  const auto outcome =
      succeed(compose("--bars 8 --key 'F# minor' --tempo 93 --meter 3/4 -o asked.mid --json"));
  const auto made = json::parse(outcome.out);
  EXPECT_EQ(made["key"], "F# minor");
  EXPECT_EQ(made["metre"], "3/4");
  EXPECT_EQ(made["bars"], 8);
  EXPECT_NEAR(made["tempo_bpm"].get<double>(), 93, 0.01);
  const auto score = load_midi(in_scratch("asked.mid"));
  EXPECT_EQ(bars(score).size(), 8u);
  EXPECT_GT(measure(score).notes, 8);
}

TEST(Commands, ManifestStatesTheFilesAndTheDecodersFacts) {
  const auto folder = in_scratch("models");
  std::filesystem::remove_all(folder);
  std::filesystem::copy("models/base", folder);
  std::filesystem::remove(folder / "manifest.json");
  write_text(in_scratch("texts.jsonl"), "{\"text\":\"He wept all night.\"}\n{\"text\":\"They danced!\"}\n");
  succeed("manifest models --name mine --licence none --texts texts.jsonl");
  const auto made = json::parse(read_text(folder / "manifest.json"));
  EXPECT_EQ(made["name"], "mine");
  EXPECT_EQ(made["files"].size(), json::parse(read_text("models/base/manifest.json"))["files"].size());
  EXPECT_EQ(made["decoder"]["knows_emotion"], true);
  EXPECT_NE(made["decoder"]["tempo_trend"], 0);
  EXPECT_NEAR(made["decoder"]["tempo_trend"].get<double>(), 0, 0.3);
  EXPECT_NE(made["decoder"]["mode_odds"], 0);
  succeed(compose("--bars 2 --models models -o mine.mid"));
  succeed("manifest models --licence other");
  EXPECT_EQ(json::parse(read_text(folder / "manifest.json"))["decoder"], made["decoder"]) << "as before";
}

TEST(Commands, ComposeForADuration) {
  const auto made = json::parse(succeed(compose("--duration 20 -o timed.mid --json")).out);
  EXPECT_NEAR(made["length_seconds"].get<double>(), 20, 1.0);
}

// Sections and hits of the composed MIDI file, measured in it.
TEST(Commands, ComposeToCues) {
  write_text(
      in_scratch("cues.csv"),
      "time,kind,end,text\n0,,,The bells\n7.3,hit,,a door\n12,silence,15.5,\n15.5,section,,\n26,end,,\n");
  const auto outcome = succeed(compose("--cues cues.csv -o cued.mid --json"));
  const auto made = json::parse(outcome.out);
  ASSERT_EQ(made["cues"].size(), 4u);
  for (const auto& cue : made["cues"]) EXPECT_LT(std::abs(cue["error_ms"].get<double>()), 100) << cue;
  EXPECT_NE(outcome.err.find("hit          7.300 s"), std::string::npos) << outcome.err;
  const auto score = load_midi(in_scratch("cued.mid"));
  EXPECT_NEAR(seconds_at(score, end_ticks(score)), 26, 0.01);
  for (const auto& track : score.tracks)
    for (const auto& note : track.notes) {
      const double start = seconds_at(score, note.start_ticks);
      EXPECT_FALSE(start > 12.05 && start < 15.45) << start;
    }
}

TEST(Commands, ASubtitleFileIsComposedToItsOwnTimes) {
  write_text(
      in_scratch("film.srt"),
      "1\n00:00:01,000 --> 00:00:04,000\nThe last ship had gone and the harbour lay silent in the rain.\n\n"
      "2\n00:00:14,500 --> 00:00:18,000\nThen all the bells of the town began to ring for joy!\n\n"
      "3\n00:00:24,000 --> 00:00:27,250\nEverybody laughed and danced in the streets till morning.\n");
  const auto made = json::parse(succeed("compose film.srt -o film.mid --json").out);
  EXPECT_NEAR(made["length_seconds"].get<double>(), 27.25, 0.01);
  EXPECT_NEAR(json::parse(succeed("compose film.srt --bars 8 -o film.mid --json").out)["bars"].get<double>(),
              8, 0);
}

TEST(Commands, AnotherReadersEmotions) {
  write_text(in_scratch("mer.txt"), "La mer etait calme. Puis vint la lumiere.");
  write_text(in_scratch("feel.tsv"),
             "text\tvalence\tarousal\nLa mer etait calme.\t-0.6\t-0.5\nPuis vint la lumiere.\t0.8\t0.6\n");
  const auto outcome = succeed("plan mer.txt --feel feel.tsv");
  EXPECT_EQ(outcome.err, "");
  const auto plan = json::parse(outcome.out);
  EXPECT_LT(plan["sections"].front()["bars"][0]["valence"], 0);
  EXPECT_GT(plan["sections"].back()["bars"][0]["valence"], 0);
  succeed("compose mer.txt --feel feel.tsv --bars 4 -o mer.mid");
}

TEST(Commands, SameSeedSameBytes) {
  for (const std::string mode : {"", "--text-only "}) {
    succeed(compose(mode + "--bars 4 --seed 7 --threads 1 -o one.mid"));
    succeed(compose(mode + "--bars 4 --seed 7 --threads 2 -o two.mid"));
    succeed(compose(mode + "--bars 4 --seed 8 -o other.mid"));
    EXPECT_EQ(read_bytes(in_scratch("one.mid")), read_bytes(in_scratch("two.mid")));
    EXPECT_NE(read_bytes(in_scratch("one.mid")), read_bytes(in_scratch("other.mid")));
  }
}

TEST(Commands, PlanGoesBackIntoCompose) {
  succeed(std::string("plan ") + kStory + " --bars 4 -o plan.json");
  succeed(compose("--plan plan.json --seed 3 -o planned.mid"));
  succeed(compose("--bars 4 --seed 3 -o direct.mid"));
  EXPECT_EQ(read_bytes(in_scratch("planned.mid")), read_bytes(in_scratch("direct.mid")));
}

TEST(Commands, StoriesAreReadByTheirEnding) {
  write_text(in_scratch("film.srt"), "1\n00:00:04,000 --> 00:00:07,500\nStay back! He's got a gun!\n");
  const auto film = json::parse(succeed("feel film.srt --json").out)["passages"];
  EXPECT_EQ(film[0]["start_seconds"], 4);
  EXPECT_EQ(film[0]["end_seconds"], 7.5);
  write_text(in_scratch("tale.md"), "# The Night\n\nShe [wept](http://joy.example).\n");
  const auto tale = succeed("feel tale.md --json");
  EXPECT_EQ(json::parse(tale.out)["passages"][0]["text"], "The Night\n\nShe wept.");
  EXPECT_EQ(json::parse(tale.out)["passages"][0]["heading"], "The Night");
  EXPECT_EQ(tale.err, "tale.md: left out: Markdown's markup, link targets\n");
  write_text(in_scratch("page.html"), "<style>p{}</style><p>She wept.</p><p>He came &amp; laughed.</p>");
  succeed("plan page.html --bars 4 -o page.json");
  succeed("compose page.html --plan page.json -o page.mid");
  succeed("compose page.html --bars 4 --text-only -o page2.mid");
}

TEST(Commands, ATextThatIsNotEnglishIsWarnedOf) {
  write_text(in_scratch("alt.txt"),
             "Der alte Mann ging langsam \u00fcber die Br\u00fccke und sah hinunter auf das dunkle Wasser. "
             "Niemand hatte ihn "
             "gesehen, und er wusste nicht, wohin er gehen sollte.");
  EXPECT_NE(succeed("feel alt.txt").err.find("does not look like English"), std::string::npos);
  EXPECT_NE(succeed("feel --lines alt.txt").err.find("does not look like English"), std::string::npos);
  EXPECT_EQ(succeed("feel alt.txt --lang en").err, "");
  EXPECT_EQ(succeed("feel --text 'Der alte Mann'").err, "");
}

TEST(Commands, LinesMayEndAtReturns) {
  write_text(in_scratch("returns.txt"), "I am happy.\rI am sad.\r");
  EXPECT_EQ(std::ranges::count(succeed("feel --lines returns.txt --json").out, '\n'), 2);
}

TEST(Commands, LinesBecomeNumberedPieces) {
  write_text(in_scratch("scenes.txt"), "He wept alone by the grave.\nThe children laughed and ran.\n");
  succeed("compose --lines scenes.txt --bars 4 -o pieces");
  EXPECT_GT(measure(load_midi(in_scratch("pieces/0001.mid"))).notes, 0);
  EXPECT_GT(measure(load_midi(in_scratch("pieces/0002.mid"))).notes, 0);
  EXPECT_FALSE(std::filesystem::exists(in_scratch("pieces/0003.mid")));
}

TEST(Commands, ABookBecomesASuite) {
  std::string text;
  for (const char* chapter : {"CHAPTER I", "CHAPTER II"})
    text += std::string(chapter) +
            "\n\nThe old man wept alone by the grave. Then the children ran into the sun.\n\n";
  write_text(in_scratch("book.txt"), text);
  succeed(
      "compose book.txt --per chapter --interludes 8 --bars 16 --drafts 1 -o 'suite/*.mid' -o 'suite/*.mxl'");
  for (const char* name : {"01-chapter-i", "02-before-chapter-ii", "03-chapter-ii"}) {
    EXPECT_GT(measure(load_midi(in_scratch(std::string("suite/") + name + ".mid"))).notes, 0) << name;
    EXPECT_TRUE(std::filesystem::exists(in_scratch(std::string("suite/") + name + ".mxl"))) << name;
  }
  EXPECT_EQ(run_program("compose book.txt --interludes 8 -o suite").code, 2);
  EXPECT_NE(
      run_program("compose --text 'No chapters here.' --per chapter -o none").err.find("has no chapters"),
      std::string::npos);
}

TEST(Commands, ThemesAreSavedForTheNextStory) {
  succeed(compose("--bars 4 --drafts 1 --save-themes saga.themes -o first.mid"));
  EXPECT_NE(read_text(in_scratch("saga.themes")).find("\nstory: "), std::string::npos);
  succeed(compose("--bars 4 --drafts 1 --themes saga.themes -o second.mid"));
  EXPECT_EQ(read_bytes(in_scratch("first.mid")), read_bytes(in_scratch("second.mid")));
  write_text(in_scratch("faulty.themes"), "Anna: 5 x\n");
  const auto outcome = run_program(compose("--themes faulty.themes -o third.mid"));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("faulty.themes: line 1"), std::string::npos) << outcome.err;
  EXPECT_FALSE(std::filesystem::exists(in_scratch("third.mid")));
}

TEST(Commands, OutputsByTheirEndingsSeveralAtOnce) {
  const auto outcome = succeed(compose("--bars 2 -o a.mid -o a.JSON -o a.svg -o a.png -o noending --json"));
  EXPECT_EQ(read_bytes(in_scratch("noending")), read_bytes(in_scratch("a.mid")));
  EXPECT_TRUE(read_text(in_scratch("a.svg")).starts_with("<svg"));
  EXPECT_TRUE(read_text(in_scratch("a.png")).starts_with("\x89PNG"));
  const auto piece = nlohmann::json::parse(read_text(in_scratch("a.JSON")));
  std::size_t notes = 0;
  for (const auto& track : piece["tracks"]) notes += track["notes"].size();
  const auto score = load_midi(in_scratch("a.mid"));
  EXPECT_EQ(static_cast<int>(notes), measure(score).notes);
  EXPECT_EQ(piece["plan"]["sections"][0]["bars"].size(), 2u);
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["files"]["midi2"], "noending");
}

TEST(Commands, CompletionsKnowEveryCommandAndOption) {
  for (const char* shell : {"bash", "zsh", "fish", "man"}) {
    const auto text = succeed(std::string("completion ") + shell).out;
    for (const char* word : {"compose", "judge", "duration", "soundfont"})
      EXPECT_NE(text.find(word), std::string::npos) << shell << ": " << word;
  }
  write_text(in_scratch("complete.sh"),
             succeed("completion bash").out +
                 "COMP_WORDS=(story2midi compose --dur) COMP_CWORD=2; _story2midi; "
                 "[ \"$COMPREPLY\" = --duration ]\n");
  EXPECT_EQ(std::system(("bash '" + in_scratch("complete.sh").string() + "'").c_str()), 0);
}

TEST(Commands, ADashIsStandardOutput) {
  succeed(compose("--bars 2 -o b.mid"));
  const auto outcome = succeed(compose("--bars 2 -o -"));
  EXPECT_EQ(outcome.out, read_text(in_scratch("b.mid")));
  EXPECT_NE(outcome.err.find("2 bars"), std::string::npos);
}

TEST(Commands, TimesInMinutes) {
  succeed(compose("--duration 0:20 -o c.mid -q"));
  const auto score = load_midi(in_scratch("c.mid"));
  EXPECT_NEAR(seconds_at(score, end_ticks(score)), 20, 0.5);
}

// The folder of models that `--version` names for a copy of the program at `program`.
std::string models_of(const std::string& program, const std::string& environment = "") {
  namespace fs = std::filesystem;
  fs::create_directories(in_scratch(program).parent_path());
  fs::copy_file(S2M_PROGRAM, in_scratch(program), fs::copy_options::overwrite_existing);
  const auto command = "cd '" + scratch_folder().string() + "' && " + environment + " " + program +
                       " --version | sed -n 's/^models *//p' >models.txt";
  EXPECT_EQ(std::system(command.c_str()), 0);
  return read_text(in_scratch("models.txt"));
}

std::string put_models(const std::string& folder) {
  std::filesystem::create_directories(in_scratch(folder));
  write_text(in_scratch(folder + "/encoder.safetensors"), "");
  return std::filesystem::canonical(in_scratch(folder)).string() + "\n";
}

TEST(Commands, ModelsAreThoseOfTheInstallationOrOfTheCheckout) {
  EXPECT_EQ(models_of("prefix/bin/story2midi"), "none found\n");
  const auto installed = put_models("prefix/share/story2midi/models/base");
  EXPECT_EQ(models_of("prefix/bin/story2midi"), installed);
  const auto checkout = put_models("tree/models/base");
  EXPECT_EQ(models_of("tree/build/some/bin/story2midi"), "none found\n") << "not known as a build folder";
  write_text(in_scratch("tree/build/some/CMakeCache.txt"), "");
  EXPECT_EQ(models_of("tree/build/some/bin/story2midi"), checkout);
  EXPECT_EQ(models_of("prefix/bin/story2midi", "S2M_MODELS=named"), "named\n");
}

TEST(Commands, ABrokenRunOfLinesGoesOn) {
  std::string lines;
  for (int i = 0; i < 24; ++i)
    lines += "The bells rang out for the child of number " + std::to_string(i) + ".\n";
  write_text(in_scratch("many.txt"), lines);
  const std::string job = "compose --lines many.txt --bars 6 --drafts 1 --threads 1 -o ";
  succeed(job + "whole");
  // Stops a run of the job once its first rows are written; returns its exit code.
  const auto stop = [&](const std::string& folder, const std::string& signal) {
    const auto command = "cd '" + scratch_folder().string() + "' && { '" S2M_PROGRAM "' " + job + folder +
                         " >/dev/null 2>&1 & p=$!; for i in $(seq 2000); do [ -s " + folder +
                         "/intended.jsonl ] && break; sleep 0.01; done; kill -" + signal + " $p; wait $p; }";
    return WEXITSTATUS(std::system(command.c_str()));
  };
  EXPECT_EQ(stop("interrupted", "INT"), 130) << "Ctrl-C";
  EXPECT_TRUE(std::filesystem::exists(in_scratch("interrupted/.unfinished")));
  EXPECT_FALSE(std::filesystem::exists(in_scratch("interrupted/0024.mid")));
  stop("broken", "KILL");
  ASSERT_TRUE(std::filesystem::exists(in_scratch("broken/.unfinished")));
  write_text(in_scratch("broken/0001.mid"), "kept");  // a piece that is there is not composed again
  EXPECT_NE(succeed(job + "broken").err.find("there already"), std::string::npos);
  EXPECT_EQ(read_text(in_scratch("broken/intended.jsonl")), read_text(in_scratch("whole/intended.jsonl")));
  EXPECT_EQ(read_bytes(in_scratch("broken/0024.mid")), read_bytes(in_scratch("whole/0024.mid")));
  EXPECT_EQ(read_text(in_scratch("broken/0001.mid")), "kept");
  EXPECT_FALSE(std::filesystem::exists(in_scratch("broken/.unfinished")));
  // Another job begins anew.
  write_text(in_scratch("broken/.unfinished"), "another");
  succeed(job + "broken");
  EXPECT_EQ(read_bytes(in_scratch("broken/0001.mid")), read_bytes(in_scratch("whole/0001.mid")));
}

TEST(Commands, LinesTogetherAreThePiecesOneByOne) {
  std::string lines;
  for (int i = 0; i < 5; ++i) lines += "The bells rang out and everyone danced in the street.\n";
  write_text(in_scratch("alike.txt"), lines);
  succeed("compose --lines alike.txt --bars 3 --seed 4 --threads 1 -o together");
  for (int i = 0; i < 5; ++i) {
    succeed(compose("--bars 3 --seed " + std::to_string(4 + i) + " -o alone.mid"));
    EXPECT_EQ(read_bytes(in_scratch("together/000" + std::to_string(i + 1) + ".mid")),
              read_bytes(in_scratch("alone.mid")));
  }
}

TEST(Commands, BarsAreStreamedAsTheyAreWritten) {
  for (const std::string mode : {"", "--text-only "}) {
    std::istringstream lines(succeed(compose(mode + "--bars 4 --stream --json -o streamed.mid")).out);
    double end = 0;
    std::size_t notes = 0;
    for (std::size_t bar = 1; bar <= 4; ++bar) {
      std::string line;
      std::getline(lines, line);
      const auto told = json::parse(line);
      EXPECT_EQ(told["bar"], bar);
      EXPECT_NEAR(told["start_seconds"].get<double>(), end, 1e-6);
      end += told["length_seconds"].get<double>();
      notes += told["notes"].size();
      for (const auto& note : told["notes"]) {
        EXPECT_GE(note["start_seconds"].get<double>(), told["start_seconds"].get<double>());
        EXPECT_LT(note["start_seconds"].get<double>(), end);
      }
    }
    std::string summary;
    std::getline(lines, summary);
    EXPECT_EQ(json::parse(summary)["notes"], notes);
  }
}

TEST(Commands, ALiveSessionIsToldBarByBarAndSavedWhole) {
  write_text(in_scratch("turns.txt"),
             "She laughed in the sun.\n\nThe wolf came, and she ran. The dog barked");
  std::istringstream lines(
      succeed("compose --live --seed 3 --json -o live.mid -o live.json <" + in_scratch("turns.txt").string())
          .out);
  std::size_t notes = 0;
  for (std::size_t bar = 1; bar <= 4 * 4; ++bar) {
    std::string line;
    std::getline(lines, line);
    const auto told = json::parse(line);
    EXPECT_EQ(told["bar"], bar);
    notes += told["notes"].size();
  }
  std::string summary;
  std::getline(lines, summary);
  EXPECT_EQ(json::parse(summary)["bars"], 4 * 4);  // three turns and the end
  EXPECT_NEAR(json::parse(summary)["notes"].get<double>(), static_cast<double>(notes), 2);
  EXPECT_EQ(json::parse(read_text(in_scratch("live.json")))["plan"]["sections"].size(), 4u);
  const auto again = in_scratch("again.mid");
  succeed("compose --live --seed 3 -q -o " + again.string() + " <" + in_scratch("turns.txt").string());
  EXPECT_EQ(read_bytes(again), read_bytes(in_scratch("live.mid")));
  const auto ahead =
      succeed("compose --live --ahead --seed 3 -q -o ahead.mid <" + in_scratch("turns.txt").string()).out;
  EXPECT_EQ(std::ranges::count(ahead, '\n'), 4 * 4);
  EXPECT_EQ(run_program(compose("--ahead")).code, 2);
}

// The turn's bars are there before the signal: its section is part of the file.
TEST(Commands, CtrlCEndsALiveSessionAndSavesIt) {
  write_text(in_scratch("interrupt.sh"),
             "rm -f turns; mkfifo turns\n" S2M_PROGRAM
             " compose --live -q -o interrupted.mid <turns >told.jsonl & live=$!\n"
             "exec 3>turns; echo She laughed. >&3\n"
             "for i in $(seq 200); do [ $(wc -l <told.jsonl) -ge 4 ] && break; sleep .1; done\n"
             "kill -INT $live; wait $live\n");
  const auto script = "cd '" + scratch_folder().string() + "' && bash interrupt.sh";
  EXPECT_EQ(std::system(script.c_str()), 0);
  EXPECT_EQ(json::parse(succeed("inspect --json interrupted.mid").out)["bars"], 8);
}

TEST(Commands, WhatWasAskedOfLinesIsEvaluated) {
  write_text(in_scratch("scenes.txt"), "He wept alone by the grave.\nThe children laughed and ran.\n");
  succeed("compose --lines scenes.txt --bars 4 --tempo 90 --meter 3/4 -o asked");
  const auto figures =
      json::parse(succeed("evaluate music asked --training asked --report asked.html --json").out);
  EXPECT_EQ(figures["pieces"], 2);
  EXPECT_EQ(figures["adherence"].size(), 5u);
  for (const auto& figure : figures["adherence"]) {
    EXPECT_EQ(figure["asked"], 2);
    if (!figure["name"].get<std::string>().starts_with("key")) {
      EXPECT_EQ(figure["kept"], 2) << figure;
    }
  }
  for (std::size_t i = 0; i < 2; ++i)  // each is its own copy
    EXPECT_GT(figures["originality"]["longest_runs"][i], 8);
  EXPECT_NE(read_text(in_scratch("asked.html")).find("\"adherence\":[{"), std::string::npos);
  const auto middle = json::parse(succeed("evaluate music asked --bars 2-3 --json").out);
  for (const auto& piece : middle["each"]) EXPECT_EQ(piece["found_bars"], 2);
  for (const auto& figure : middle["adherence"])  // of a stretch no length was asked
    EXPECT_FALSE(figure["name"].get<std::string>().starts_with("length")) << figure;
}

TEST(Commands, ATableOfLinesSaysMoreOfEach) {
  write_text(in_scratch("asked.tsv"),
             "text\tvalence\tarousal\tkey\ttempo\tmeter\tbars\tseed\tquadrant\n"
             "He wept alone.\t0.5\t0.75\tF# minor\t93\t3/4\t5\t7\tQ2\n"
             "\t-0.5\t-0.5\t\t\t\t\t\t\n");
  succeed("compose --lines asked.tsv --bars 4 --tempo 80 -o table");
  std::istringstream rows(read_text(in_scratch("table/intended.jsonl")));
  std::vector<json> intended;
  for (std::string row; std::getline(rows, row);) intended.push_back(json::parse(row));
  ASSERT_EQ(intended.size(), 2u);
  EXPECT_EQ(intended[0]["valence"], 0.5);
  EXPECT_EQ(intended[0]["key"], "F# minor");
  EXPECT_EQ(intended[0]["tempo"], 93);
  EXPECT_EQ(intended[0]["bars"], 5);
  EXPECT_EQ(intended[0]["seed"], 7);
  EXPECT_EQ(intended[0]["quadrant"], "Q2");  // a label, not what was asked
  EXPECT_EQ(intended[1]["tempo"], 80);
  EXPECT_EQ(intended[1]["bars"], 4);
  EXPECT_EQ(intended[1]["quadrant"], "Q3");
  EXPECT_FALSE(intended[1].contains("text"));
  const auto figures = json::parse(succeed("evaluate music table --json").out);
  for (const auto& figure : figures["adherence"])
    if (!figure["name"].get<std::string>().starts_with("key")) {
      EXPECT_EQ(figure["kept"], 2) << figure;
    }
  EXPECT_EQ(figures["judge"]["quadrant"]["pieces"], 2);
  EXPECT_GT(figures["judge"]["own"]["quadrant"]["value"], 0.5);
}

TEST(Commands, FeelPrintsOneObjectALine) {
  write_text(in_scratch("scenes.txt"), "He wept alone by the grave.\nThe children laughed and ran.\n");
  for (const std::string mode : {"", " --story"}) {
    std::istringstream rows(succeed("feel --lines scenes.txt --json" + mode).out);
    int count = 0;
    for (std::string row; std::getline(rows, row); ++count) {
      const auto emotion = json::parse(row);
      EXPECT_LE(std::abs(emotion["valence"].get<double>()), 1);
      EXPECT_LE(std::abs(emotion["arousal"].get<double>()), 1);
      EXPECT_EQ(emotion["quadrant"].get<std::string>().front(), 'Q');
    }
    EXPECT_EQ(count, 2);
  }
}

TEST(Commands, ALineReadByItselfDoesNotDependOnItsNeighbours) {
  write_text(in_scratch("two.txt"), "He wept alone by the grave.\nThe children laughed and ran.\n");
  write_text(in_scratch("one.txt"), "The children laughed and ran.\n");
  const auto two = succeed("feel --lines two.txt --json").out;
  const auto one = succeed("feel --lines one.txt --json").out;
  EXPECT_EQ(two.substr(two.find('\n') + 1), one);
}

TEST(Commands, StandardInputIsAStory) {
  write_text(in_scratch("tale.txt"), "Night fell over the quiet village.");
  const auto outcome = succeed("feel - --json <tale.txt");
  EXPECT_FALSE(json::parse(outcome.out).empty());
}

TEST(Commands, InspectAndRender) {
  succeed(compose("--bars 4 -o sound.mid --picture sound.svg"));
  EXPECT_NE(read_text(in_scratch("sound.svg")).find("<svg"), std::string::npos);
  const auto inside = json::parse(succeed("inspect sound.mid --json").out);
  EXPECT_EQ(inside["bars"], 4);
  succeed("render sound.mid -o sound.wav");
  EXPECT_GT(std::filesystem::file_size(in_scratch("sound.wav")), 100'000u);
}

TEST(Commands, EvaluateTextPrintsNullForWhatIsNotThere) {
  std::filesystem::create_directories(in_scratch("sets/emobank/corpus"));
  write_text(
      in_scratch("sets/emobank/corpus/emobank.csv"),
      "id,split,V,A,D,text\na_1,test,4.5,4,3,They danced for joy!\na_2,test,1.5,3.5,3,He was murdered.\n"
      "a_3,test,3,2.5,3,It lay on the table.\na_4,train,3,3,3,Not of the test.\n");
  const auto outcome = succeed("evaluate text sets --bootstrap 20 --json");
  const auto report = json::parse(outcome.out);
  EXPECT_EQ(report["figures"]["emobank_valence_r"]["count"], 3);
  EXPECT_GT(report["figures"]["emobank_valence_r"]["value"].get<double>(), 0);
  EXPECT_TRUE(report["figures"]["emobank_valence_r"]["lexicon"].is_null()) << "no lexicon beside the sets";
  EXPECT_TRUE(report["figures"]["tales_valence_ccc"].is_null());
  EXPECT_TRUE(report["domains"]["fiction"].is_null());
  EXPECT_NE(outcome.err.find("sets/goemotions is not there"), std::string::npos) << outcome.err;
  EXPECT_NE(
      succeed("evaluate text sets --sets emobank --markdown").out.find("| EmoBank test, valence, r | 3 |"),
      std::string::npos);
}

TEST(Commands, HelpShowsExamples) {
  for (const std::string command :
       {"", "compose ", "feel ", "plan ", "render ", "draw ", "inspect ", "evaluate "}) {
    EXPECT_NE(succeed(command + "--help").out.find("Example"), std::string::npos) << command;
  }
  EXPECT_NE(succeed("--version").out.find("story2midi 0."), std::string::npos);
}

TEST(Dataset, FilesThatAreLeftOutAreCountedAndListedInAFile) {
  const auto music = in_scratch("left_out_corpora") / "freedoom" / "musics";
  std::filesystem::create_directories(music);
  succeed("compose --text 'The sea was calm.' --bars 8 -q -o left_out_corpora/freedoom/musics/good.mid");
  for (int i = 0; i < 7; ++i) write_text(music / ("broken" + std::to_string(i) + ".mid"), "MThd");
  const auto outcome = succeed(
      "dataset music freedoom --data left_out_corpora --shard left_out.events --left-out left_out.txt");
  EXPECT_NE(outcome.err.find("left out: 2 more files\n"), std::string::npos) << outcome.err;
  EXPECT_EQ(std::ranges::count(read_text(in_scratch("left_out.txt"), 100'000), '\n'), 7);
}

}  // namespace
}  // namespace s2m
