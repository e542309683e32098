// A RoBERTa's folder becomes a model file, as a user would type it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/random.h"
#include "story2midi/nn/encoder.h"
#include "story2midi/tokenizers/tokenizer.h"
#include "tests/apps/program.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class ImportCommand : public testing::Test {
 protected:
  void SetUp() override { fs::copy(fs::path(S2M_FIXTURES) / "nn" / "roberta", folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  // One line on standard error that holds `text`, and no file.
  static void expect_fault(const std::string& arguments, const std::string& text, int code = 1) {
    const auto outcome = run_program("import " + arguments);
    EXPECT_EQ(outcome.code, code) << arguments << "\n" << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_NE(outcome.err.find(text), std::string::npos) << outcome.err;
    EXPECT_FALSE(fs::exists(scratch_folder() / "out.safetensors"));
  }

  const fs::path folder_ = scratch_folder() / "roberta";
};

TEST_F(ImportCommand, TellsWhatItMade) {
  for (const auto& [type, least, most] :
       {std::tuple("f32", 60'000, 75'000), {"bf16", 30'000, 45'000}, {"int8", 20'000, 30'000}}) {
    const auto outcome =
        run_program(std::string("import-roberta roberta -o made.safetensors --json --type ") + type);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    const auto made = json::parse(outcome.out);
    EXPECT_EQ(made["parameters"], 16'232);
    EXPECT_EQ(made["type"], type);
    EXPECT_EQ(made["vocabulary"], 266);
    EXPECT_EQ(made["max_tokens"], 32);
    EXPECT_EQ(made["ignored"].size(), 8u);
    EXPECT_EQ(made["bytes"], fs::file_size(scratch_folder() / "made.safetensors"));
    EXPECT_GT(made["bytes"], least);
    EXPECT_LT(made["bytes"], most);
    const ModelFile file(scratch_folder() / "made.safetensors");
    const BytePairEncoder vocabulary(file.metadata("vocab"), file.metadata("merges"));
    EXPECT_EQ(vocabulary.encode_with_ends("hell wo"), (std::vector<TokenId>{0, 262, 264, 2}));
    EXPECT_EQ(Encoder(file).config().width, 24);
  }
  EXPECT_NE(run_program("import-roberta roberta -o made.safetensors").out.find("encoder-emotion --start"),
            std::string::npos);
  EXPECT_NE(run_program("import-roberta --help").out.find("Examples"), std::string::npos);
}

TEST_F(ImportCommand, EveryFamilyComesWithItsTokenizer) {
  for (const std::string family : {"bert", "mpnet", "distilbert"}) {
    const auto source = scratch_folder() / family;
    fs::remove_all(source);
    fs::copy(fs::path(S2M_FIXTURES) / "nn" / family, source);
    fs::create_directories(source / "1_Pooling");  // a folder of sentence-transformers
    write_text(source / "modules.json", "[]");
    for (const std::string command : {"import ", "import-roberta "}) {
      const auto outcome = run_program(command + family + " -o made.safetensors --json");
      ASSERT_EQ(outcome.code, 0) << outcome.err;
      EXPECT_EQ(json::parse(outcome.out)["family"], family);
    }
    const ModelFile file(scratch_folder() / "made.safetensors");
    const auto tokenizer = tokenizer_of(file.metadata(), "made");
    const auto ids = tokenizer.encode_with_ends("The sea WAS uncalm?");
    EXPECT_EQ(std::vector(ids.begin() + 1, ids.end() - 1), (std::vector<TokenId>{5, 6, 7, 12, 13, 23}));
    EXPECT_NO_THROW(Encoder(file).read(ids));
    fs::remove_all(source);
  }
}

TEST_F(ImportCommand, WhereHeadsAreNeededTheRemedyIsNamed) {
  fs::create_directories(scratch_folder() / "no_heads");
  ASSERT_EQ(run_program("import-roberta roberta -o no_heads/encoder.safetensors").code, 0);
  for (const std::string command :
       {"feel --text hello", "plan --text hello", "compose --text hello -o a.mid"}) {
    const auto outcome = run_program(command + " --models no_heads");
    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("encoder.safetensors: this encoder has no emotion heads"), std::string::npos)
        << outcome.err;
    EXPECT_NE(outcome.err.find("encoder-emotion --start"), std::string::npos) << outcome.err;
  }
}

TEST_F(ImportCommand, WhatIsWrongIsOneLine) {
  expect_fault("nowhere -o out.safetensors", "nowhere: is no folder");
  expect_fault("roberta -o nowhere/out.safetensors", "nowhere");
  expect_fault("roberta -o roberta/model.safetensors", "would replace");
  expect_fault("roberta", "--output", 2);
  expect_fault("roberta -o out.safetensors --type f16", "--type", 2);
  fs::resize_file(folder_ / "model.safetensors", 70'000);
  expect_fault("roberta -o out.safetensors", "lm_head.bias: data run past the file's end");
}

TEST_F(ImportCommand, AVocabularyOfAnotherModelIsNamed) {
  auto vocabulary = json::parse(read_text(folder_ / "vocab.json"));
  const auto spoil = [&](auto change) {
    auto spoilt = vocabulary;
    change(spoilt);
    write_text(folder_ / "vocab.json", spoilt.dump());
  };
  spoil([](json& all) { all["more"] = all.size(); });
  expect_fault("roberta -o out.safetensors",
               "vocab.json: does not go with config.json's vocab_size: expected 266");
  spoil([](json& all) { std::swap(all["<s>"], all["<pad>"]); });
  expect_fault("roberta -o out.safetensors", "pad_token_id: expected padding 1, got 0");
  spoil([](json& all) { all.erase("!"); });
  expect_fault("roberta -o out.safetensors", "vocab.json");
  write_text(folder_ / "vocab.json", "[]");
  expect_fault("roberta -o out.safetensors", "vocab.json: not a vocabulary");
  fs::remove(folder_ / "vocab.json");
  expect_fault("roberta -o out.safetensors", "vocab.json");
}

// RoBERTa's own vocabulary with a network of its size but narrow, made here.
TEST_F(ImportCommand, RobertasOwnVocabularyComesThrough) {
  const char* data = std::getenv("S2M_DATA");
  const auto source = fs::path(data ? data : "") / "roberta_tokenizer";
  if (!data || !fs::exists(source)) GTEST_SKIP() << "S2M_DATA names no folder with roberta_tokenizer";
  auto settings = json::parse(read_text(source / "config.json"));
  for (const auto& [name, size] :
       {std::pair("hidden_size", 8), {"intermediate_size", 8}, {"num_hidden_layers", 1}})
    settings[name] = size;
  settings["num_attention_heads"] = 2;
  write_text(folder_ / "config.json", settings.dump());
  for (const auto* name : {"vocab.json", "merges.txt"})
    fs::copy_file(source / name, folder_ / name, fs::copy_options::overwrite_existing);
  EncoderConfig config{
      .vocabulary = 50265, .width = 8, .layers = 1, .heads = 2, .ffn = 8, .positions = 514, .projection = 0};
  std::vector<NamedTensor> tensors;
  Random random(2);
  visit_parameters(config, [&](const std::string& name, const Shape& shape) {
    NamedTensor tensor{"roberta." + name, shape, {}};
    tensor.values.resize(static_cast<std::size_t>(shape[0] * (shape.size() > 1 ? shape[1] : 1)));
    for (float& value : tensor.values) value = static_cast<float>(random.uniform());
    tensors.push_back(std::move(tensor));
  });
  save_model(folder_ / "model.safetensors", {{"format", "pt"}}, tensors, DataType::kF32);
  const auto outcome = run_program("import-roberta roberta -o made.safetensors --type int8");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const ModelFile file(scratch_folder() / "made.safetensors");
  const BytePairEncoder made(file.metadata("vocab"), file.metadata("merges"));
  EXPECT_EQ(made.encode_with_ends("Hello world"), (std::vector<TokenId>{0, 31414, 232, 2}));
  const auto own = read_vocabulary(source);
  ASSERT_EQ(made.size(), own.size());
  for (const std::string text : {"I don't think they'll've gone", "日本語のテキスト。", "In 1843, 3.14",
                                 "  a\t\n b ", "“Curly” — naïve café… 😂"})
    EXPECT_EQ(made.encode(text), own.encode(text)) << text;
  EXPECT_NO_THROW(Encoder(file).read(made.encode_with_ends("Hello world")));
}

}  // namespace
}  // namespace s2m
