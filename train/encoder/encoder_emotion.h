// Emotion training of the text encoder: a supervised contrastive loss that separates the four quadrants (Khosla et al.
// 2020), concordance for valence and arousal, and the 28 labels of GoEmotions.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "story2midi/tokenizers/tokenizer.h"
#include "train/data/text_emotion_batches.h"
#include "train/encoder/encoder_figures.h"
#include "train/loop/task.h"
#include "train/modules/encoder_module.h"

namespace s2m::train {

struct EmotionTrainingOptions {
  EncoderConfig config;
  std::filesystem::path start;  // model file of an encoder of that shape (start_config); empty: from nothing
  EmotionBatchOptions batches;
  bool own_scales = true;  // EmoBank and the tales are also read on scales of their own
  double dropout = 0.1;
  double temperature = 0.1;
  double contrastive_weight = 0.5;
  double side_weight = 0.3;
  double pair_weight = 0.3;  // of contrast pairs
  double layer_decay = 1;  // learning rate of a layer beside the one above it (ULMFiT, Howard and Ruder 2018)
  double head_rate = 1;    // learning rate of the heads beside the top layer's
  double label_weight = 8;  // of the mean over labels, which is small
  int validate_every_text = 3;
};

class EmotionTraining {
 public:
  // `texts`: of all splits, as read_emotion_texts orders them (further training texts behind).
  EmotionTraining(std::vector<EmotionText> texts, const std::vector<ContrastPair>& pairs,
                  const Tokenizer& tokenizer, const EmotionTrainingOptions& options);
  Task task();
  EncoderModule& encoder() { return *encoder_; }

 private:
  StepResult step(std::int64_t number);

  EmotionTrainingOptions options_;
  std::vector<EmotionText> texts_;
  Tokenizer tokenizer_;
  EmotionBatches batches_;
  std::shared_ptr<EncoderModule> encoder_;
};

// Supervised contrastive loss of rows of length one (n, d) with classes (n), -1: no class, which is neither
// friend nor foe. Zero where no class has two rows.
torch::Tensor contrastive_loss(const torch::Tensor& rows, const torch::Tensor& classes, double temperature);
// Logistic loss of the side of zero on which rows (n, 2) of valence and arousal lie, against that of their
// quadrants (n), -1: none. Concordance knows no zero; quadrants follow from it.
torch::Tensor sides_loss(const torch::Tensor& predicted, const torch::Tensor& quadrants);
// Logistic loss of the signs of valence of pleasant and unpleasant texts (n), pair by pair, and of their order.
torch::Tensor pairs_loss(const torch::Tensor& pleasant, const torch::Tensor& unpleasant);
// 1 - Lin's concordance of two columns (n).
torch::Tensor concordance_loss(const torch::Tensor& predicted, const torch::Tensor& target);
// 1 - Pearson's correlation of two columns (n): blind to scale and offset.
torch::Tensor correlation_loss(const torch::Tensor& predicted, const torch::Tensor& target);

}  // namespace s2m::train
