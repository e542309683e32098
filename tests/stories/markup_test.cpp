// Markdown and HTML are read as the words that a person reads.
#include "story2midi/stories/markup.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/stories/read_story.h"

namespace s2m {
namespace {

using Headings = std::vector<std::string>;
constexpr auto kMarkdown = StoryFormat::kMarkdown;
constexpr auto kHtml = StoryFormat::kHtml;

TEST(Markdown, IsReadAsItsPlainText) {
  const auto story = story_of(
      "# Chapter 1\n\n> **She was miserable.** She didn't love him.\n\n- "
      "[He](http://example.org/joy/love/happy) wept.\n"
      "- ![happy](happy_smile_love.png)\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
      kMarkdown);
  EXPECT_EQ(text_of(story), "Chapter 1\n\nShe was miserable. She didn't love him.\n\nHe wept.");
  EXPECT_EQ(headings_of(story)[0], "Chapter 1");
  EXPECT_EQ(story.passages[0].heading, "Chapter 1");
  EXPECT_EQ(taken_from(story).substr(0, 9), "Chapter 1");
  EXPECT_TRUE(taken_from(story).ends_with(") wept."));
}

TEST(Markdown, DashesUnderASentenceAreASceneBreak) {
  const auto story = story_of("She left.\n-----\n\nHe wept.\n\nThe Sea\n-------\n\nIt rose.", kMarkdown);
  EXPECT_EQ(words_of(story), "She left. He wept. The Sea It rose.");
  EXPECT_EQ(headings_of(story), (Headings{"", "The Sea"}));
}

TEST(Markdown, LeavesOutCodeAndFrontMatter) {
  const auto story = story_of(
      "---\ntitle: \"The Lamp\"\nmood: happy\n---\n\nIt burned.\n\n```\nint joy = 1;\n```\n\n    Indented "
      "prose stays.\n",
      kMarkdown);
  EXPECT_EQ(words_of(story), "It burned. Indented prose stays.");
  EXPECT_EQ(story.title, "The Lamp");
}

TEST(Markdown, KeepsWordsWithinHtml) {
  EXPECT_EQ(
      read_words("<div class=\"joy\">\n<p>She &amp; <b>he</b></p>\n</div>\n\nIt <i>burned</i> &eacute;t\\*.",
                 kMarkdown),
      "She & he It burned ét*.");
}

TEST(Markdown, KeepsHardAndSoftBreaks) {
  EXPECT_EQ(story_of("One  \ntwo\nthree", kMarkdown).passages[0].text, "One\ntwo\nthree");
}

TEST(Html, IsReadAsItsPlainText) {
  const auto story = story_of(
      "<html><head><title>A tale</title><style>p{margin:0}</style></head><body><h1>The End</h1><p>She was "
      "mis&shy;er&shy;able, "
      "and she didn&rsquo;t love him any&nbsp;more.</p><p>&ldquo;I am so unhappy,&rdquo; she "
      "wept.</p></body></html>",
      kHtml);
  EXPECT_EQ(words_of(story),
            "The End She was miserable, and she didn't love him any more. “I am so unhappy,” she wept.");
  EXPECT_EQ(headings_of(story), (Headings{"The End"}));
  EXPECT_EQ(story.title, "A tale");
  EXPECT_TRUE(taken_from(story).starts_with("The End</h1><p>She was mis&shy;er"));
  EXPECT_TRUE(taken_from(story).ends_with("&rdquo; she wept."));
}

TEST(Html, BlocksAndBreaksPartWordsAndTagsWithinALineDoNot) {
  EXPECT_EQ(text_of(story_of("<p>Te<b>st</b>!</p><p>Hello<br>there\n  now</p>", kHtml)),
            "Test!\n\nHello\nthere now");
  EXPECT_EQ(story_of("<td>One</td><td>two</td>", kHtml).passages[0].text, "One\n\ntwo");
}

TEST(Html, LeavesOutWhatIsNoStory) {
  EXPECT_EQ(
      read_words("<nav><a>Home</a></nav><style>a{}</style><script>var joy = "
                 "'<p>joy</p>';</script><template>joy</template>"
                 "<p hidden>joy</p><p style='display: none'>joy</p><pre><code>joy()</code></pre><!-- joy -->"
                 "<p>She <span class=\"pagenum\">[Pg 3]</span>left<sup role=\"doc-noteref\">1</sup>.</p>",
                 kHtml),
      "She left.");
}

TEST(Html, BrokenPagesLoseNoWords) {
  EXPECT_EQ(read_words("<p>One <b>two<p>three</i> four <a href=\"x>five</a> six", kHtml).substr(0, 18),
            "One two three four");
  EXPECT_EQ(read_words("One < two & three &bogus; four &#x2014; five", kHtml),
            "One < two & three &bogus; four — five");
  EXPECT_EQ(read_words("<h1>One</h2><div><p>two</div></div></p>three</body>four", kHtml),
            "One two three four");
  EXPECT_EQ(read_words("<p>a\xff"
                       "b</p><p>c",
                       kHtml)
                .substr(0, 1),
            "a");
}

TEST(Html, TakesXhtml) {
  EXPECT_EQ(read_words("<?xml version=\"1.0\"?><html "
                       "xmlns=\"http://www.w3.org/1999/xhtml\"><head><title/><script src=\"a.js\"/>"
                       "</head><body><p>One<br/>two<a id=\"x\"/>&nbsp;three</p></body></html>",
                       kHtml),
            "One two three");
}

TEST(Html, ReadsTheEncodingThatItStates) {
  EXPECT_EQ(read_words("<meta charset=\"iso-8859-1\"><p>caf\xe9 \x93yes\x94</p>", kHtml), "café “yes”");
  EXPECT_EQ(read_words("<?xml version='1.0' encoding='windows-1251'?><p>\xcc\xe8\xf0</p>", kHtml), "Мир");
  EXPECT_EQ(read_words(
                "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=koi8-r\"><p>\xed\xc9\xd2</p>",
                kHtml),
            "Мир");
  EXPECT_EQ(read_words("<meta charset=\"utf-8\"><p>café</p>", kHtml), "café");
}

TEST(Html, KeepsTheLinesOfVerse) {
  EXPECT_EQ(story_of("<pre>One\n  two\n\nthree</pre>", kHtml).passages[0].text, "One\ntwo\nthree");
}

TEST(Html, NestedTooDeepIsRefused) {
  std::string page;
  for (int i = 0; i < 100'000; ++i) page += "<div>";
  EXPECT_EQ(fault_of(page + "Hello", kHtml),
            "story: elements are nested too deep: expected at most 512 in each other");
}

TEST(Markup, TakesTimeInProportionToTheText) {
  for (const std::string unit :
       {"<b>x", "<p>x</b>", "&amp;", "<a href=", "x</i> ", "<!--", "[x](", "> ", "*x_ ", "`", "- x\n", "<"}) {
    std::string page;
    while (page.size() < (1u << 19)) page += unit;
    for (const auto format : {kHtml, kMarkdown}) {
      const auto start = std::chrono::steady_clock::now();
      fault_of(page, format);
      EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10)) << unit;
    }
  }
}

TEST(Entities, AreThoseOfHtml) {
  EXPECT_EQ(decode_entity("&eacute;"), "é");
  EXPECT_EQ(decode_entity("&#233;"), "é");
  EXPECT_EQ(decode_entity("&#xE9;"), "é");
  for (const auto* none : {"&bogus;", "&#0;", "&#xD800;", "&#99999999999;", "&;", "&"})
    EXPECT_EQ(decode_entity(none), "") << none;
}

}  // namespace
}  // namespace s2m
