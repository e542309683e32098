// Subtitles and screenplays: what is spoken, when and by whom.
#include "story2midi/stories/scripts.h"

#include <gtest/gtest.h>

#include "story2midi/base/limits.h"
#include "tests/stories/read_story.h"

namespace s2m {
namespace {

using Headings = std::vector<std::string>;
constexpr auto kSubRip = StoryFormat::kSubRip;
constexpr auto kWebVtt = StoryFormat::kWebVtt;
constexpr auto kFountain = StoryFormat::kFountain;

constexpr const char* kSubtitles =
    "1\r\n00:00:04,000 --> 00:00:07,500\r\nStay back! He's got a gun!\r\n\r\n"
    "2\r\n00:00:08,000 --> 00:00:11,500\r\n<i>Run! Run!</i>\r\n\r\n"
    "3\r\n00:00:12,000 --> 00:00:15,500\r\n- Where is she?\r\n- I don't know!\r\n\r\n"
    "4\r\n00:00:16,000 --> 00:00:19,500\r\n[screams]\r\n\r\n"
    "5\r\n00:00:20,000 --> 00:00:23,500\r\n{\\an8}We are all going to die!\r\n";

TEST(SubRip, IsReadAsWhatIsSpoken) {
  const auto story = story_of(kSubtitles, kSubRip);
  EXPECT_EQ(
      words_of(story),
      "Stay back! He's got a gun! Run! Run! Where is she? I don't know! [screams] We are all going to die!");
  EXPECT_EQ(story.passages.front().start_seconds, 4);
  EXPECT_EQ(story.passages.back().end_seconds, 23.5);
  EXPECT_TRUE(taken_from(story).starts_with("Stay back!"));
}

TEST(SubRip, TimesOfEachPassage) {
  std::string text;
  for (int i = 0; i < 4; ++i)
    text += "00:00:" + std::to_string(10 + i * 10) + ".250 --> 00:00:" + std::to_string(12 + i * 10) +
            ",0\nThe keeper of the lamp went down to the sea and came back with a basket of fish, and he "
            "sang of it.\n\n";
  const auto story = story_of(text, kSubRip);
  ASSERT_GE(story.passages.size(), 2u);
  EXPECT_EQ(story.passages[0].start_seconds, 10.25);
  EXPECT_EQ(story.passages.back().end_seconds, 42);
  for (std::size_t i = 1; i < story.passages.size(); ++i)
    EXPECT_GE(*story.passages[i].start_seconds, *story.passages[i - 1].start_seconds);
}

TEST(SubRip, SilenceBeginsAParagraph) {
  EXPECT_EQ(
      story_of("1\n00:01 --> 00:02\nOne.\n\n2\n00:03 --> 00:04\nTwo.\n\n3\n01:00:00 --> 01:00:01\nThree.\n",
               kSubRip)
          .passages[0]
          .text,
      "One.\nTwo.\n\nThree.");
}

TEST(SubRip, WithoutCuesIsPlainText) { EXPECT_EQ(read_words("The lamp\n\n12\n", kSubRip), "The lamp 12"); }

TEST(SubRip, WordsInBracketsStay) {
  EXPECT_EQ(
      read_words("1\n00:01 --> 00:02\nAT&T <laughs> <b>at 10</b>\n10\n\n2\n00:02 --> 00:03\n20\n", kSubRip),
      "AT&T <laughs> at 10 10 20");
}

TEST(WebVtt, KnowsVoicesAndEntities) {
  const auto story = story_of(
      "WEBVTT - a film\n\nSTYLE\n::cue { color: joy }\n\nNOTE joy\n\nintro\n00:01.000 --> 00:02.000 "
      "align:start\n"
      "<v.loud Ann Hale>I &amp; <c.joy>he</c> <00:01.500>wept.</v>\n<v Tom>&lt;laughs&gt;\n\n"
      "01:00:00.000 --> 01:00:01.500\nNobody spoke.\n",
      kWebVtt);
  EXPECT_EQ(words_of(story), "I & he wept. <laughs> Nobody spoke.");
  EXPECT_EQ(speakers_of(story), "Ann Hale, Tom");
  EXPECT_EQ(story.passages[0].start_seconds, 1);
  EXPECT_EQ(story.passages.back().end_seconds, 3601.5);
}

TEST(SubRip, ANameInCapitalsIsTheSpeaker) {
  const auto story = story_of(
      "1\n00:01 --> 00:02\nMARY: It rained.\n\n2\n00:03 --> 00:04\nMR. O'HARA (O.S.): So it did.\n- It did "
      "not.\n\n"
      "3\n00:09 --> 00:10\nShe said: stay. At 10:30.\nNASA:now\nI: a letter\n",
      kSubRip);
  EXPECT_EQ(words_of(story),
            "It rained. So it did. It did not. She said: stay. At 10:30. NASA:now I: a letter");
  ASSERT_FALSE(story.passages.empty());
  EXPECT_EQ(speakers_of(story), "MARY, MR. O'HARA");
}

TEST(Stories, ErrorsSayWhoCanMendThem) {
  const auto kind_of = [](const std::string& source) {
    try {
      story_of(source);
    } catch (const Error& error) {
      return error.kind;
    }
    return ErrorKind::kSystem;
  };
  EXPECT_EQ(kind_of("%PDF-1.7 and so on"), ErrorKind::kUnsupported);
  EXPECT_EQ(kind_of(std::string(limits::kMostStoryBytes + 1, 'a')), ErrorKind::kLimit);
  EXPECT_EQ(kind_of(" \n"), ErrorKind::kInvalidInput);
}

TEST(Markdown, TellsOnlyOfWhatIsLeftOut) {
  EXPECT_TRUE(story_of("She wept.\n\nHe came.\n", StoryFormat::kMarkdown).notes.empty());
  EXPECT_EQ(story_of("She ![a](b) wept.\n\n    plain\n", StoryFormat::kMarkdown).notes,
            std::vector<std::string>{"left out: Markdown's pictures"});
}

TEST(WebVtt, ANameInCapitalsIsTheSpeaker) {
  const auto story = story_of("WEBVTT\n\n00:01.000 --> 00:02.000\nWARNING: rain.\n", kWebVtt);
  EXPECT_EQ(words_of(story), "rain.");
  EXPECT_EQ(story.passages[0].speaker, "WARNING");
}

constexpr const char* kScreenplay =
    "Title: _**The Flat**_\nCredit: written by\nAuthor: A. Writer\n\nFADE IN:\n\nINT. FLAT - EVENING #1#\n\n"
    "Boxes. [[a *joyful* note]]The last picture comes off /* cut\n\njoy */its nail.\n\n"
    "ELLIE (O.S.)\n(weeping)\nI *don't* want to go.\n\nTOM ^\nWe must.\n\nCUT TO:\n\n"
    "# Act Two\n\n= Joy returns.\n\n.ON THE STAIRS\n\n> THE END <\n\n!DOWN\nShe goes.\n";

TEST(Fountain, IsReadAsWhatIsSeenAndHeard) {
  const auto story = story_of(kScreenplay, kFountain);
  EXPECT_EQ(words_of(story),
            "INT. FLAT - EVENING Boxes. The last picture comes off its nail. (weeping) I don't want to go. "
            "We must. "
            "ON THE STAIRS THE END DOWN She goes.");
  EXPECT_EQ(headings_of(story), (Headings{"INT. FLAT - EVENING", "Act Two", "ON THE STAIRS"}));
  EXPECT_EQ(story.parts[0].kind, PartKind::kScene);
  EXPECT_EQ(story.title, "The Flat");
  EXPECT_EQ(speakers_of(story), "ELLIE, TOM");
}

TEST(Fountain, WithoutATitlePageBeginsAtOnce) {
  EXPECT_EQ(read_words("EXT. SEA - DAY\n\nIt shone: all of it.", kFountain),
            "EXT. SEA - DAY It shone: all of it.");
  EXPECT_EQ(read_words("It rained. She said: no.", kFountain), "It rained. She said: no.");
}

}  // namespace
}  // namespace s2m
