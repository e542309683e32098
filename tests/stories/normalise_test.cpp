#include "story2midi/stories/normalise.h"

#include <gtest/gtest.h>

#include "tests/tokenizers/text_samples.h"

namespace s2m {
namespace {

void expect_normal(const std::vector<std::pair<std::string, std::string>>& cases) {
  for (const auto& [text, normal] : cases) EXPECT_EQ(normal_text(text), normal) << text;
}

TEST(NormalText, HasNothingInvisible) {
  expect_normal({{"mis\u00ader\u00adable", "miserable"},
                 {"mis\u200berable", "miserable"},
                 {"\ufeffThe\u2060 sea", "The sea"},
                 {"un\u200dhappy", "unhappy"},
                 {"👩\u200d🚀", "👩\u200d🚀"},
                 {"می\u200cروم", "می\u200cروم"}});
}

TEST(NormalText, HasOneKindOfApostrophe) {
  for (const std::string sign : {"\u2019", "\u02bc", "`", "\u00b4", "\u2018", "\uff07", "&rsquo;", "&#8217;",
                                 "&apos;", "\u00ad\u2019"})
    EXPECT_EQ(normal_text("I don" + sign + "t love him"), "I don't love him") << sign;
  expect_normal({{"‘No,’ he said.", "‘No,’ he said."},
                 {"the boys\u2019 room", "the boys\u2019 room"},
                 {"`code`", "`code`"}});
}

TEST(NormalText, GivesNegationsTheirApostrophe) {
  expect_normal({{"I dont love him and I wasnt happy there.", "I don't love him and I wasn't happy there."},
                 {"DIDNT", "DIDN'T"},
                 {"He cant.", "He can't."},
                 {"as was his wont", "as was his wont"},
                 {"He was wont to sing cant.", "He was wont to sing cant."},
                 {"We wont go.", "We won't go."},
                 {"a donts-and-dos", "a donts-and-dos"},
                 {"dont-know", "dont-know"},
                 {"redont", "redont"}});
}

TEST(NormalText, HasOneKindOfLineEndAndNamedSigns) {
  expect_normal({{"a\r\nb\rc\u2028d\u2029e\u0085f", "a\nb\nc\nd\n\ne\nf"},
                 {"AT&amp;T &mdash; &lt;ha&gt;", "AT&T — <ha>"},
                 {"R&D; &c.", "R&D; &c."}});
}

TEST(NormalText, IsComposed) {
  expect_normal({{"cafe\u0301", "caf\u00e9"}, {"\u1112\u1161\u11ab", "\ud55c"}, {"\u212b", "\u00c5"}});
}

TEST(NormalText, StaysAsItIs) {
  Random random(4);
  for (int round = 0; round < 300; ++round) {
    const auto once = normal_text(random_utf8(random, 60));
    EXPECT_EQ(normal_text(once), once);
  }
}

TEST(NormalText, PointsIntoItsSource) {
  const std::string source = "a\r\nI don\u2019t, cafe\u0301 dont.";
  const auto text = normalise(MappedText(source));
  const auto taken = [&](std::string_view words) {
    const auto at = text.text().find(words);
    const auto range = text.source_of(at, at + words.size());
    return source.substr(range.start, range.end - range.start);
  };
  EXPECT_EQ(taken("don't,"), "don\u2019t,");
  EXPECT_EQ(taken("caf\u00e9"), "cafe\u0301");
  EXPECT_EQ(taken("don't."), "dont.");
  EXPECT_EQ(taken("I"), "I");
}

TEST(MappedText, RangesNeverGoBackwards) {
  Random random(5);
  for (int round = 0; round < 200; ++round) {
    const auto source = random_utf8(random, 80);
    const auto text = normalise(MappedText(source));
    std::size_t before = 0;
    for (std::size_t at = 0; at < text.text().size(); ++at) {
      const auto [start, end] = text.source_of(at, at + 1);
      EXPECT_LE(before, start);
      EXPECT_LE(start, end);
      EXPECT_LE(end, source.size());
      before = start;
    }
  }
}

}  // namespace
}  // namespace s2m
