#include "story2midi/tokenizers/tokenizer.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"
#include "tests/tokenizers/text_samples.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

const std::string kPieces = "<s>\n<pad>\n</s>\n[UNK]\n<mask>\nThe\nthe\nsea\n##s\n";

class TokenizerFolder : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const char* name, const std::string& text) const { write_text(folder_ / name, text); }
  std::string fault() const {
    try {
      read_tokenizer(folder_);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  void write_pieces() const {
    write("vocab.txt", kPieces);
    write("tokenizer_config.json",
          R"({"do_lower_case": true, "cls_token": "<s>", "sep_token": {"content": "</s>", "lstrip": false},
              "pad_token": "<pad>", "unk_token": "[UNK]", "mask_token": "<mask>", "strip_accents": null})");
  }
  const fs::path folder_ = scratch_folder() / "tokenizer";
};

TEST_F(TokenizerFolder, WordPiecesComeWithTheirSpecialTokens) {
  write_pieces();
  const auto tokenizer = read_tokenizer(folder_);
  EXPECT_EQ(tokenizer.encode_with_ends("The SEAS"), (std::vector<TokenId>{0, 6, 7, 8, 2}));
  EXPECT_EQ(tokenizer.tokens("The SEAS"), (std::vector<Token>{{6, 0, 3}, {7, 4, 7}, {8, 7, 8}}));
  EXPECT_EQ(std::tuple(tokenizer.first(), tokenizer.padding(), tokenizer.last(), tokenizer.mask()),
            std::tuple(0, 1, 2, 4));
  EXPECT_EQ(tokenizer.size(), 9);
}

TEST_F(TokenizerFolder, CaseIsKeptWhereTheFolderSaysSo) {
  write_pieces();
  auto config = read_text(folder_ / "tokenizer_config.json");
  config.replace(config.find("true"), 4, "false");
  write("tokenizer_config.json", config);
  EXPECT_EQ(read_tokenizer(folder_).encode("The the"), (std::vector<TokenId>{5, 6}));
}

TEST_F(TokenizerFolder, AModelFileKeepsIt) {
  write_pieces();
  for (const auto& tokenizer : {read_tokenizer(folder_), Tokenizer(small_encoder())}) {
    const auto again = tokenizer_of(tokenizer.metadata(), "model");
    EXPECT_EQ(again.metadata(), tokenizer.metadata());
    EXPECT_EQ(again.encode_with_ends("The seas"), tokenizer.encode_with_ends("The seas"));
  }
}

TEST_F(TokenizerFolder, BytePairsCoverTheWholeText) {
  const Tokenizer tokenizer(small_encoder());
  Random random(5);
  for (int round = 0; round < 200; ++round) {
    const auto text = random_utf8(random, 40);
    std::size_t at = 0;
    for (const auto& [id, begin, end] : tokenizer.tokens(text)) {
      EXPECT_EQ(begin, at);
      at = end;
    }
    EXPECT_EQ(at, text.size());
  }
}

TEST_F(TokenizerFolder, WhatIsMissingIsNamed) {
  EXPECT_NE(fault().find("vocab.json"), std::string::npos) << fault();
  write("tokenizer.json", "{}");
  EXPECT_NE(fault().find("save_vocabulary"), std::string::npos) << fault();
  write_pieces();
  write("tokenizer_config.json", R"({"do_lower_case": "yes"})");
  EXPECT_NE(fault().find("do_lower_case"), std::string::npos) << fault();
  write("tokenizer_config.json", R"({"do_basic_tokenize": false})");
  EXPECT_NE(fault().find("do_basic_tokenize"), std::string::npos) << fault();
  write("tokenizer_config.json", "{}");
  EXPECT_NE(fault().find("[CLS]"), std::string::npos) << fault();
  write("tokenizer_config.json", "[");
  EXPECT_NE(fault().find("tokenizer_config.json"), std::string::npos) << fault();
}

TEST(TokenizerMetadata, BrokenMetadataIsNamed) {
  const auto fault = [](const std::map<std::string, std::string>& metadata) {
    try {
      tokenizer_of(metadata, "file");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(fault({}).find("file: metadata vocab is missing"), std::string::npos) << fault({});
  EXPECT_NE(fault({{"vocab", "{}"}}).find("merges"), std::string::npos);
  EXPECT_NE(fault({{"vocab", kPieces}, {"tokenizer", "{\"kind\":\"unigram\"}"}}).find("wordpiece"),
            std::string::npos);
  EXPECT_NE(fault({{"vocab", kPieces}, {"tokenizer", "{\"kind\":\"wordpiece\"}"}}).find("unknown"),
            std::string::npos);
}

}  // namespace
}  // namespace s2m
