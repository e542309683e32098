// A story of plain text, and what stands around one: encodings, Project Gutenberg's pages, other kinds of files.
#include "story2midi/stories/story.h"

#include <gtest/gtest.h>

#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"
#include "tests/stories/read_story.h"

namespace s2m {
namespace {

using namespace std::string_literals;
using Headings = std::vector<std::string>;

TEST(Story, OfPlainTextIsItsPassages) {
  const std::string text = "  The lamp burned. The sea rose.\n";
  const auto story = story_of(text);
  EXPECT_EQ(story.source, text);
  EXPECT_EQ(story.passages, split_passages(text));
  EXPECT_TRUE(story.title.empty() && story.parts.empty() && story.notes.empty());
}

TEST(Story, WithoutTextIsRefused) {
  EXPECT_EQ(fault_of(" \n"), "story: no text: expected a story, got white space");
  EXPECT_EQ(fault_of("<style>p{}</style>", StoryFormat::kHtml),
            "story: no text: expected a story, got nothing");
}

TEST(Story, PointsIntoTheBytesThatTheUserGave) {
  const auto story = story_of("\ufeffShe was mis\u00ader\u00adable.\r\rHe didn\u2019t care.");
  EXPECT_EQ(story.passages.size(), 2u);
  EXPECT_EQ(text_of(story), "She was miserable.\n\nHe didn't care.");
  EXPECT_EQ(taken_from(story), "She was mis\u00ader\u00adable.\r\rHe didn\u2019t care.");
}

TEST(Story, EndsLinesAtReturnsAndUnicodeSeparators) {
  const auto plain = read_words("It shone.\nShe laughed.\n\nThen the storm came.");
  EXPECT_EQ(read_words("It shone.\rShe laughed.\r\rThen the storm came."), plain);
  EXPECT_EQ(read_words("It shone.\u2028She laughed.\u2029Then the storm came."), plain);
  EXPECT_EQ(text_of(story_of("It shone.\rShe laughed.\r\rThen it came.")),
            "It shone.\nShe laughed.\n\nThen it came.");
}

TEST(Story, KnowsChaptersAndSceneBreaks) {
  const auto story =
      story_of("CHAPTER I\n\nThe lamp burned.\n\n* * *\n\nThe sea rose.\n\nChapter Two: Night\n\nIt fell.");
  EXPECT_EQ(headings_of(story), (Headings{"CHAPTER I", "", "Chapter Two: Night"}));
  EXPECT_EQ(story.parts[1].kind, PartKind::kScene);
  EXPECT_EQ(story.source.substr(story.parts[2].start_byte, 7), "Chapter");
  EXPECT_TRUE(story_of("I. It was cold. We left.\n\nPart of me stayed.").parts.empty());
}

TEST(Story, OfPlainTextBearsAShortFirstLineAsItsTitle) {
  const std::string below =
      "The train left at nine with every seat taken. Soldiers on leave were singing at one end, "
      "and a hen had escaped at the other.";
  EXPECT_EQ(story_of("The Night Train\n\n" + below).title, "The Night Train");
  EXPECT_EQ(story_of("The train had left.\n\n" + below).title, "");
  EXPECT_EQ(story_of("The train left\nat nine\n\n" + below).title, "");
  EXPECT_EQ(story_of("CHAPTER I\n\n" + below).title, "");
  EXPECT_EQ(story_of("An old silent pond\n\nA frog jumps").title, "");
}

TEST(Encodings, Utf16IsConverted) {
  const std::string little = "\xff\xfeT\0h\0e\0 \0s\0e\0a\0 \0\xe9\0.\0"s;
  const std::string big = "\xfe\xff\0T\0h\0e\0 \0s\0e\0a\0 \0\xe9\0."s;
  for (const auto& bytes : {little, big, little.substr(2)}) {
    const auto story = story_of(bytes);
    EXPECT_EQ(words_of(story), "The sea é.");
    EXPECT_EQ(story.notes.size(), 1u);
  }
  EXPECT_EQ(taken_from(story_of(little)), little.substr(2));
}

TEST(Encodings, Windows1252IsConvertedWhereItCanBeNothingElse) {
  const auto story = story_of(
      "The caf\xe9 was \x93"
      "warm\x94 and she didn\x92t go.");
  EXPECT_EQ(words_of(story), "The café was “warm” and she didn't go.");
  EXPECT_EQ(story.notes, (std::vector<std::string>{"converted from Windows-1252"}));
  const auto no_utf8 =
      "not UTF-8: expected UTF-8 text (another encoding: iconv -f ENCODING -t UTF-8), got 0x";
  EXPECT_EQ(fault_of("\xf0\xd2\xc9\xd7\xc5\xd4, \xcd\xc9\xd2"),
            "story: byte 0: "s + no_utf8 + "f0");  // Russian in KOI8-R
  EXPECT_EQ(fault_of("A café, a “lamp”, a caf\xc3"),
            "story: byte 28: "s + no_utf8 + "c3");  // UTF-8 that was cut
  EXPECT_EQ(fault_of("T\0h"s),
            "story: byte 1: NUL byte: expected UTF-8 text (another encoding: iconv -f ENCODING -t "
            "UTF-8), got 0x00");
}

constexpr std::string_view kTale =
    "The old clock had stopped on the day that Ada died.\n\nHer brother sat beneath it, and wept.";

std::string gutenberg_book() {
  return "The Project Gutenberg eBook of The Clock\r\n\r\nTitle: The Clock\r\n\r\nAuthor: A. Writer\r\n\r\n"
         "*** START OF THE PROJECT GUTENBERG EBOOK THE CLOCK ***\r\n\r\nTHE CLOCK\r\n\r\nby A. Writer\r\n\r\n"
         "[Illustration]\r\n\r\nCONTENTS\r\n\r\nI. THE DAY\r\n\r\n" +
         std::string(kTale) +
         "\r\n\r\n[Illustration: a clock]\r\n\r\n*** END OF THE PROJECT GUTENBERG EBOOK THE CLOCK ***\r\n\r\n"
         "Updated editions will happily replace the previous one.\r\n";
}

TEST(Gutenberg, PagesAroundATaleAreLeftOut) {
  const auto story = story_of(gutenberg_book());
  EXPECT_EQ(words_of(story), words_of(story_of(std::string(kTale))));
  EXPECT_EQ(story.title, "The Clock");
  EXPECT_EQ(story.notes.size(), 1u);
  EXPECT_EQ(taken_from(story).substr(0, 13), "The old clock");
}

TEST(Gutenberg, ChaptersAfterTheContentsStay) {
  const auto story = story_of(
      "*** START OF THIS PROJECT GUTENBERG EBOOK X ***\n\nContents\n\n CHAPTER I. The Day\n CHAPTER II. The "
      "Night\n\n"
      "CHAPTER I. The Day\n\nIt shone.\n\nCHAPTER II. The Night\n\nIt fell.\n\n"
      "End of Project Gutenberg's X\n\n*** END OF THIS PROJECT GUTENBERG EBOOK X ***\n");
  EXPECT_EQ(words_of(story), "CHAPTER I. The Day It shone. CHAPTER II. The Night It fell.");
  EXPECT_EQ(headings_of(story), (Headings{"CHAPTER I. The Day", "CHAPTER II. The Night"}));
}

TEST(Gutenberg, OtherTextsKeepTheirStars) {
  EXPECT_EQ(read_words("*** The start of it. ***\n\nShe left."), "*** The start of it. *** She left.");
}

TEST(OtherKinds, AreNamedWithAdvice) {
  EXPECT_EQ(fault_of("%PDF-1.7\n..."),
            "story: is no text: expected text (pdftotext -layout BOOK.pdf story.txt), got a PDF file");
  const std::pair<std::string, std::string> kinds[] = {
      {"PK\x03\x04 word/document.xml", "a Word document"},
      {"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.text", "an OpenDocument text"},
      {"PK\x03\x04 holiday.jpg", "a zip archive"},
      {"{\\rtf1 Hello}", "an RTF document"},
      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "an old Word document"},
      {std::string(60, '\0') + "BOOKMOBI", "a Kindle book"},
      {"MThd\0\0\0\6"s, "a MIDI file"}};
  for (const auto& [bytes, kind] : kinds)
    for (const auto format : {StoryFormat::kText, StoryFormat::kMarkdown})
      EXPECT_TRUE(fault_of(bytes, format).ends_with("got " + kind)) << fault_of(bytes, format);
}

TEST(StoryFormats, FollowTheEndingInAnyCase) {
  EXPECT_EQ(story_format_of("a/b.MD"), StoryFormat::kMarkdown);
  EXPECT_EQ(story_format_of("b.xhtml"), StoryFormat::kHtml);
  EXPECT_EQ(story_format_of("b.Epub"), StoryFormat::kEpub);
  EXPECT_EQ(story_format_of("b.log"), StoryFormat::kText);
  EXPECT_EQ(story_format_of("b"), StoryFormat::kText);
}

TEST(StoryFormats, OfFiles) {
  const auto folder = scratch_folder();
  write_text(folder / "a.md", "# One\n\nIt *shone*.");
  write_text(folder / "a.tale", "# One\n\nIt *shone*.");
  EXPECT_EQ(words_of(read_story(folder / "a.md")), "One It shone.");
  EXPECT_EQ(words_of(read_story(folder / "a.tale")), "# One It *shone*.");
  EXPECT_THROW(read_story(folder / "none.md"), Error);
}

}  // namespace
}  // namespace s2m
