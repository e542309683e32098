// A decoder that learns to hear a story: each emotion has its own tune, and only the passage says which it
// is.
#include "train/decoder/decoder_pairs.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <filesystem>
#include <fstream>

#include "story2midi/base/error.h"
#include "story2midi/compose/event_language.h"
#include "story2midi/nn/manifest.h"
#include "story2midi/nn/model_file.h"
#include "story2midi/tokenizers/bpe.h"
#include "tests/base/scratch_folder.h"
#include "train/loop/checkpoint.h"
#include "train/loop/trainer.h"
#include "train/modules/encoder_module.h"

namespace s2m::train {
namespace {

constexpr std::array<std::pair<double, double>, 4> kCorners{
    {{0.5, 0.5}, {-0.5, 0.5}, {-0.5, -0.5}, {0.5, -0.5}}};
constexpr const char* kFingerprint = "0123456789abcdef";
constexpr std::array<const char*, 4> kTexts{"sun", "storm", "grave", "meadow"};

// Repeats one pitch, the quadrant's own.
std::vector<Event> tune(Quadrant quadrant, int bars) {
  std::vector<Event> events;
  for (int b = 0; b < bars; ++b) {
    Event bar;
    bar.kind = kBarEvent;
    bar.values[kMetre] = static_cast<std::uint8_t>(metre_value({4, 4}));
    bar.values[kTempo] = static_cast<std::uint8_t>(4 * (index_of(quadrant) + 1));
    events.push_back(bar);
    for (int i = 0; i < 4; ++i) {
      Event note;
      note.kind = kMelodyEvent;
      note.values[kPosition] = static_cast<std::uint8_t>(12 * i);
      note.values[kPitch] = static_cast<std::uint8_t>(48 + 5 * index_of(quadrant));
      note.values[kDuration] = static_cast<std::uint8_t>(duration_value(12));
      events.push_back(note);
    }
  }
  events.emplace_back();
  return events;
}

class DecoderPairs : public testing::Test {
 protected:
  DecoderPairs() : folder_(scratch_folder() / "decoder_pairs") {
    std::filesystem::create_directories(folder_);
    write_music();
    write_passages();
    write_encoder();
    options_.labelled = folder_ / "music.events";
    options_.passages = folder_ / "passages.jsonl";
    options_.encoder = folder_ / "encoder.safetensors";
    options_.drop_emotion = 1;
    shard_ = std::make_unique<EventShard>(options_.labelled);
    reader_ = std::make_unique<StoryReader>(options_, torch::kCPU);
    pool_ = std::make_unique<PassagePool>(options_.passages);
  }
  ~DecoderPairs() override { std::filesystem::remove_all(folder_); }

  void write_music() const {
    ShardContents contents;
    contents.datasets = {"tunes"};
    for (int i = 0; i < 24; ++i) {
      ShardPiece piece;
      piece.quadrant = kQuadrants[i % 4];
      piece.split = i >= 20 ? Split::kValidation : Split::kTrain;
      piece.song = static_cast<std::uint64_t>(i);
      contents.pieces.push_back(piece);
      contents.paths.push_back(std::to_string(i));
      contents.events.push_back(tune(*piece.quadrant, 2 + i % 3));
    }
    write_event_shard(folder_ / "music.events", contents);
  }

  void write_passages() const {
    std::ofstream out(folder_ / "passages.jsonl");
    for (std::size_t q = 0; q < 4; ++q)
      for (const char* split : {"train", "validation"})
        out << R"({"text":"the )" << kTexts[q] << R"(","valence":)" << kCorners[q].first << R"(,"arousal":)"
            << kCorners[q].second << R"(,"split":")" << split << "\"}\n";
  }

  void write_encoder() const {
    int line = 0;
    const BytePairEncoder vocabulary = train_bpe(
        [&](std::string& text) {
          text = std::string("the ") + kTexts[static_cast<std::size_t>(line) % 4];
          return line++ < 8;
        },
        280);
    EncoderConfig config;
    config.vocabulary = vocabulary.size(), config.width = 16, config.layers = 1, config.heads = 2,
    config.ffn = 16, config.positions = 20;
    EncoderModule encoder(config, 1);
    torch::NoGradGuard no_grad;
    for (torch::Tensor& p : encoder.parameters())
      if (p.dim() >= 2) p.normal_(0, 0.5);
    save_model(folder_ / "encoder.safetensors",
               {{"kind", "encoder"},
                {"config", to_json(config)},
                {"vocab", vocabulary.vocab_json()},
                {"merges", vocabulary.merges_txt()},
                {kFingerprintKey, kFingerprint}},
               weights_of(encoder), DataType::kF32);
  }

  static WindowOptions windows() {
    WindowOptions options;
    options.rows = 8, options.length = 32;
    return options;
  }

