// Composing in a learnt style: whose decoder it is, how strong, and that it does not copy.
#include "story2midi/compose/learnt_style.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/compose/composer.h"
#include "story2midi/music/note_steps.h"
#include "story2midi/nn/manifest.h"
#include "tests/compose/tiny_decoder.h"

namespace s2m {
namespace {

constexpr int kRank = 2;

LowRankChange a_change(int rows, int columns, Random& random) {
  LowRankChange change{rows, columns, kRank, {}, {}};
  for (int i = 0; i < rows * kRank; ++i) change.up.push_back(static_cast<float>(random.uniform() - 0.5));
  for (int i = 0; i < kRank * columns; ++i) change.down.push_back(static_cast<float>(random.uniform() - 0.5));
  return change;
}

Plan a_plan() {
  const EmotionCurve curve{{{{"Joy.", 0, 3}, {0.7, 0.4, {}}}, {{"Dread.", 4, 9}, {-0.8, 0.5, {}}}}};
  return make_plan(curve, {.bars = 12});
}

std::optional<std::string> fault_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return std::nullopt;
}

class Styles : public testing::Test {
 protected:
  Styles() {
    Random random(5);
    style_.name = "Aunt Mary";
    style_.licence = "CC0-1.0";
    style_.decoder = fingerprint_of(ModelFile(file_.path()));
    style_.pieces = 30, style_.held_out = 3;
    style_.loss_before = 2.5, style_.loss_after = 2.25;
    style_.most_copied = 20;
    style_.changes["layers.0.ffn.up.weight"] = a_change(64, 32, random);
    style_.changes["layers.1.attention.qkv.weight"] = a_change(96, 32, random);
  }
  ~Styles() override { std::filesystem::remove(path_); }

  Piece compose(const Composer& composer, std::uint64_t seed = 1) const {
    return composer.compose_piece(a_plan(), {}, {.seed = seed, .drafts = 2});
  }
  Composer styled(const LearntStyle& style, const StyleOptions& options = {}) const {
    return composer_.with_style(style, options);
  }

