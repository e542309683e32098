// Fine-tuning on text-music pairs: labelled music with story passages of the same emotion, drawn anew for each window.
#pragma once

#include <unordered_map>

#include "lab/datasets/text_music_pairs.h"
#include "story2midi/reading/emotion_reader.h"
#include "train/decoder/decoder_task.h"

namespace s2m::train {

struct PairsOptions {
  std::filesystem::path labelled;  // shard of music whose emotion is known
  std::filesystem::path passages;  // see PassagePool
  std::filesystem::path encoder;   // model file; it stays as it is
  double share = 1;                // of the labelled songs used, to measure the value of more of them
  double unlabelled = 0.3;         // share of rows that go on with pre-training, so that nothing is forgotten
  double drop_text = 0.15;         // of the labelled rows
  double text_only = 0.5;          // share of rows with text that show no field of the bars
  // Share of the others that hide valence and arousal, so that the decoder learns to use the text.
  double drop_emotion = 0.5;
  // Share of the learning rate of all that does not read the memory; 0 leaves it as it is.
  double body_rate = 1;
  int threads = 1;  // that read passages
};

// The frozen readers of passages, as in the program: one row for each token, and one for the emotion. Each passage is read
// once: its memory is kept in bfloat16.
class StoryReader {
 public:
  // Throws Error, also for an encoder without a fingerprint.
  StoryReader(const PairsOptions& options, torch::Device device);
  // Cut to the encoder's length. The passages must outlive this.
  Memory read(const std::vector<const PoolPassage*>& passages);
  const std::string& fingerprint() const { return fingerprint_; }  // of the encoder

 private:
  void keep(const std::vector<const PoolPassage*>& passages);

  torch::Device device_;
  EmotionReader reader_;
  int threads_;
  std::string fingerprint_;
  std::unordered_map<const PoolPassage*, torch::Tensor> kept_;  // (rows, width)
};

// What pairs are drawn from.
struct PairsData {
  const EventShard& unlabelled;
  const EventShard& labelled;
  const PassagePool& passages;
  StoryReader& reader;
};

// A batch. Its first passages.size() rows have these passages as text.
struct PairBatch {
  EventBatch events;
  std::vector<const PoolPassage*> passages;
};

class PairWindows {
 public:
  PairWindows(const EventShard& labelled, const PassagePool& pool,
              std::shared_ptr<const TrainingWindows> unlabelled, const PairsOptions& options);
  PairBatch batch(std::uint64_t seed, std::int64_t step) const;

 private:
  // What a row shall hold; drawn first, because rows with text come first in a batch.
  struct Row {
    const ShardPiece* piece = nullptr;  // null: an unlabelled row
    const PoolPassage* passage = nullptr;
    ShownFields shown{};
    Random random{0};
  };
  Row draw_row(Random random) const;
  void fill_row(EventBatch& batch, int row, Row plan) const;

  const EventShard& labelled_;
  const PassagePool& pool_;
  std::shared_ptr<const TrainingWindows> unlabelled_;
  PairsOptions options_;
  PerQuadrant<std::vector<const ShardPiece*>> by_quadrant_;  // training pieces
};

// How much held-out music costs when only the story is known (no field of the bars shown): "note", "bar" and
// "loss" with a passage of its emotion; "..._no_text" with none; "..._wrong_text" with one of the opposite
// quadrant.
Figures evaluate_pairs(DecoderModule& module, const PairsData& data, const DecoderTaskOptions& options);

// Whether a parameter takes part in reading memories: cross-attention, its norm, and the row that stands for no text.
bool reads_memory(std::string_view parameter);

// The task keeps references to the module and the data.
Task pairs_task(DecoderModule& module, const PairsData& data, const DecoderTaskOptions& options,
                const PairsOptions& pairs);

}  // namespace s2m::train
