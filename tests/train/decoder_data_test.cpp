// Windows, baselines, and a decoder that learns from a shard of its own.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <filesystem>

#include "story2midi/compose/event_language.h"
#include "tests/base/scratch_folder.h"
#include "train/data/decoder_windows.h"
#include "train/decoder/decoder_task.h"
#include "train/decoder/event_baselines.h"
#include "train/loop/trainer.h"

namespace s2m::train {
namespace {

Event bar(std::uint8_t valence) {
  Event event;
  event.kind = kBarEvent;
  event.values[kMetre] = static_cast<std::uint8_t>(metre_value({4, 4}));
  event.values[kTempo] = 10, event.values[kLocalKey] = 1, event.values[kValence] = valence,
  event.values[kArousal] = valence;
  return event;
}

// A scale that goes up and starts again: pieces a decoder can learn in seconds.
std::vector<Event> scale(int bars, int start) {
  std::vector<Event> events;
  for (int b = 0; b < bars; ++b) {
    events.push_back(bar(5));
    for (int i = 0; i < 4; ++i) {
      Event note;
      note.kind = kMelodyEvent;
      note.values[kPosition] = static_cast<std::uint8_t>(12 * i);
      note.values[kPitch] = static_cast<std::uint8_t>(60 + (start + 4 * b + i) % 12);
      note.values[kDuration] = static_cast<std::uint8_t>(duration_value(12));
      events.push_back(note);
    }
  }
  events.emplace_back();
  return events;
}

class DecoderData : public testing::Test {
 protected:
  DecoderData() : folder_(scratch_folder() / "decoder_data") {
    std::filesystem::create_directories(folder_);
    ShardContents contents;
    contents.datasets = {"up", "rest"};
    for (int i = 0; i < 40; ++i) {
      ShardPiece piece;
      piece.dataset = i % 4 == 0;
      piece.split = i % 10 == 9 ? Split::kValidation : Split::kTrain;
      piece.song = static_cast<std::uint64_t>(i);
      contents.pieces.push_back(piece);
      contents.paths.push_back(std::to_string(i));
      contents.events.push_back(scale(3 + i % 20, i % 12));
    }
    write_event_shard(folder_ / "music.events", contents);
    shard_ = std::make_unique<EventShard>(folder_ / "music.events");
  }
  ~DecoderData() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  std::unique_ptr<EventShard> shard_;
};

WindowOptions small_windows() {
  WindowOptions options;
  options.rows = 4, options.length = 64;
  return options;
}

TEST_F(DecoderData, BatchesAreAFunctionOfSeedAndStep) {
  const TrainingWindows one(*shard_, small_windows()), two(*shard_, small_windows());
  const EventBatch last = one.batch(1, 99), again = two.batch(1, 99);
  EXPECT_EQ(last.inputs, again.inputs);
  EXPECT_EQ(last.targets, again.targets);
  EXPECT_NE(last.targets, one.batch(1, 100).targets);
  EXPECT_NE(last.targets, one.batch(2, 99).targets);
}

TEST_F(DecoderData, InputsAreTheTargetsBeforeThem) {
  const TrainingWindows windows(*shard_, small_windows());
  for (std::int64_t step = 0; step < 20; ++step) {
    const EventBatch batch = windows.batch(3, step);
    for (int i = 0; i < batch.rows * batch.length; ++i) {
      const auto at = static_cast<std::size_t>(i) * kEventColumns;
      ASSERT_GE(batch.targets[at], 0) << "rows are filled";
      if (i % batch.length == 0) {
        EXPECT_EQ(batch.inputs[at], kStartEvent);
      }
      if (batch.inputs[at] == kStartEvent) {
        EXPECT_EQ(batch.targets[at], kBarEvent);
        continue;
      }
      EXPECT_EQ(batch.inputs[at], batch.targets[at - kEventColumns]);
      for (std::size_t k = 1; k < kEventColumns; ++k) {
        EXPECT_EQ(batch.inputs[at + k], batch.chain[at - kEventColumns + k]);
        const bool hidden = batch.targets[at - kEventColumns] == kBarEvent && batch.inputs[at + k] == 0;
        if (!hidden) {
          EXPECT_EQ(batch.inputs[at + k], batch.targets[at - kEventColumns + k]);
        }
      }
    }
  }
}

TEST(ShownFields, AreHiddenAsOftenAsAskedAndEmotionTogether) {
  const WindowOptions options;
  Random random(4);
  int tempo = 0, none = 0;
  for (int i = 0; i < 20000; ++i) {
    const ShownFields shown = draw_shown_fields(options, random);
    EXPECT_EQ(shown[kValence], shown[kArousal]);
    tempo += shown[kTempo];
    none += shown == ShownFields{};
  }
  EXPECT_NEAR(tempo / 20000.0, 0.75 * 0.85, 0.02);
  EXPECT_NEAR(none / 20000.0, 0.15, 0.01);
}

TEST_F(DecoderData, HeldOutWindowsCoverTheSplitOnce) {
  std::size_t events = 0, whole = 0;
  const std::vector<Window> windows = held_out_windows(*shard_, Split::kValidation, 32);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const auto piece = shard_->events(*windows[i].piece);
    EXPECT_TRUE(piece[windows[i].first].is_bar());
    EXPECT_EQ(windows[i].piece->split, Split::kValidation);
    const bool last = i + 1 == windows.size() || windows[i + 1].piece != windows[i].piece;
    const std::size_t end = last ? piece.size() : windows[i + 1].first;
    EXPECT_LE(end - windows[i].first, 32u);
    events += end - windows[i].first;
  }
  for (const ShardPiece& piece : shard_->pieces())
    whole += piece.split == Split::kValidation ? piece.event_count : 0;
  EXPECT_EQ(events, whole);
}

TEST_F(DecoderData, BaselinesKnowWhatCountingCanKnow) {
  const BaselineFigures figures = event_baselines(*shard_, Split::kValidation);
  // Pitch is one of twelve, and given the one before it is certain; position is one of four, and a bar
  // follows the last.
  EXPECT_NEAR(figures.unigram_note, std::log(12) + std::log(5), 0.3);
  EXPECT_LT(figures.markov_note, 0.6);
  EXPECT_GT(figures.notes, 0);
}

TEST_F(DecoderData, TheDecoderLearnsTheScale) {
  DecoderConfig config;
  config.width = 32, config.layers = 2, config.heads = 2, config.ffn = 64, config.memory_width = 8,
  config.window = 64;
  torch::manual_seed(1);
  DecoderModule module(with_event_language(config), 0);
  DecoderTaskOptions options;
  options.windows = small_windows();
  Task task = decoder_task(module, *shard_, options);
  const double before = task.validate().at("note");
  TrainerOptions trainer;
  trainer.run = folder_ / "run";
  trainer.steps = 150, trainer.warmup = 10, trainer.learning_rate = 5e-3, trainer.threads = 1;
  trainer.bf16 = false;
  run(task, trainer, [](std::string_view) {});
  const Figures after = task.validate();
  EXPECT_GT(before, 10);
  EXPECT_LT(after.at("note"), 1.0);
  EXPECT_LT(after.at("note"), event_baselines(*shard_, Split::kValidation).unigram_note);
}

}  // namespace
}  // namespace s2m::train
