// RoBERTa's own vocabulary, where the corpora are at hand.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "story2midi/base/files.h"
#include "story2midi/tokenizers/bpe.h"
#include "tests/tokenizers/text_samples.h"

namespace s2m {
namespace {

using Ids = std::vector<TokenId>;

class Roberta : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const char* data = std::getenv("S2M_DATA");
    const auto folder = std::filesystem::path(data ? data : "") / "roberta_tokenizer";
    if (data && std::filesystem::exists(folder))
      encoder_.emplace(read_text(folder / "vocab.json"), read_text(folder / "merges.txt"));
  }
  void SetUp() override {
    if (!encoder_) GTEST_SKIP() << "S2M_DATA names no folder with roberta_tokenizer";
  }
  inline static std::optional<BytePairEncoder> encoder_;
};

struct Case {
  std::string text;
  Ids ids;
};

// Checked against a separate implementation on a regular-expression engine.
const Case kCases[] = {
    {"I don't think they'll've gone; we're he'd I'm it's",
     {100, 218, 75, 206, 51, 581, 348, 1613, 131, 52, 214, 37, 1017, 38, 437, 24, 18}},
    {"DON'T 'tis o'clock", {42737, 108, 565, 128, 42334, 1021, 108, 17036}},
    {"In 1843, 3.14 and 1,000,000", {1121, 504, 3897, 6, 155, 4, 1570, 8, 112, 6, 151, 6, 151}},
    {"日本語のテキスト。", {47954, 8210, 44636, 11582, 48537, 17772, 48018, 49312, 49587, 49615, 45682}},
    {"I love it 😂😂 👩‍👩‍👧",
     {100, 657, 24, 17841, 9264, 18636, 9264, 26964, 15375, 17, 8384, 31193, 15375, 17, 8384, 31193, 6248}},
    {"e\u0301 cafe\u0301 café naïve Ångström",
     {242, 44025, 10172, 16381, 44025, 10172, 26059, 39300, 952, 5782, 2590, 6031, 3671, 119}},
    {"a  b   c", {102, 1437, 741, 1437, 1437, 740}},
    {"tab\tand\n\nnewlines\r\n", {34108, 50117, 463, 50118, 50118, 4651, 11723, 50121, 50118}},
    {"trailing   ", {9738, 7022, 1437, 1437, 1437}},
    {"“Curly” ‘quotes’ — and dashes…",
     {17, 48, 42090, 352, 17, 46, 44, 711, 2253, 17467, 17, 27, 93, 8, 385, 14829, 1174}},
    {"Привет, мир!", {25417, 4333, 24269, 35328, 42907, 25482, 35555, 6, 18697, 4394, 35328, 24269, 328}},
    {"한국어", {48589, 48, 46873, 8906, 12410, 43998, 25448, 20024}},
    {"١٢٣ ½ Ⅷ", {26068, 5543, 26068, 7258, 26068, 2469, 18430, 14333, 5782, 6248}},
    {"__init__(self)!?!", {30529, 25153, 30529, 1640, 13367, 43002, 17516}},
    {"a\u00a0b\u2009c\u3000d", {102, 50141, 428, 17, 23171, 438, 48516, 7471, 417}},
};

TEST_F(Roberta, HasItsVocabulary) {
  EXPECT_EQ(encoder_->size(), 50265);
  EXPECT_EQ(encoder_->id("<mask>"), 50264);
}

TEST_F(Roberta, GivesThePublishedIds) {
  EXPECT_EQ(encoder_->encode_with_ends("Hello world"), (Ids{0, 31414, 232, 2}));
  EXPECT_EQ(encoder_->encode_with_ends("world"), (Ids{0, 8331, 2}));
}

TEST_F(Roberta, EncodesEveryKindOfText) {
  for (const auto& [text, ids] : kCases) {
    EXPECT_EQ(encoder_->encode(text), ids) << text;
    EXPECT_EQ(encoder_->decode(ids), text);
  }
}

TEST_F(Roberta, DecodingGivesTheTextBack) {
  Random random(7);
  for (int round = 0; round < 300; ++round) {
    const auto text = random_utf8(random, 60);
    EXPECT_EQ(encoder_->decode(encoder_->encode(text)), text);
  }
}

TEST_F(Roberta, WritesTheFilesItReads) {
  const BytePairEncoder again(encoder_->vocab_json(), encoder_->merges_txt());
  EXPECT_EQ(again.encode("The tower fell."), encoder_->encode("The tower fell."));
  EXPECT_EQ(again.size(), encoder_->size());
}

}  // namespace
}  // namespace s2m
