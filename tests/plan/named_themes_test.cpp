// Themes of people and places: as users write them, and where a plan places them.
#include "story2midi/plan/named_themes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "story2midi/base/error.h"
#include "story2midi/plan/plan.h"
#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

std::string fault_of(std::string_view text) {
  try {
    parse_themes(text, "saga.themes");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// A passage of as many bytes for each phrase; those of `named` name Anna, those of `other` Ben.
EmotionCurve story_of_phrases(int phrases, const std::set<int>& named, const std::set<int>& other = {}) {
  EmotionCurve curve;
  for (int i = 0; i < phrases; ++i) {
    CurvePoint point;
    point.passage.text = named.contains(i)   ? "then Anna came along."
                         : other.contains(i) ? "then Bess came along."
                                             : "then he came by again.";
    point.passage.text.resize(21, '.');
    point.passage.start_byte = 21 * static_cast<std::size_t>(i);
    point.passage.end_byte = point.passage.start_byte + 21;
    point.emotion.valence = 0.4, point.emotion.arousal = 0.3;
    curve.points.push_back(point);
  }
  return curve;
}

std::vector<int> themes_of_phrases(const Plan& plan) {
  std::vector<int> themes;
  for (const auto& section : plan.sections)
    for (std::size_t at = 0; at < section.bars.size(); at += kPhraseBars)
      themes.push_back(section.bars[at].theme.theme);
  return themes;
}

TEST(NamedThemes, AreReadFromLines) {
  const auto themes =
      parse_themes("# of the saga\nAnna / Annie: Flute, 5 1:1.5 2:0.5 r:2 -7\r\n\nstory: 1 8 15 -1\n");
  ASSERT_EQ(themes.size(), 2u);
  EXPECT_EQ(themes[0].names, (std::vector<std::string>{"Anna", "Annie"}));
  EXPECT_EQ(themes[0].instrument, "Flute");
  EXPECT_EQ(themes[0].tones, (std::vector<ThemeTone>{{4, 1}, {0, 1.5}, {1, 0.5}, {{}, 2}, {-1, 1}}));
  EXPECT_EQ(themes[1].tones, (std::vector<ThemeTone>{{0, 1}, {7, 1}, {14, 1}, {-7, 1}}));
}

TEST(NamedThemes, AreReadInEveryEncodingOfAStory) {
  using namespace std::string_literals;
  const auto plain = parse_themes("Zo\xC3\xAB: 5 1 2\nAnna: flute, 1 2 3\n");
  EXPECT_EQ(parse_themes("\xEF\xBB\xBFZo\xC3\xAB: 5 1 2\r\nAnna: flute, 1 2 3\r\n"), plain);
  EXPECT_EQ(parse_themes("Zoe\xCC\x88: 5 1 2\rAnna: flute, 1 2 3"), plain);  // decomposed, old line ends
  EXPECT_EQ(parse_themes("Zo\xEB: 5 1 2\nAnna: flute, 1 2 3\n"), plain);     // Windows-1252
  std::string utf16 = "\xFF\xFE"s;
  for (const char c : "Zo\xEB: 5 1 2\nAnna: flute, 1 2 3\n"s) utf16 += c, utf16 += '\0';
  EXPECT_EQ(parse_themes(utf16), plain);
}

TEST(NamedThemes, FaultsNameTheirLine) {
  EXPECT_EQ(fault_of("\nAnna 5 1"),
            "saga.themes: line 2: has no name: expected a name, a colon and a theme, such as \"Anna: 5 1 2 "
            "3\", got Anna 5 1");
  EXPECT_EQ(fault_of("Anna: 5 x"),
            "saga.themes: line 1: has a tone that is none: expected a degree of 1 to 15 or -1 to -7, or r; "
            "and \":\" with "
            "its beats, such as 5:1.5, got x");
  for (const char* tone : {"0", "16", "-8", "5:0", "5:-1", "5:nan", "5:99", "5:", "1e9", "r:"})
    EXPECT_NE(fault_of(std::string("A: 1 ") + tone), "") << tone;
  EXPECT_EQ(fault_of("A: 5 r"), "saga.themes: line 1: has no theme: expected 2 to 32 tones, got 2");
  EXPECT_EQ(fault_of("# nothing"),
            "saga.themes: no themes: expected a line a theme, such as \"Anna: 5 1 2 3\", got none");
}

TEST(NamedThemes, BecomeMotifsOfEveryMetre) {
  const auto theme = parse_themes("Anna: 5 1:0.5 2:0.5 r 3 4 5").front();
  for (const Metre metre : {Metre{4, 4}, Metre{3, 4}, Metre{6, 8}, Metre{5, 4}, Metre{7, 8}, Metre{2, 4}}) {
    const auto motif = motif_of(theme, metre);
    ASSERT_FALSE(motif.notes.empty());
    EXPECT_LE(motif.notes.back().start + motif.notes.back().length, motif.bars * bar_length(metre));
    EXPECT_EQ(motif.name, "Anna");
    for (std::size_t i = 1; i < motif.notes.size(); ++i)
      EXPECT_GE(motif.notes[i].start, motif.notes[i - 1].start + motif.notes[i - 1].length);
  }
}

TEST(NamedThemes, SavedThemesAreTheSameInTheNextStory) {
  const auto curve = story_of_phrases(12, {1, 4, 5, 8}, {2, 3, 6, 9});
  const auto first = make_plan(curve, {.bars = 48});
  const auto saved = parse_themes(write_themes(first));
  const auto second = make_plan(curve, {.bars = 48, .themes = saved});
  ASSERT_EQ(saved.size(), 3u) << write_themes(first);
  EXPECT_EQ(second.themes.front().notes, first.themes.front().notes);
  std::size_t found = 0;
  for (const auto& theme : second.themes)
    for (const auto& before : first.themes)
      if (!theme.name.empty() && theme.name == before.name) {
        ++found;
        EXPECT_EQ(theme.notes, before.notes) << theme.name;
      }
  EXPECT_EQ(found, 2u);
}

TEST(NamedThemes, StandInPhrasesThatNameThem) {
  const std::set<int> anna{1, 4, 5, 8, 9}, ben{2, 6, 11, 12};
  const auto plan = make_plan(story_of_phrases(16, anna, ben), {.bars = 64});
  const auto phrases = themes_of_phrases(plan);
  ASSERT_EQ(phrases.size(), 16u);
  std::set<std::string> sounded;
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    const auto& theme = plan.themes[static_cast<std::size_t>(phrases[i]) - 1];
    sounded.insert(theme.name);
    const int phrase = static_cast<int>(i);
    EXPECT_TRUE(theme.name != "Anna" || anna.contains(phrase)) << i;
    EXPECT_TRUE(theme.name != "Bess" || ben.contains(phrase)) << i;
  }
  EXPECT_EQ(sounded, (std::set<std::string>{"", "Anna", "Bess"}));
  EXPECT_EQ(phrases.front(), 1);
  EXPECT_EQ(phrases.back(), 1);
}

TEST(NamedThemes, AreCombinedBeforeTheEnd) {
  const auto plan = make_plan(story_of_phrases(16, {1, 4, 8}, {2, 6, 11}), {.bars = 64});
  std::vector<ThemeUse> uses;
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars) uses.push_back(bar.theme);
  std::set<std::string> names;
  for (std::size_t i = uses.size() - 8; i < uses.size() - 4; ++i)
    names.insert(plan.themes[static_cast<std::size_t>(uses[i].theme) - 1].name);
  EXPECT_EQ(names, (std::set<std::string>{"", "Anna", "Bess"}));
}