  std::filesystem::path folder_;
  PairsOptions options_;
  std::unique_ptr<EventShard> shard_;
  std::unique_ptr<StoryReader> reader_;
  std::unique_ptr<PassagePool> pool_;
};

TEST_F(DecoderPairs, RowsWithTextComeFirstAndMatchTheMusic) {
  const auto unlabelled = std::make_shared<TrainingWindows>(*shard_, windows());
  const PairWindows pairs(*shard_, *pool_, unlabelled, options_);
  std::size_t with_text = 0, text_only = 0;
  for (std::int64_t step = 0; step < 200; ++step) {
    const PairBatch batch = pairs.batch(1, step);
    with_text += batch.passages.size();
    for (std::size_t row = 0; row < batch.passages.size(); ++row) {
      const std::int64_t* target = batch.events.targets.data() + row * 32 * kEventColumns;
      const Quadrant quadrant = quadrant_of(batch.passages[row]->point());
      bool shown = false;
      for (int t = 0; t < 32; ++t) {
        const std::int64_t* event = target + t * kEventColumns;
        if (event[0] == kMelodyEvent) {
          EXPECT_EQ(event[1 + kPitch], 48 + 5 * static_cast<std::int64_t>(index_of(quadrant)));
        }
        const std::int64_t* chain =
            batch.events.chain.data() + (row * 32 + static_cast<std::size_t>(t)) * kEventColumns;
        shown |= event[0] == kBarEvent && (chain[1 + kMetre] != 0 || chain[1 + kTempo] != 0);
      }
      text_only += !shown;
    }
  }
  EXPECT_NEAR(static_cast<double>(with_text) / 1600, 0.7 * 0.85, 0.05);
  EXPECT_GT(static_cast<double>(text_only) / static_cast<double>(with_text), 0.5);
  EXPECT_EQ(pairs.batch(1, 5).events.targets, pairs.batch(1, 5).events.targets);
}

TEST_F(DecoderPairs, ALongPassageIsCutToTheEncodersLength) {
  std::string words = "the";
  for (int i = 0; i < 100; ++i) words += " sun";
  const PoolPassage passage{.id = "1", .source = {}, .story = {}, .text = words};
  EXPECT_EQ(reader_->read({&passage}).states.size(1), 18 + 1) << "and a row of what is felt";
}

DecoderConfig small_decoder() {
  DecoderConfig config;
  config.width = 32, config.layers = 2, config.heads = 2, config.ffn = 64, config.memory_width = 16,
  config.window = 32;
  return with_event_language(config);
}

TEST_F(DecoderPairs, TheDecoderLearnsToHearTheStory) {
  torch::manual_seed(1);
  DecoderModule module(small_decoder(), 0);
  DecoderTaskOptions task_options;
  task_options.windows = windows();
  Task task = pairs_task(module, {*shard_, *shard_, *pool_, *reader_}, task_options, options_);
  TrainerOptions trainer;
  trainer.run = folder_ / "run";
  trainer.steps = 200, trainer.warmup = 10, trainer.learning_rate = 5e-3, trainer.threads = 1,
  trainer.bf16 = false;
  trainer.validate_every = 0;
  run(task, trainer, [](std::string_view) {});
  const Figures figures = task.validate();
  EXPECT_LT(figures.at("loss"), 0.8 * figures.at("loss_no_text"));
  EXPECT_LT(figures.at("loss"), 0.6 * figures.at("loss_wrong_text"));
  EXPECT_LT(figures.at("bar"), 1.0) << "tempo follows from the text";
  const ModelFile file(trainer.run / "last.safetensors");
  EXPECT_EQ(file.metadata(kEncoderKey), kFingerprint);
  check_pair(ModelFile(options_.encoder), file);
}

TEST_F(DecoderPairs, WithoutABodyRateOnlyWhatReadsTheStoryLearns) {
  torch::manual_seed(1);
  DecoderModule module(small_decoder(), 0);
  std::map<std::string, torch::Tensor> before;
  for (const auto& item : module.named_parameters()) before[item.key()] = item.value().detach().clone();
  DecoderTaskOptions task_options;
  task_options.windows = windows();
  auto options = options_;
  options.body_rate = 0;
  Task task = pairs_task(module, {*shard_, *shard_, *pool_, *reader_}, task_options, options);
  TrainerOptions trainer;
  trainer.run = folder_ / "frozen";
  trainer.steps = 3, trainer.warmup = 1, trainer.threads = 1, trainer.bf16 = false,
  trainer.validate_every = 0;
  run(task, trainer, [](std::string_view) {});
  for (const auto& item : module.named_parameters())
    EXPECT_EQ(torch::equal(item.value(), before[item.key()]), !reads_memory(item.key())) << item.key();
}

TEST_F(DecoderPairs, AnotherMemoryKeepsTheColumnsOfBoth) {
  DecoderConfig config;
  config.width = 32, config.layers = 2, config.heads = 2, config.ffn = 64, config.memory_width = 16;
  DecoderModule narrow(with_event_language(config), 0);
  const auto path = folder_ / "narrow.safetensors";
  export_decoder(narrow, "{}", path.string());
  config.memory_width = 24;
  DecoderModule wide(with_event_language(config), 0);
  load_decoder(path, wide);
  const auto theirs = narrow.named_parameters();
  for (const auto& item : wide.named_parameters()) {
    const torch::Tensor &ours = item.value(), &old = theirs[item.key()];
    const bool widened = item.key().find("memory") != std::string::npos;
    EXPECT_TRUE(torch::equal(widened ? ours.narrow(1, 0, 16) : ours, old)) << item.key();
    if (widened) EXPECT_EQ(ours.narrow(1, 16, 8).abs().max().item<float>(), 0) << item.key();
  }
}

TEST_F(DecoderPairs, AnEncoderWithoutAFingerprintIsRefused) {
  const ModelFile file(options_.encoder);
  auto metadata = file.metadata();
  metadata.erase(kFingerprintKey);
  std::vector<NamedTensor> tensors;
  for (const auto& [name, tensor] : file.tensors())
    tensors.push_back({name, tensor.shape, file.floats(name, tensor.shape)});
  auto options = options_;
  options.encoder = folder_ / "unnamed.safetensors";
  save_model(options.encoder, metadata, tensors, DataType::kF32);
  EXPECT_THROW(StoryReader(options, torch::kCPU), Error);
}

}  // namespace
}  // namespace s2m::train
