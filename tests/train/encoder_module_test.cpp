#include "train/modules/encoder_module.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "story2midi/base/error.h"
#include "story2midi/base/random.h"
#include "story2midi/nn/encoder.h"
#include "story2midi/nn/parameters.h"
#include "tests/base/scratch_folder.h"
#include "train/encoder/encoder_files.h"
#include "train/encoder/encoder_tensors.h"
#include "train/loop/checkpoint.h"

namespace s2m::train {
namespace {

EncoderConfig small_config(Random& random) {
  EncoderConfig config;
  config.heads = random.between(1, 3);
  config.width = 8 * config.heads;
  config.layers = random.between(1, 3);
  config.ffn = random.between(5, 40);
  config.vocabulary = random.between(10, 60);
  config.positions = random.between(6, 20);
  config.projection = 6;
  return config;
}

// Larger than the start of training, so that every layer matters.
void stir(EncoderModule& encoder) {
  const at::NoGradGuard no_grad;
  at::manual_seed(5);
  for (auto& item : encoder.named_parameters()) item.value().add_(at::randn_like(item.value()) * 0.3);
}

std::filesystem::path saved(const EncoderModule& encoder) {
  const auto path = scratch_folder() / "encoder_module_test.safetensors";
  save_model(path, {{"kind", "encoder"}, {"config", to_json(encoder.config())}}, weights_of(encoder),
             DataType::kF32);
  return path;
}

TEST(EncoderModule, HasTheParametersOfTheTable) {
  const EncoderConfig config;
  const EncoderModule encoder(config, 1);
  std::vector<std::pair<std::string, Shape>> table, ours;
  visit_parameters(config,
                   [&](const std::string& name, const Shape& shape) { table.emplace_back(name, shape); });
  for (const auto& item : encoder.named_parameters())
    ours.emplace_back(item.key(), item.value().sizes().vec());
  std::ranges::sort(table);
  std::ranges::sort(ours);
  EXPECT_EQ(ours, table);
}

TEST(EncoderModule, RelativeBiasMovesAttentionByDistanceAlone) {
  EncoderConfig config;
  config.vocabulary = 20, config.width = 16, config.heads = 2, config.ffn = 32, config.layers = 1;
  config.positions = 40, config.first_position = 0, config.token_types = 0, config.relative_buckets = 8;
  config.relative_distance = 16;
  EncoderModule encoder(config, 5);
  const at::NoGradGuard no_grad;
  at::Tensor(encoder.parameter("embeddings.position_embeddings.weight")).zero_();
  const at::Tensor tokens = at::tensor({3, 4, 5, 6, 7, 8, 9, 10}, at::kLong).unsqueeze(0);
  // Without positions and without bias the network knows no order.
  at::Tensor bias = encoder.parameter("encoder.relative_attention_bias.weight");
  const at::Tensor kept = bias.clone();
  bias.zero_();
  const at::Tensor reversed = tokens.flip(1);
  EXPECT_TRUE(at::allclose(encoder.states(tokens), encoder.states(reversed).flip(1), 1e-4, 1e-5));
  bias.copy_(kept * 50);
  EXPECT_FALSE(at::allclose(encoder.states(tokens), encoder.states(reversed).flip(1), 1e-4, 1e-3));
  // Padding changes nothing.
  const at::Tensor padded = at::cat({tokens, at::ones({1, 3}, at::kLong)}, 1);
  const at::Tensor lengths = at::tensor({8}, at::kLong);
  EXPECT_TRUE(
      at::allclose(encoder.states(padded, lengths).narrow(1, 0, 8), encoder.states(tokens), 1e-3, 1e-4));
}

// Live parity: padded rows up to the longest passage give what the reference gives each passage alone.
TEST(EncoderModule, AgreesWithTheReference) {
  for (std::uint64_t round = 0; round < 6; ++round) {
    Random random(round, 77);
    EncoderModule module(small_config(random), round);
    stir(module);
    const EncoderConfig& config = module.config();
    const Encoder reference{ModelFile(saved(module))};
    std::vector<std::vector<TokenId>> passages(4);
    for (std::size_t i = 0; i < passages.size(); ++i)
      for (int k = i == 0 ? config.max_tokens() : random.between(1, config.max_tokens()); k > 0; --k)
        passages[i].push_back(random.between(2, config.vocabulary - 1));
    std::vector<const std::vector<TokenId>*> lists;
    for (const auto& passage : passages) lists.push_back(&passage);
    const GroupedTokens grouped = group_by_length(lists, 1000);
    const at::NoGradGuard no_grad;
    const at::Tensor pooled = pooled_states(module, grouped.groups.front());
    const EmotionHeads heads = module.heads(pooled);
    for (std::size_t row = 0; row < passages.size(); ++row) {
      const EncoderOutput expected = reference.read(passages[grouped.order[row]]);
      const auto at_row = static_cast<std::int64_t>(row);
      for (int k = 0; k < config.width; ++k)
        EXPECT_NEAR(pooled[at_row][k].item<float>(), expected.pooled[static_cast<std::size_t>(k)], 1e-4);
      EXPECT_NEAR(heads.valence_arousal[at_row][0].item<float>(), expected.valence, 1e-4);
      EXPECT_NEAR(heads.valence_arousal[at_row][1].item<float>(), expected.arousal, 1e-4);
      for (int k = 0; k < config.projection; ++k)
        EXPECT_NEAR(heads.projection[at_row][k].item<float>(),
                    expected.projection[static_cast<std::size_t>(k)], 1e-4);
    }
  }
}

TEST(EncoderModule, AReadingsPartsAgreeWithTheReference) {
  Random random(3);
  EncoderConfig config = small_config(random);
  config.positions = 12;
  EncoderModule module(config, 3);
  stir(module);
  const Encoder reference{ModelFile(saved(module))};
  const SharedReading reading{{0, 3, 4, 5, 6, 2}, {{1, 3}, {3, 5}}};
  const auto parts = reference.read(std::span(&reading, 1), 1).front();
  const at::NoGradGuard no_grad;
  const at::Tensor tokens =
      at::tensor(std::vector<std::int64_t>(reading.ids.begin(), reading.ids.end())).view({1, -1});
  const at::Tensor pooled = pooled_parts(module.states(tokens), {{0, 1, 3}, {0, 3, 5}});
  for (std::size_t i = 0; i < parts.size(); ++i)
    EXPECT_TRUE(at::allclose(at::tensor(parts[i].pooled), pooled[static_cast<std::int64_t>(i)], 1e-4, 1e-4));
}

TEST(EncoderModule, HeadsOfPartsAgreeWithTheReference) {
  Random random(4);
  EncoderConfig config = small_config(random);
  config.positions = 12;
  config.scales = 2;
  EncoderModule module(config, 4);
  stir(module);
  const Encoder reference{ModelFile(saved(module))};
  const SharedReading reading{{0, 3, 4, 5, 6, 2}, {{1, 3}, {3, 5}}};
  const auto parts = reference.read(std::span(&reading, 1), 1).front();
  const at::NoGradGuard no_grad;
  const TokenGroup group{.length = 6,
                         .tokens = {reading.ids.begin(), reading.ids.end()},
                         .lengths = {6},
                         .parts = {{0, 1, 3}, {0, 3, 5}}};
  const EmotionHeads heads = module.heads(pooled_states(module, group));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    EXPECT_TRUE(at::allclose(at::tensor(parts[i].on_scales), heads.valence_arousal[row], 1e-4, 1e-4));
    EXPECT_EQ(parts[i].on_scales.size(), 4u);
    EXPECT_TRUE(at::allclose(at::tensor(parts[i].projection), heads.projection[row], 1e-4, 1e-4));
  }
}

EncoderConfig tiny_config() {
  EncoderConfig config;
  config.width = 16, config.heads = 2, config.layers = 1, config.ffn = 8, config.vocabulary = 300;
  return config;
}

Tokenizer tiny_tokenizer() {
  return train_bpe([](std::string&) { return false; }, 300);
}

std::filesystem::path exported(const EncoderConfig& config, std::uint64_t seed, const std::string& name) {
  EncoderModule encoder(config, seed);
  stir(encoder);
  const auto path = scratch_folder() / (name + ".safetensors");
  export_encoder(encoder, tiny_tokenizer(), path);
  return path;
}

TEST(EncoderModule, MeanOfEncodersIsTheMeanOfTheirWeights) {
  const EncoderConfig config = tiny_config();
  const std::vector<std::filesystem::path> paths = {exported(config, 1, "a"), exported(config, 2, "b"),
                                                    exported(config, 2, "b")};
  const TrainedEncoder one = load_encoder(paths[0]), two = load_encoder(paths[1]),
                       mean = average_weights(paths);
  for (const auto& item : mean.encoder->named_parameters()) {
    const at::Tensor expected =
        (one.encoder->parameter(item.key()) + 2 * two.encoder->parameter(item.key())) / 3;
    EXPECT_TRUE(at::allclose(item.value(), expected, 1e-5, 1e-6)) << item.key();
  }
}

TEST(EncoderModule, TheFingerprintOutlivesEveryNumberFormat) {
  const EncoderConfig config = tiny_config();
  const std::vector<std::filesystem::path> paths = {exported(config, 1, "a"), exported(config, 2, "b")};
  const TrainedEncoder trained = load_encoder(paths[0]);
  ASSERT_EQ(trained.fingerprint.size(), 16U);
  for (const DataType type : {DataType::kBF16, DataType::kI8}) {
    const auto path = scratch_folder() / "small.safetensors";
    export_encoder(*trained.encoder, trained.tokenizer, path, type, trained.fingerprint);
    EXPECT_EQ(load_encoder(path).fingerprint, trained.fingerprint) << to_string(type);
  }
  EXPECT_EQ(average_weights({paths.data(), 1}).fingerprint, trained.fingerprint);
  EXPECT_NE(load_encoder(paths[1]).fingerprint, trained.fingerprint) << "other weights";
  EXPECT_TRUE(average_weights(paths).fingerprint.empty()) << "other weights";
}

TEST(EncoderModule, PullingBackLeavesTheHeads) {
  const EncoderConfig config = tiny_config();
  const auto start = exported(config, 1, "start"), end = exported(config, 2, "end");
  const TrainedEncoder first = load_encoder(start), last = load_encoder(end), between = load_encoder(end);
  interpolate_towards(*between.encoder, start, 0.25);
  for (const auto& item : between.encoder->named_parameters()) {
    const at::Tensor& a = first.encoder->parameter(item.key());
    const at::Tensor& b = last.encoder->parameter(item.key());
    const bool head = item.key().starts_with("emotion.");
    EXPECT_TRUE(at::allclose(item.value(), head ? b : 0.25 * a + 0.75 * b, 1e-5, 1e-6)) << item.key();
  }
}

TEST(EncoderModule, MeanOfEncodersOfTwoShapesIsRefused) {
  const EncoderConfig config = tiny_config();
  EncoderConfig deeper = config;
  deeper.layers = 2;
  const std::vector<std::filesystem::path> paths = {exported(config, 1, "a"), exported(deeper, 1, "deep")};
  EXPECT_THROW(average_weights(paths), Error);
}

}  // namespace
}  // namespace s2m::train