TEST(NamedThemes, HaveRhythmsAndContoursOfTheirOwn) {
  const auto plan = make_plan(story_of_phrases(16, {1, 4, 8}, {2, 6, 11}), {.bars = 64});
  std::set<std::string> rhythms, contours;
  for (const auto& theme : plan.themes) rhythms.insert(theme.rhythm), contours.insert(theme.contour);
  EXPECT_EQ(rhythms.size(), plan.themes.size());
  EXPECT_EQ(contours.size(), plan.themes.size());
}

TEST(NamedThemes, AreLeftOutWhereNoneAreWanted) {
  const auto curve = story_of_phrases(16, {1, 4, 8});
  const auto with = make_plan(curve, {.bars = 64});
  const auto without = make_plan(curve, {.bars = 64, .themes = std::vector<NamedTheme>{}});
  EXPECT_TRUE(std::ranges::any_of(with.themes, [](const Motif& theme) { return theme.name == "Anna"; }));
  EXPECT_TRUE(std::ranges::none_of(without.themes, [](const Motif& theme) { return !theme.name.empty(); }));
}

TEST(NamedThemes, AreKeptInThePlansJson) {
  const auto themes = parse_themes("Anna: Oboe, 5 1 2 3");
  const auto plan = make_plan(story_of_phrases(16, {1, 4, 8}), {.bars = 64, .themes = themes});
  ASSERT_EQ(plan.themes.back().instrument, "Oboe");
  EXPECT_EQ(plan_from_json(to_json(plan)), plan);
}

}  // namespace
}  // namespace s2m
