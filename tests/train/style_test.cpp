// Learning a style: a frozen decoder learns one composer's pieces by low-rank changes, and resumes bit for bit.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <filesystem>
#include <map>
#include <memory>

#include "story2midi/base/files.h"
#include "story2midi/compose/event_language.h"
#include "story2midi/nn/decoder.h"
#include "tests/base/scratch_folder.h"
#include "train/decoder/style_task.h"
#include "train/loop/trainer.h"

namespace s2m::train {
namespace {

const PrintLine kSilent = [](std::string_view) {};

DecoderConfig small_config() {
  DecoderConfig config;
  config.width = 32, config.layers = 2, config.heads = 2, config.ffn = 64;
  config.memory_width = 8, config.window = 64;
  return with_event_language(config);
}

// Bars of one repeated note.
std::vector<Event> a_tune(int pitch) {
  std::vector<Event> events;
  for (int bar = 0; bar < 8; ++bar) {
    Event start{.kind = kBarEvent};
    start.values[kMetre] = static_cast<std::uint8_t>(metre_value({4, 4}));
    start.values[kTempo] = 10, start.values[kLocalKey] = 1;
    events.push_back(start);
    for (int i = 0; i < 4; ++i) {
      Event note{.kind = kMelodyEvent};
      note.values[kPosition] = static_cast<std::uint8_t>(12 * i);
      note.values[kPitch] = static_cast<std::uint8_t>(pitch);
      note.values[kDuration] = static_cast<std::uint8_t>(duration_value(12));
      events.push_back(note);
    }
  }
  events.emplace_back();
  return events;
}

class LearningAStyle : public testing::Test {
 protected:
  LearningAStyle() {
    std::filesystem::create_directories(folder_);
    ShardContents contents;
    contents.datasets = {"own"};
    for (int i = 0; i < 20; ++i) {
      ShardPiece piece;
      piece.split = i < 2 ? Split::kValidation : Split::kTrain;
      contents.pieces.push_back(piece);
      contents.paths.push_back(std::to_string(i));
      contents.events.push_back(a_tune(60 + i % 3));
    }
    write_event_shard(folder_ / "own.events", contents);
    shard_ = std::make_unique<EventShard>(folder_ / "own.events");
    torch::manual_seed(7);
    decoder_ = std::make_unique<DecoderModule>(small_config(), 0);
    export_decoder(*decoder_, "{}", (folder_ / "decoder.safetensors").string());
    options_.windows.rows = 4, options_.windows.length = 64;
    trainer_.steps = 40, trainer_.warmup = 2, trainer_.learning_rate = 1e-2, trainer_.bf16 = false;
    trainer_.validate_every = 10, trainer_.run = folder_ / "run";
  }
  ~LearningAStyle() override { std::filesystem::remove_all(folder_); }

  // The changes after so many steps in all.
  std::map<std::string, LowRankChange> learn(const std::vector<std::int64_t>& stops) {
    std::filesystem::remove_all(trainer_.run);
    std::map<std::string, LowRankChange> changes;
    trainer_.resume = false;
    for (const auto stop : stops) {
      DecoderModule decoder(small_config(), 0);
      load_decoder(folder_ / "decoder.safetensors", decoder);
      torch::manual_seed(3);
      StyleModule style(decoder, 4);
      Task task = style_task(style, decoder, *shard_, options_);
      trainer_.stop_after = stop;
      result_ = run(task, trainer_, kSilent);
      trainer_.resume = true;
      changes = style.changes();
    }
    return changes;
  }

  std::filesystem::path folder_ = scratch_folder() / "learning_a_style";
  std::unique_ptr<DecoderModule> decoder_;
  DecoderTaskOptions options_;
  TrainerOptions trainer_;
  TrainerResult result_;
  std::unique_ptr<EventShard> shard_;
};

TEST_F(LearningAStyle, LowersTheLossAndLeavesTheDecoderAsItIs) {
  DecoderModule decoder(small_config(), 0);
  load_decoder(folder_ / "decoder.safetensors", decoder);
  StyleModule style(decoder, 4);
  const double before = held_out_loss(style, decoder, *shard_, options_);
  DecoderModule plain(small_config(), 0);
  load_decoder(folder_ / "decoder.safetensors", plain);
  EXPECT_NEAR(before, evaluate_decoder(plain, *shard_, Split::kValidation, options_.windows, 0).at("loss"),
              1e-6);
  learn({0});
  EXPECT_LT(result_.best_loss, 0.95 * before);  // heads stay as they were drawn
  const auto trained = plain.named_parameters();
  for (const auto& item : decoder_->named_parameters())
    EXPECT_TRUE(torch::equal(item.value(), trained[item.key()])) << item.key();
}

TEST_F(LearningAStyle, ResumesBitForBit) {
  const auto whole = learn({0}), parts = learn({7, 23, 0});
  ASSERT_EQ(whole.size(), 8u);
  for (const auto& [name, change] : whole) {
    EXPECT_EQ(parts.at(name).up, change.up) << name;
    EXPECT_EQ(parts.at(name).down, change.down) << name;
  }
}

TEST_F(LearningAStyle, IsWhatTheProductComputes) {
  const auto changes = learn({0});
  const Decoder product(ModelFile(folder_ / "decoder.safetensors"), {changes, 1});
  const auto events = a_tune(61);
  auto state = product.start(product.no_text());
  double sum = 0;
  for (const double nats : product.surprisal(
           state, {reinterpret_cast<const std::uint8_t*>(events.data()), events.size() * sizeof(Event)}))
    sum += nats;
  DecoderModule decoder(small_config(), 0);
  load_decoder(folder_ / "decoder.safetensors", decoder);
  std::map<std::string, torch::Tensor> weights;
  for (auto& item : decoder.named_parameters())
    if (const auto change = changes.find(item.key()); change != changes.end()) {
      std::vector<float> values(item.value().data_ptr<float>(),
                                item.value().data_ptr<float>() + item.value().numel());
      add_change(change->second, 1, values);
      weights[item.key()] = torch::tensor(values).view(item.value().sizes());
    }
  decoder.use(weights);
  decoder.eval();
  EventBatch batch(1, 64);
  write_window(batch, 0, 0, events, kAllFields);
  LossSums sums(decoder.config());
  sums.add(decoder.losses(to_tensors(batch, torch::kCPU)));
  EXPECT_NEAR(sum / static_cast<double>(events.size()), sums.figures().at("loss"), 1e-3);
}

}  // namespace
}  // namespace s2m::train
