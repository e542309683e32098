// Emotion training starts from an imported RoBERTa: the network is its, the heads are fresh.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/nn/encoder.h"
#include "story2midi/nn/hugging_face.h"
#include "story2midi/reading/emotion_reader.h"
#include "story2midi/tokenizers/tokenizer.h"
#include "tests/base/scratch_folder.h"
#include "train/encoder/encoder_emotion.h"
#include "train/encoder/encoder_files.h"
#include "train/loop/trainer.h"

namespace s2m::train {
namespace {

namespace fs = std::filesystem;

fs::path imported(const std::string& family = "roberta") {
  const auto folder = fs::path(S2M_FIXTURES) / "nn" / family,
             path = scratch_folder() / "imported.safetensors";
  save_hugging_face(open_hugging_face(folder), path, {read_tokenizer(folder).metadata(), DataType::kF32, {}});
  return path;
}

std::vector<EmotionText> texts_of_all_quadrants() {
  const std::vector<std::pair<const char*, ValenceArousal>> kinds = {{"they danced", {0.8, 0.7}},
                                                                     {"she screamed", {-0.8f, 0.8f}},
                                                                     {"he wept", {-0.7f, -0.5f}},
                                                                     {"a calm sea", {0.6f, -0.7f}}};
  std::vector<EmotionText> texts;
  for (int copy = 0; copy < 12; ++copy)
    for (std::size_t quadrant = 0; quadrant < kinds.size(); ++quadrant) {
      EmotionText text;
      text.source = copy % 2 == 0 ? "emobank" : "goemotions";
      text.split = copy < 8 ? Split::kTrain : Split::kValidation;
      text.text = kinds[quadrant].first + std::string(static_cast<std::size_t>(copy % 3), '!');
      text.point = kinds[quadrant].second;
      text.quadrant = kQuadrants[quadrant];
      if (text.source == "goemotions") text.labels = {static_cast<int>(quadrant)};
      texts.push_back(std::move(text));
    }
  return texts;
}

EmotionTraining training_from(const fs::path& start) {
  const ModelFile file(start);
  EmotionTrainingOptions options;
  options.config = start_config(file);
  options.start = start;
  options.validate_every_text = 1;
  options.batches.quadrant_rows = 2;
  options.batches.emobank_rows = options.batches.goemotions_rows = 6;
  options.batches.longest = static_cast<std::size_t>(options.config.max_tokens());
  return {texts_of_all_quadrants(), {}, tokenizer_of(file.metadata(), "imported"), options};
}

TEST(ImportedEncoder, StartsWithItsOwnWeightsAndFreshHeads) {
  const auto start = imported();
  auto training = training_from(start);
  const auto& config = training.encoder().config();
  EXPECT_EQ(config.width, 24);
  EXPECT_EQ(config.vocabulary, 266);
  EXPECT_EQ(config.projection, EncoderConfig{}.projection);
  EXPECT_EQ(config.labels, EncoderConfig{}.labels);
  const ModelFile file(start);
  for (const auto& item : training.encoder().named_parameters()) {
    const at::Tensor& mine = item.value();
    const bool fresh = item.key().starts_with("emotion.");
    EXPECT_NE(file.tensors().contains(item.key()), fresh) << item.key();
    if (fresh && item.key().ends_with("weight")) {
      EXPECT_NEAR(mine.std().item<double>(), 0.02, 0.01) << item.key();
    }
    if (!fresh) {
      const auto own = at::tensor(file.floats(item.key(), mine.sizes().vec())).view(mine.sizes());
      EXPECT_TRUE(at::equal(own, mine)) << item.key();
    }
  }
}

TEST(ImportedEncoder, LearnsAndIsReadByTheProgram) {
  const auto folder = scratch_folder() / "imported_run";
  auto training = training_from(imported());
  TrainerOptions options;
  options.run = folder;
  options.steps = 12;
  options.warmup = 2;
  options.learning_rate = 3e-3;
  options.validate_every = 6;
  options.threads = 1;
  options.bf16 = false;
  Task task = training.task();
  const double before = task.validate().at("loss");
  const auto result = run(task, options, [](std::string_view) {});
  EXPECT_TRUE(result.finished);
  EXPECT_LT(result.best_loss, before);
  const EmotionReader reader(folder / "best.safetensors", 1);
  EXPECT_TRUE(reader.has_heads());
  EXPECT_GT(reader.read("they danced").valence, reader.read("he wept").valence);
  EXPECT_EQ(reader.memory("they danced").width, 24);
}

// The module computes what the program's encoder does, of every family.
TEST(ImportedEncoder, EveryFamilyAgreesWithTheProgram) {
  const at::NoGradGuard no_grad;
  for (const std::string family : {"roberta", "bert", "mpnet", "distilbert"}) {
    const auto path = imported(family);
    const auto model = load_encoder(path);
    const auto ids = clipped_tokens(model.tokenizer, "The sea was not calm, it was a storm. No night!",
                                    static_cast<std::size_t>(model.encoder->config().max_tokens()));
    const at::Tensor tokens = at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end())).unsqueeze(0);
    const at::Tensor theirs = model.encoder->states(tokens).flatten();
    const auto ours = Encoder(ModelFile(path)).read(ids).states;
    EXPECT_LT((at::tensor(ours) - theirs).abs().max().item<float>(), 1e-4f) << family;
  }
}

// An encoder that has heads brings them along, as before.
TEST(ImportedEncoder, HeadsThatAreThereAreKept) {
  auto first = training_from(imported());
  const auto path = scratch_folder() / "with_heads.safetensors";
  const at::NoGradGuard no_grad;
  at::Tensor(first.encoder().parameter("emotion.labels.bias")).fill_(0.25);
  export_encoder(first.encoder(), tokenizer_of(ModelFile(imported()).metadata(), "imported"), path);
  auto second = training_from(path);
  EXPECT_TRUE(at::equal(second.encoder().parameter("emotion.labels.bias"),
                        first.encoder().parameter("emotion.labels.bias")));
}

TEST(ImportedEncoder, SaysWhereHeadsAreNeeded) {
  const auto model = load_encoder(imported());
  try {
    model.encoder->heads(at::zeros({1, 24}));
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(error.expected.find("encoder-emotion --start"), std::string::npos);
  }
  const auto decoder = fs::path(S2M_FIXTURES) / "nn/decoder.safetensors";
  EXPECT_THROW(start_config(ModelFile(decoder)), Error);
}

}  // namespace
}  // namespace s2m::train
