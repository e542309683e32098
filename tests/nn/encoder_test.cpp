#include "story2midi/nn/encoder.h"

#include <array>

#include "story2midi/base/error.h"
#include "story2midi/nn/encoder_layers.h"
#include "tests/nn/golden.h"

namespace s2m {
namespace {

using Ids = std::vector<std::int32_t>;

class EncoderTest : public ::testing::Test {
 protected:
  const ModelFile file{test::fixture("encoder.safetensors")};
  const Encoder encoder{file};
  const nlohmann::json golden = test::golden("encoder.json");
  const Ids padded = golden["passages"][0]["ids"].get<Ids>();

  // Ours are the right results, and too far from the mistake's for anything to be both.
  void expect_avoids(const std::string& mistake) {
    const auto pooled = encoder.read(padded).pooled;
    EXPECT_LT(test::largest_difference(pooled, test::flat(golden["passages"][0]["pooled"])), test::kParity);
    EXPECT_GT(test::largest_difference(pooled, test::flat(golden["mistakes"][mistake])), 2 * test::kParity);
  }
};

TEST_F(EncoderTest, EveryBlockAgreesWithTheGoldenNetwork) {
  const auto weights = bind_encoder(file);
  for (const auto& passage : golden["passages"]) {
    Workspace work;
    const auto ids = passage["ids"].get<Ids>();
    const auto rows = embed_tokens(weights, std::array{TokenIds(ids)}, work);
    EXPECT_LT(test::largest_difference(rows.x, test::flat(passage["embedded"])), test::kParity);
    for (std::size_t i = 0; i < weights.layers.size(); ++i) {
      apply_layer(weights, static_cast<int>(i), work, rows);
      EXPECT_LT(test::largest_difference(rows.x, test::flat(passage["layers"][i])), test::kParity)
          << "layer " << i;
    }
  }
}

TEST_F(EncoderTest, HeadsAgreeWithTheGoldenNetwork) {
  for (const auto& passage : golden["passages"]) {
    const auto output = encoder.read(passage["ids"].get<Ids>());
    EXPECT_LT(test::largest_difference(output.pooled, test::flat(passage["pooled"])), test::kParity);
    EXPECT_LT(test::largest_difference(output.label_probabilities, test::flat(passage["labels"])),
              test::kParity);
    EXPECT_LT(test::largest_difference(output.projection, test::flat(passage["projection"])), test::kParity);
    EXPECT_NEAR(output.valence, passage["valence_arousal"][0].get<float>(), test::kParity);
    EXPECT_NEAR(output.arousal, passage["valence_arousal"][1].get<float>(), test::kParity);
  }
}

TEST_F(EncoderTest, PositionsStartBehindThePaddingId) { expect_avoids("positions_from_zero"); }
TEST_F(EncoderTest, GeluIsExactNotTanh) { expect_avoids("tanh_gelu"); }
TEST_F(EncoderTest, NormsFollowTheSum) { expect_avoids("pre_norm"); }
TEST_F(EncoderTest, EpsilonStandsInsideTheRoot) { expect_avoids("epsilon_outside_root"); }
TEST_F(EncoderTest, PaddingIsNotAttended) { expect_avoids("padding_attended"); }
TEST_F(EncoderTest, PaddingIsNotPooled) { expect_avoids("padding_pooled"); }
TEST_F(EncoderTest, TokenTypeRowIsAdded) { expect_avoids("no_token_type"); }
TEST_F(EncoderTest, QueriesAndKeysKeepTheirPlaces) { expect_avoids("query_key_swapped"); }

TEST_F(EncoderTest, PaddingChangesNoByte) {
  const Ids plain(padded.begin(), padded.end() - 2);
  EXPECT_EQ(encoder.read(padded), encoder.read(plain));
}

TEST_F(EncoderTest, BatchesEqualSinglesAtAnyNumberOfThreads) {
  Random random(3);
  std::vector<Ids> passages(17);
  for (auto& ids : passages)
    for (int i = random.between(1, 12); i > 0; --i) ids.push_back(random.between(2, 39));
  for (const int threads : {1, 2, 5}) {
    const auto outputs = encoder.read(passages, threads);
    ASSERT_EQ(outputs.size(), passages.size());
    for (std::size_t i = 0; i < passages.size(); ++i) EXPECT_EQ(outputs[i], encoder.read(passages[i]));
  }
}

TEST_F(EncoderTest, TokensBeyondItsTablesAreErrors) {
  EXPECT_THROW(encoder.read(Ids{0, 40, 2}), Error);
  EXPECT_THROW(encoder.read(Ids{0, -1, 2}), Error);
  EXPECT_THROW(encoder.read(Ids{}), Error);
  EXPECT_THROW(encoder.read(Ids{1, 1}), Error);
  EXPECT_NO_THROW(encoder.read(Ids(12, 5)));
  EXPECT_THROW(encoder.read(Ids(13, 5)), Error);
  EXPECT_THROW(encoder.read(std::vector<Ids>{{3}, {99}, {4}}, 2), Error);
}

// ---- What a file must hold.

class EncoderFileTest : public ::testing::Test {
 protected:
  const EncoderConfig config =
      encoder_config_from_json(ModelFile(test::fixture("encoder.safetensors")).metadata("config"));
  std::vector<NamedTensor> tensors = test::random_parameters(config, 5);
  const test::TemporaryFile file{"encoder.safetensors"};

