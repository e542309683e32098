// RoBERTa's files become a model of ours that computes what an implementation of its own says.
#include "story2midi/nn/hugging_face.h"

#include <functional>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/nn/encoder.h"
#include "story2midi/nn/encoder_layers.h"
#include "story2midi/nn/number_formats.h"
#include "tests/nn/golden.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;
using Ids = std::vector<std::int32_t>;
using Bytes = std::vector<std::uint8_t>;

// A tensor that may be anything, as a file says it.
struct RawTensor {
  std::string dtype;
  Shape shape;
  Bytes bytes;
};
using RawTensors = std::map<std::string, RawTensor>;

RawTensors raw_tensors(const fs::path& path) {
  const ModelFile file(path);
  RawTensors tensors;
  for (const auto& [name, view] : file.tensors())
    tensors[name] = {to_string(view.type), view.shape, {view.bytes.begin(), view.bytes.end()}};
  return tensors;
}

void write_raw(const fs::path& path, const RawTensors& tensors) {
  nlohmann::json header;
  Bytes data;
  for (const auto& [name, tensor] : tensors) {
    const auto begin = data.size();
    data.insert(data.end(), tensor.bytes.begin(), tensor.bytes.end());
    header[name] = {{"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {begin, data.size()}}};
  }
  const auto text = header.dump();
  Bytes file;
  for (int i = 0; i < 8; ++i) file.push_back(static_cast<std::uint8_t>(text.size() >> 8 * i));
  file.insert(file.end(), text.begin(), text.end());
  file.insert(file.end(), data.begin(), data.end());
  write_bytes(path, file);
}

// A copy of a fixture that a test may spoil.
class HuggingFaceImport : public ::testing::Test {
 protected:
  void SetUp() override { use("roberta"); }
  void TearDown() override { fs::remove_all(folder_); }

  void use(const std::string& name) {
    fs::remove_all(folder_);
    fs::copy(test::fixture(name), folder_);
    fs::create_directories(folder_ / "made");
  }
  ModelFile import(DataType type = DataType::kF32) const {
    save_hugging_face(open_hugging_face(folder_), output_, {{{"vocab", "words"}}, type, {}});
    return ModelFile(output_);
  }
  void change(const std::function<void(RawTensors&)>& spoil) const {
    auto tensors = raw_tensors(weights_);
    spoil(tensors);
    write_raw(weights_, tensors);
  }
  void configure(const std::string& member, const nlohmann::json& value) const {
    auto config = nlohmann::json::parse(read_text(folder_ / "config.json"));
    if (value.is_discarded())
      config.erase(member);
    else
      config[member] = value;
    write_text(folder_ / "config.json", config.dump());
  }
  // The error of an import that fails and leaves nothing behind.
  std::string fault() const {
    try {
      import();
    } catch (const Error& error) {
      EXPECT_TRUE(fs::is_empty(folder_ / "made")) << error.what();
      return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
  }
  void expect_fault(const std::string& first, const std::string& second = "") const {
    const auto said = fault();
    EXPECT_NE(said.find(first), std::string::npos) << said;
    EXPECT_NE(said.find(second), std::string::npos) << said;
  }

  const fs::path folder_ = scratch_folder() / "roberta", weights_ = folder_ / "model.safetensors",
                 output_ = folder_ / "made" / "encoder.safetensors";
};

// f(ours, golden) of the embedded tokens and of what follows each block, for each passage.
template <class F>
void compare_blocks(const ModelFile& file, const nlohmann::json& golden, F&& f) {
  const auto weights = bind_encoder(file);
  for (const auto& passage : golden["passages"]) {
    Workspace work;
    const auto ids = passage["ids"].get<Ids>();
    const auto rows = embed_tokens(weights, std::array{TokenIds(ids)}, work);
    const Rows x = rows.x;
    f(std::vector<float>(x.begin(), x.end()), test::flat(passage["embedded"]));
    ASSERT_EQ(weights.layers.size(), passage["layers"].size());
    for (std::size_t i = 0; i < weights.layers.size(); ++i) {
      apply_layer(weights, static_cast<int>(i), work, rows);
      f(std::vector<float>(x.begin(), x.end()), test::flat(passage["layers"][i]));
    }
  }
}

// With the prefix in fp32, and without it in fp16.
TEST_F(HuggingFaceImport, EveryBlockAgreesWithTheGoldenNetwork) {
  for (const std::string name : {"roberta", "roberta_half"}) {
    use(name);
    const auto file = import();
    const auto golden = test::golden(name + "/activations.json");
    compare_blocks(file, golden, [&](const auto& ours, const auto& expected) {
      EXPECT_LT(test::largest_difference(ours, expected), test::kParity) << name;
    });
    const Encoder encoder(file);
    for (const auto& passage : golden["passages"])
      EXPECT_LT(test::largest_difference(encoder.read(passage["ids"].get<Ids>()).pooled,
                                         test::flat(passage["pooled"])),
                test::kParity);
  }
}

TEST_F(HuggingFaceImport, EveryFamilyAgreesWithTheGoldenNetwork) {
  for (const std::string name : {"bert", "mpnet", "distilbert"}) {
    use(name);
    EXPECT_EQ(open_hugging_face(folder_).config.family, name);
    const auto file = import();
    const auto golden = test::golden(name + "/activations.json");
    compare_blocks(file, golden, [&](const auto& ours, const auto& expected) {
      EXPECT_LT(test::largest_difference(ours, expected), test::kParity) << name;
    });
    const auto& longest = golden["passages"][1];
    const Encoder encoder(file);
    const auto pooled = encoder.read(longest["ids"].get<Ids>()).pooled;
    EXPECT_LT(test::largest_difference(pooled, test::flat(longest["pooled"])), test::kParity) << name;
    for (const auto& [mistake, wrong] : golden["mistakes"].items())
      EXPECT_GT(test::largest_difference(pooled, test::flat(wrong)), 2 * test::kParity) << mistake;
    auto more = longest["ids"].get<Ids>();
    more.push_back(5);
    EXPECT_THROW(encoder.read(more), Error) << name;
  }
}

TEST_F(HuggingFaceImport, FamiliesHaveTheirOwnPositionsAndTypes) {
  const auto facts = [&](const std::string& name) {
    use(name);
    const auto c = open_hugging_face(folder_).config.encoder;
    return std::tuple(c.padding_id, c.first_position, c.token_types, c.relative_buckets, c.max_tokens());
  };
  EXPECT_EQ(facts("roberta"), std::tuple(1, 2, 1, 0, 32));
  EXPECT_EQ(facts("bert"), std::tuple(0, 0, 2, 0, 20));
  EXPECT_EQ(facts("mpnet"), std::tuple(1, 2, 0, 12, 32));
  EXPECT_EQ(facts("distilbert"), std::tuple(0, 0, 0, 0, 20));
}

// As BERT's first files call them.
TEST_F(HuggingFaceImport, GammaAndBetaAreANormsWeightAndBias) {
  use("bert");
  const auto before = import();
  const auto path = folder_ / "made" / "before.safetensors";
  fs::rename(output_, path);
  change([](RawTensors& tensors) {
    RawTensors renamed;
    for (const auto& [name, tensor] : tensors) {
      auto old = name;
      if (const auto at = old.find("LayerNorm."); at != std::string::npos)
        old.replace(at, std::string::npos, old.ends_with("weight") ? "LayerNorm.gamma" : "LayerNorm.beta");
      renamed[old] = tensor;
    }
    tensors = renamed;
  });
  import();
  EXPECT_EQ(read_bytes(output_), read_bytes(path));
}

TEST(RelativeBucket, GrowsWithTheLogarithmOfTheDistance) {
  EncoderConfig config;
  config.relative_buckets = 32;
  config.relative_distance = 128;
  // Of MPNet's own code, in PyTorch.
  for (const auto& [offset, bucket] : {std::pair(0, 0),
                                       {-1, 1},
                                       {-7, 7},
                                       {-8, 8},
                                       {-11, 8},
                                       {-12, 9},
                                       {-16, 10},
                                       {-32, 12},
                                       {-64, 14},
                                       {-90, 14},
                                       {-91, 15},
                                       {-128, 15},
                                       {-500, 15},
                                       {1, 17},
                                       {7, 23},
                                       {8, 24},
                                       {16, 26},
                                       {500, 31}})
    EXPECT_EQ(relative_bucket(offset, config), bucket) << offset;
}

TEST_F(HuggingFaceImport, NarrowTypesStayNear) {
  const auto golden = test::golden("roberta/activations.json");
  for (const auto& [type, least] : {std::pair(DataType::kI8, .999), {DataType::kBF16, .9999}}) {
    compare_blocks(import(type), golden, [&, least = least](const auto& ours, const auto& expected) {
      EXPECT_GT(test::cosine(ours, expected), least);
    });
  }
}

TEST_F(HuggingFaceImport, WeightsInBf16AreRead) {
  change([](RawTensors& tensors) {
    for (auto& [name, tensor] : tensors) {
      if (tensor.dtype != "F32") continue;
      Bytes halves;
      for (std::size_t i = 0; i < tensor.bytes.size(); i += 4) {
        float value = 0;
        std::memcpy(&value, &tensor.bytes[i], 4);
        halves.push_back(static_cast<std::uint8_t>(to_bf16(value)));
        halves.push_back(static_cast<std::uint8_t>(to_bf16(value) >> 8));
      }
      tensor = {"BF16", tensor.shape, halves};
    }
  });
  compare_blocks(
      import(), test::golden("roberta/activations.json"),
      [](const auto& ours, const auto& expected) { EXPECT_GT(test::cosine(ours, expected), .9999); });
}

TEST_F(HuggingFaceImport, KeepsWeightsExactlyInF32) {
  for (const std::string name : {"roberta", "roberta_half"}) {
    use(name);
    const auto made = import();
    const ModelFile source(weights_);
    const std::string prefix = name == "roberta" ? "roberta." : "";
    for (const auto& [own, tensor] : made.tensors())
      EXPECT_EQ(made.floats(own, tensor.shape), source.floats(prefix + own, tensor.shape)) << own;
  }
}

TEST_F(HuggingFaceImport, SaysWhatItTookAndWhatNot) {
  const auto roberta = open_hugging_face(folder_);
  EXPECT_EQ(roberta.prefix, "roberta.");
  EXPECT_EQ(roberta.parameters(), 266u * 24 + 34 * 24 + 24 + 48 + 2 * (4 * 600 + 4 * 24 + 1000 + 984));
  EXPECT_EQ(roberta.ignored,
            (std::vector<std::string>{"lm_head.bias", "lm_head.dense.bias", "lm_head.dense.weight",
                                      "lm_head.layer_norm.bias", "lm_head.layer_norm.weight",
                                      "roberta.embeddings.position_ids", "roberta.pooler.dense.bias",
                                      "roberta.pooler.dense.weight"}));
  const auto made = import();
  const auto config = encoder_config_from_json(made.metadata("config"));
  EXPECT_EQ(config, roberta.config.encoder);
  EXPECT_EQ(std::tuple(config.vocabulary, config.width, config.layers, config.heads, config.ffn),
            std::tuple(266, 24, 2, 3, 40));
  EXPECT_EQ(std::tuple(config.max_tokens(), config.token_types, config.padding_id, config.projection),
            std::tuple(32, 1, 1, 0));
  EXPECT_EQ(config.norm_epsilon, 1e-5f);
  EXPECT_EQ(made.metadata("vocab"), "words");
}

TEST_F(HuggingFaceImport, ProgressCountsWeightsAndMayStop) {
  const auto roberta = open_hugging_face(folder_);
  std::uint64_t last = 0;
  save_hugging_face(roberta, output_, {{}, DataType::kI8, [&](std::uint64_t done, std::uint64_t total) {
                                         EXPECT_GT(done, last);
                                         EXPECT_LE(done, total);
                                         last = done;
                                         return true;
                                       }});
  EXPECT_GE(last, roberta.parameters());
  fs::remove(output_);
  EXPECT_THROW(save_hugging_face(roberta, output_, {{}, DataType::kF32, [](auto, auto) { return false; }}),
               Cancelled);
  EXPECT_TRUE(fs::is_empty(folder_ / "made"));
}

// ---- What is wrong is named.

TEST_F(HuggingFaceImport, EveryTensorMustBeThere) {
  const auto whole = raw_tensors(weights_);
  const auto ignored = open_hugging_face(folder_).ignored;
  for (const auto& [name, tensor] : whole) {
    auto fewer = whole;
    fewer.erase(name);
    write_raw(weights_, fewer);
    if (std::ranges::find(ignored, name) != ignored.end())
      EXPECT_NO_THROW(open_hugging_face(folder_)) << name;
    else
      expect_fault(name.substr(std::string("roberta.").size()), "tensor is missing");
  }
}

TEST_F(HuggingFaceImport, WrongTensorsAreNamed) {
  const std::string name = "roberta.encoder.layer.1.attention.self.key.weight";
  change([&](RawTensors& tensors) { tensors[name].shape = {24 * 24}; });
  expect_fault(name, "wrong shape: expected [24, 24], got [576]");
  use("roberta");
  change([&](RawTensors& tensors) { tensors[name] = {"I8", {24, 24}, Bytes(576)}; });
  expect_fault(name, "wrong dtype: expected F32, F16 or BF16, got I8");
  use("roberta");
  change([&](RawTensors& tensors) { tensors[name] = {"F64", {24, 24}, Bytes(576 * 8)}; });
  expect_fault(name, "unknown dtype");
  use("roberta");
  change([&](RawTensors& tensors) { tensors[name].bytes[2] = 0x80, tensors[name].bytes[3] = 0x7f; });
  expect_fault(name, "not finite");
  use("roberta");
  change([&](RawTensors& tensors) {
    tensors["roberta.encoder.layer.2.output.dense.bias"] = {"F32", {24}, Bytes(96)};
  });
  expect_fault("roberta.encoder.layer.2.output.dense.bias", "no part of the encoder");
  use("roberta");
  change([&](RawTensors& tensors) {
    tensors["roberta.encoder.layer.0.attention.self.query.lora_A.weight"] = {"F32", {1}, Bytes(4)};
  });
  expect_fault("lora_A", "no part of the encoder");
}

TEST_F(HuggingFaceImport, AnotherNetworksFileIsNamed) {
  fs::copy_file(test::fixture("decoder.safetensors"), weights_, fs::copy_options::overwrite_existing);
  expect_fault("model.safetensors: embeddings.word_embeddings.weight", "with or without \"roberta.\"");
}

TEST_F(HuggingFaceImport, ACutFileIsAnErrorThatNamesATensor) {
  const auto whole = read_bytes(weights_);
  Random random(3);
  for (int round = 0; round < 60; ++round) {
    const auto left = round < 8 ? static_cast<std::size_t>(round) : random.below(whole.size());
    write_bytes(weights_, std::span(whole).first(left));
    const auto said = fault();
    EXPECT_NE(said.find("model.safetensors"), std::string::npos) << said;
    const bool in_data = left > whole.size() / 2;  // the header is shorter than that
    if (in_data) {
      const auto tensor = said.find(": data run past the file's end: expected at most ");
      ASSERT_NE(tensor, std::string::npos) << said;
      EXPECT_TRUE(said.substr(0, tensor).ends_with("weight") || said.substr(0, tensor).ends_with("bias") ||
                  said.substr(0, tensor).ends_with("position_ids"))
          << said;
    }
  }
}

TEST_F(HuggingFaceImport, WhatIsNoFileOfWeightsIsNamed) {
  write_text(weights_, "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 498818054\n");
  expect_fault("model.safetensors", "Git LFS");
  write_text(weights_, "{\"this\": \"is no safetensors file\"}");
  expect_fault("model.safetensors", "header");
  fs::remove(weights_);
  expect_fault("model.safetensors", "missing");
  write_text(folder_ / "pytorch_model.bin", "PK");
  expect_fault("pytorch_model.bin", "expected one model.safetensors");
  write_text(folder_ / "model.safetensors.index.json", "{}");
  expect_fault("model.safetensors.index.json", "several files");
  fs::remove(folder_ / "model.safetensors.index.json");
  expect_fault("pytorch_model.bin", "save_pretrained");
  fs::remove(folder_ / "pytorch_model.bin");
  write_text(folder_ / "tf_model.h5", "HDF");
  expect_fault("tf_model.h5", "another format");
  EXPECT_THROW(open_hugging_face(folder_ / "config.json"), Error);
  EXPECT_THROW(open_hugging_face("nowhere"), Error);
}

TEST_F(HuggingFaceImport, TheSourceIsNeverReplaced) {
  const auto before = read_bytes(weights_);
  fs::create_symlink(weights_, folder_ / "link.safetensors");
  for (const auto* name : {"model.safetensors", "link.safetensors", "made/../model.safetensors"})
    EXPECT_THROW(save_hugging_face(open_hugging_face(folder_), folder_ / name, {{}, DataType::kF32, {}}),
                 Error);
  EXPECT_EQ(read_bytes(weights_), before);
}

TEST_F(HuggingFaceImport, OtherArchitecturesAreNamed) {
  const nlohmann::json absent = nlohmann::json::parse("", nullptr, false);
  const std::vector<std::tuple<std::string, nlohmann::json, std::string>> wrong = {
      {"model_type", "gpt2",
       "expected one of \"roberta\", \"bert\", \"mpnet\", \"distilbert\", got \"gpt2\""},
      {"model_type", absent, "model_type"},
      {"hidden_act", "gelu_new", "expected \"gelu\", got \"gelu_new\""},
      {"hidden_act", "relu", "hidden_act"},
      {"position_embedding_type", "relative_key", "expected \"absolute\""},
      {"is_decoder", true, "is_decoder"},
      {"is_decoder", "no", "is_decoder"},
      {"hidden_size", absent, "hidden_size"},
      {"hidden_size", "24", "hidden_size"},
      {"hidden_size", 1e9, "hidden_size"},
      {"hidden_size", 23, "heads"},
      {"num_hidden_layers", -1, "num_hidden_layers"},
      {"num_hidden_layers", 0, "layers"},
      {"num_hidden_layers", 3, "encoder.layer.2.attention.self.query.weight: tensor is missing"},
      {"num_hidden_layers", 1, "encoder.layer.1."},
      {"vocab_size", 50265, "word_embeddings.weight: wrong shape: expected [50265, 24], got [266, 24]"},
      {"max_position_embeddings", 2, "positions"},
      {"layer_norm_eps", 0, "norm_epsilon"},
      {"layer_norm_eps", absent, "layer_norm_eps"},
      {"pad_token_id", 266, "padding_id"}};
  for (const auto& [member, value, said] : wrong) {
    use("roberta");
    configure(member, value);
    expect_fault(said);
  }
  for (const auto* broken : {"", "{", "[]", "7", "{\"model_type\": [[[["}) {
    write_text(folder_ / "config.json", broken);
    expect_fault("config.json");
  }
  fs::remove(folder_ / "config.json");
  expect_fault("config.json");
}

// What RoBERTa's own configuration has by default may be left out.
TEST_F(HuggingFaceImport, DefaultsMayBeLeftOut) {
  const nlohmann::json absent = nlohmann::json::parse("", nullptr, false);
  const auto whole = open_hugging_face(folder_).config.encoder;
  for (const auto* member : {"hidden_act", "pad_token_id", "architectures"}) configure(member, absent);
  configure("is_decoder", false);
  configure("position_embedding_type", "absolute");
  configure("torch_dtype", "float32");
  EXPECT_EQ(open_hugging_face(folder_).config.encoder, whole);
}

TEST_F(HuggingFaceImport, MutationsEndInAnErrorOrAModel) {
  const auto weights = read_bytes(weights_), config = read_bytes(folder_ / "config.json");
  const auto spoil = [](Bytes bytes, std::size_t most, Random& random) {
    for (int i = random.between(1, 4); i > 0; --i)
      bytes[random.below(std::min(most, bytes.size()))] = static_cast<std::uint8_t>(random.below(256));
    return bytes;
  };
  Random random(11);
  for (int round = 0; round < 400; ++round) {
    write_bytes(weights_, round % 2 == 0 ? spoil(weights, 4000, random) : weights);  // mostly its header
    write_bytes(folder_ / "config.json", round % 2 == 1 ? spoil(config, config.size(), random) : config);
    try {
      save_hugging_face(open_hugging_face(folder_), output_, {{}, DataType::kI8, {}});
      Encoder{ModelFile(output_)};
    } catch (const Error&) {
    }
  }
}

}  // namespace
}  // namespace s2m