  TinyDecoder file_{31};
  Composer composer_{file_.path()};
  LearntStyle style_;
  std::filesystem::path path_ = scratch_folder() / "aunt_mary.style";
};

TEST_F(Styles, AreReadAsTheyAreWritten) {
  style_.known = KnownRuns(std::vector<std::uint8_t>{1, 2, 255});
  save_style(style_, path_);
  const auto read = load_style(path_);
  EXPECT_EQ(read.name, "Aunt Mary");
  EXPECT_EQ(read.licence, "CC0-1.0");
  EXPECT_EQ(read.decoder, style_.decoder);
  EXPECT_EQ(read.pieces, 30);
  EXPECT_EQ(read.held_out, 3);
  EXPECT_EQ(read.loss_before, 2.5);
  EXPECT_EQ(read.loss_after, 2.25);
  EXPECT_EQ(read.most_copied, 20);
  EXPECT_EQ(read.known.bits(), style_.known.bits());
  EXPECT_EQ(read.fingerprint.size(), 16u);
  ASSERT_EQ(read.changes.size(), 2u);
  const auto& before = style_.changes.at("layers.0.ffn.up.weight").up;
  const auto& after = read.changes.at("layers.0.ffn.up.weight").up;
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_NEAR(after[i], before[i], 0.002);  // bfloat16
}

TEST_F(Styles, OfAnotherDecoderIsRefusedByName) {
  style_.decoder = "0123456789abcdef";
  const auto fault = fault_of([&] { styled(style_); });
  ASSERT_TRUE(fault);
  EXPECT_NE(fault->find("Aunt Mary"), std::string::npos) << *fault;
  EXPECT_NE(fault->find("another decoder"), std::string::npos) << *fault;
}

TEST_F(Styles, ChangeTheMusicBySoMuch) {
  const auto plain = compose(composer_);
  const auto none = compose(styled(style_, {.strength = 0}));
  EXPECT_EQ(none, plain);
  const auto whole = compose(styled(style_));
  EXPECT_NE(whole.written, plain.written);
  ASSERT_TRUE(whole.style);
  EXPECT_EQ(whole.style->name, "Aunt Mary");
  EXPECT_EQ(compose(styled(style_)), whole);
  EXPECT_NE(compose(styled(style_, {.strength = 0.5})).written, whole.written);
  EXPECT_THROW(styled(style_, {.strength = 1.5}), Error);
}

TEST_F(Styles, KeepOtherDraftsThanThoseThatCopy) {
  const auto free = compose(styled(style_));
  const auto steps = note_steps(free.written);
  ASSERT_GT(steps.size(), 40u);
  style_.known = KnownRuns(std::vector<std::vector<std::uint32_t>>{steps}, 100'000);
  EXPECT_EQ(styled(style_).longest_copied_run(free.written), static_cast<int>(steps.size()) + 1);
  const auto composer = styled(style_);
  const auto original = compose(composer);
  EXPECT_LE(composer.longest_copied_run(original.written), 20);
  EXPECT_EQ(compose(styled(style_, {.allows_copies = true})).written, free.written);
}

TEST_F(Styles, RefuseAPieceWhoseEveryDraftCopies) {
  style_.known = KnownRuns(std::vector<std::uint8_t>(100, 255));  // every run is known
  const auto fault = fault_of([&] { compose(styled(style_)); });
  ASSERT_TRUE(fault);
  EXPECT_NE(fault->find("copies a run of notes"), std::string::npos) << *fault;
  EXPECT_EQ(fault->find('\n'), std::string::npos);
}

TEST_F(Styles, ThatAreBrokenAreRefused) {
  const auto refused = [&](const LearntStyle& style) {
    save_style(style, path_);
    return fault_of([&] { styled(load_style(path_)); });
  };
  EXPECT_FALSE(refused(style_));
  auto unknown = style_;
  unknown.changes["layers.7.ffn.up.weight"] = style_.changes.begin()->second;
  EXPECT_TRUE(refused(unknown));
  auto narrow = style_;
  Random random(1);
  narrow.changes["layers.0.ffn.up.weight"] = a_change(64, 31, random);
  EXPECT_TRUE(refused(narrow));
  auto loud = style_;
  loud.name = "two\nlines";
  EXPECT_TRUE(refused(loud));
  EXPECT_TRUE(fault_of([&] { load_style(file_.path()); }));
  save_model(path_, {{"kind", "style"}}, {{"a.up", {2, 2}, {1, 2, 3, 4}}}, DataType::kF32);
  EXPECT_TRUE(fault_of([&] { load_style(path_); }));
}

// ---- Runs.

std::vector<std::uint32_t> random_steps(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::uint32_t> steps(count);
  for (auto& step : steps) step = static_cast<std::uint32_t>(random.below(40));
  return steps;
}

TEST(KnownRuns, FindsWhatIsCopiedAndNothingElse) {
  const std::vector pieces{random_steps(4000, 1), random_steps(4000, 2)};
  const KnownRuns known(pieces, 100'000);
  EXPECT_LE(known.bits().size(), 10'000u + 10);
  EXPECT_LE(known.longest_run(random_steps(4000, 3)), 11);
  auto copy = random_steps(4000, 4);
  std::copy_n(pieces[1].begin() + 700, 29, copy.begin() + 1500);  // thirty notes
  EXPECT_GE(known.longest_run(copy), 30);
  EXPECT_LE(known.longest_run(copy), 32);
  EXPECT_EQ(known.longest_run(pieces[0]), 4001);
  EXPECT_EQ(KnownRuns().longest_run(copy), 0);
  EXPECT_EQ(known.longest_run({}), 0);
}

TEST(KnownRuns, OfOthersLeaveThePieceItselfOut) {
  auto first = random_steps(500, 1);
  const auto second = random_steps(500, 2);
  std::copy_n(second.begin() + 100, 19, first.begin() + 300);
  EXPECT_EQ(longest_shared_runs(std::vector{first, second, random_steps(500, 3)}), (std::vector{20, 20, 0}));
}

}  // namespace
}  // namespace s2m