  Encoder load(const std::string& kind = "encoder") {
    save_model(file.path(), {{"kind", kind}, {"config", to_json(config)}}, tensors, DataType::kF32);
    return Encoder(ModelFile(file.path()));
  }
};

TEST_F(EncoderFileTest, EveryParameterMustBeThere) {
  EXPECT_NO_THROW(load());
  const auto all = tensors;
  for (std::size_t i = 0; i < all.size(); ++i) {
    tensors = all;
    tensors.erase(tensors.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THROW(load(), Error) << all[i].name;
  }
}

TEST_F(EncoderFileTest, ShapesMustFit) {
  std::swap(tensors[0].shape[0], tensors[0].shape[1]);
  EXPECT_THROW(load(), Error);
}

TEST_F(EncoderFileTest, OnlyNamedExtrasAreTolerated) {
  tensors.push_back({"embeddings.position_ids", {1, 2}, {0, 1}});
  tensors.push_back({"mlm.dense.weight", {1}, {0}});
  EXPECT_NO_THROW(load());
  tensors.push_back({"encoder.layer.2.output.dense.bias", {1}, {0}});
  EXPECT_THROW(load(), Error);
}

TEST_F(EncoderFileTest, AScaleBelongsToAnInt8Tensor) {
  tensors.push_back({"embeddings.word_embeddings.weight.scale", {40}, std::vector<float>(40)});
  EXPECT_THROW(load(), Error);
}

TEST_F(EncoderFileTest, AnotherKindIsAnError) { EXPECT_THROW(load("decoder"), Error); }

TEST(EncoderFile, AnImpossibleConfigurationNamesTheFileAndTheMember) {
  const test::TemporaryFile file("two_positions.safetensors");
  const EncoderConfig config{.positions = 2};
  save_model(file.path(), {{"kind", "encoder"}, {"config", to_json(config)}}, {}, DataType::kF32);
  try {
    const Encoder encoder{ModelFile(file.path())};
    FAIL();
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("two_positions.safetensors: model configuration: positions"), std::string::npos)
        << text;
  }
}

// Of random weights, in a number format.
Encoder random_encoder(DataType type) {
  const EncoderConfig config{.vocabulary = 64,
                             .width = 64,
                             .layers = 2,
                             .heads = 4,
                             .ffn = 128,
                             .positions = 40,
                             .token_types = 1,
                             .padding_id = 1,
                             .norm_epsilon = 1e-5f,
                             .projection = 16,
                             .labels = 3};
  const test::TemporaryFile file("narrow.safetensors");
  save_model(file.path(), {{"kind", "encoder"}, {"config", to_json(config)}},
             test::random_parameters(config, 8), type);
  return Encoder(ModelFile(file.path()));
}

TEST(NarrowEncoders, StayNearTheFullNetwork) {
  const auto states = [&](DataType type) {
    return random_encoder(type).read(Ids{0, 17, 40, 8, 63, 2}).states;
  };
  EXPECT_GT(test::cosine(states(DataType::kF32), states(DataType::kI8)), 0.999);
  EXPECT_GT(test::cosine(states(DataType::kF32), states(DataType::kI4)), 0.98);
}

// Several texts share a pass over the weights: more tokens than one pass takes, in every number format.
TEST(NarrowEncoders, TextsGetTheSameBytesBesideAnyOthers) {
  Random random(5);
  std::vector<Ids> texts(40);
  for (auto& ids : texts)
    for (int i = random.between(1, 30); i > 0; --i) ids.push_back(random.between(2, 63));
  for (const DataType type : {DataType::kF32, DataType::kBF16, DataType::kI8, DataType::kI4}) {
    const Encoder encoder = random_encoder(type);
    const auto together = encoder.read(texts, 1), shared_out = encoder.read(texts, 3);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      EXPECT_EQ(together[i], encoder.read(texts[i])) << i;
      EXPECT_EQ(shared_out[i], together[i]) << i;
    }
  }
}

}  // namespace
}  // namespace s2m
