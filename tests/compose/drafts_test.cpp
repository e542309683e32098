// Several drafts of each phrase: the best is kept, and what the plan states stands in every one.
#include "story2midi/compose/drafts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "story2midi/base/parallel.h"
#include "story2midi/compose/briefs.h"
#include "story2midi/compose/composer.h"
#include "story2midi/nn/decoder.h"
#include "tests/compose/tiny_decoder.h"

namespace s2m {
namespace {

constexpr int kBars = 8, kPhrase = 4;

Plan a_plan() {
  const EmotionCurve curve{{{{"Joy.", 0, 3}, {0.7, 0.4, {}}}, {{"Dread.", 4, 9}, {-0.8, 0.5, {}}}}};
  return make_plan(curve, {.bars = kBars, .metre = Metre{7, 8}});
}

class Drafting : public testing::Test {
 protected:
  PieceWriter start(std::uint64_t seed) const {
    return {decoder_, decoder_.start(decoder_.no_text()), seed, {}};
  }

  // The events of a piece; `at_phrase` gets them whenever a phrase is final.
  std::vector<Event> write(int drafts, std::uint64_t seed,
                           std::vector<std::vector<Event>>* at_phrase = nullptr) {
    const auto briefs = briefs_of(a_plan());
    DraftedPiece* piece = nullptr;
    DraftedPiece drafted(
        start(seed), {.bars = kBars, .phrase_bars = kPhrase, .drafts = drafts},
        [&](PieceWriter& writer, int bar) { writer.open_bar(briefs[static_cast<std::size_t>(bar)]); },
        [&](int) {
          if (at_phrase) at_phrase->push_back(piece->kept().events());
        });
    piece = &drafted;
    for (std::vector<PieceWriter*> wrote; drafted.write(wrote);)
      for (PieceWriter* writer : wrote) writer->feed();
    return drafted.kept().events();
  }

  TinyDecoder file_;
  Decoder decoder_{ModelFile(file_.path())};
};

TEST_F(Drafting, GivenChordsStandInEveryBar) {
  const auto briefs = briefs_of(a_plan());
  for (const int drafts : {1, 4}) {
    std::vector<std::vector<Event>> chords;
    for (const Event& event : write(drafts, 3)) {
      if (event.is_bar()) chords.emplace_back();
      if (event.is_chord()) chords.back().push_back(event);
    }
    ASSERT_EQ(chords.size(), briefs.size());
    for (std::size_t i = 0; i < briefs.size(); ++i) {
      ASSERT_FALSE(briefs[i].chords.empty());
      EXPECT_EQ(chords[i], briefs[i].chords) << "bar " << i + 1;
    }
  }
}

TEST_F(Drafting, BarsIn78AreFull) {
  const auto piece = decode({a_plan().key, write(2, 5)});
  ASSERT_EQ(piece.bars.size(), static_cast<std::size_t>(kBars));
  for (std::size_t i = 0; i < piece.bars.size(); ++i) {
    EXPECT_EQ(piece.bars[i].metre, (Metre{7, 8}));
    EXPECT_EQ(piece.bars[i].start, static_cast<int>(i) * 42) << "seven eighths of six positions";
  }
}

// Draft `number` of the first phrase, and what it costs.
std::pair<double, std::vector<Event>> first_phrase(PieceWriter writer, std::uint64_t number) {
  const auto briefs = briefs_of(a_plan());
  writer.set_draft(number);
  for (std::size_t bar = 0; bar < kPhrase; ++bar) {
    writer.open_bar(briefs[bar]);
    do writer.feed();
    while (writer.write_event());
  }
  const auto [surprisal, wanted] = writer.take_phrase_facts();
  const PhraseMeasures known{.wanted = wanted, .surprisal = surprisal};
  return {cost_of(measure_phrase(writer.events(), kPhrase, known)), writer.events()};
}

TEST_F(Drafting, TheCheapestDraftIsKept) {
  int others = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    std::vector<std::pair<double, std::vector<Event>>> drafts;
    for (std::uint64_t number = 0; number < 4; ++number) drafts.push_back(first_phrase(start(seed), number));
    for (const int count : {1, 2, 4}) {
      std::vector<std::vector<Event>> kept;
      write(count, seed, &kept);
      const auto best = std::ranges::min_element(drafts.begin(), drafts.begin() + count, {},
                                                 [](const auto& draft) { return draft.first; });
      EXPECT_EQ(kept[0], best->second) << "seed " << seed << ", " << count << " drafts";
      others += best != drafts.begin();
    }
  }
  EXPECT_GT(others, 0) << "another draft than the first is kept at times";
}

TEST_F(Drafting, APhraseThatIsFinalStays) {
  std::vector<std::vector<Event>> phrases;
  auto whole = write(4, 7, &phrases);
  ASSERT_EQ(phrases.size(), 2u);
  whole.resize(phrases[0].size());
  EXPECT_EQ(whole, phrases[0]);
}

TEST_F(Drafting, OneAndFourDraftsAreTheSameBytesOnAnyNumberOfThreads) {
  const Composer composer(file_.path());
  const auto plan = a_plan();
  std::vector<Score> alone;
  const auto compose = [&](std::size_t i) {
    return composer.compose(plan, {}, {.seed = i / 2, .drafts = i % 2 ? 4 : 1});
  };
  for (std::size_t i = 0; i < 6; ++i) alone.push_back(compose(i));
  EXPECT_NE(alone[0], alone[1]) << "drafts change the piece";
  for (const int threads : {2, 3}) {
    std::vector<Score> scores(alone.size());
    in_parallel(scores.size(), {.threads = threads}, [&](std::size_t i, auto) { scores[i] = compose(i); });
    EXPECT_EQ(scores, alone) << threads;
  }
}

}  // namespace
}  // namespace s2m
