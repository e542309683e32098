#include "train/encoder/encoder_figures.h"

#include <ATen/ATen.h>

#include "lab/statistics/statistics.h"
#include "train/data/text_emotion_batches.h"
#include "train/encoder/encoder_tensors.h"

namespace s2m::train {
namespace {

constexpr std::size_t kTokensAtOnce = 2048;
constexpr int kMatchingShare = 11;  // one of so many training sentences shows a set's own scale

void tales_figures(const EncoderModule& encoder, const Tokenizer& tokenizer,
                   const std::vector<EmotionText>& texts, const FigureOptions& options, Figures& figures) {
  const auto valid = choose_texts(texts, "tales", Split::kValidation, options.every);
  const auto train = choose_texts(texts, "tales", Split::kTrain, kMatchingShare * options.every);
  if (valid.size() < 2 || train.size() < 2) return;
  const auto read = [&](const ChosenTexts& chosen) {
    return read_emotions(encoder, tokenizer, texts_of(chosen), ReadingScale::kTales);
  };
  const auto here = read(valid), there = read(train);
  const auto one = [&](EmotionAxis axis) {
    const auto values = match_scale(read_axis(here, axis), read_axis(there, axis), true_axis(train, axis));
    return concordance(values, true_axis(valid, axis));
  };
  figures["tales_valence_ccc"] = one(EmotionAxis::kValence);
  figures["tales_arousal_ccc"] = one(EmotionAxis::kArousal);
}

// The heads' outputs for each passage of a group, in order.
std::vector<Emotion> read_group(const EncoderModule& encoder, const TokenGroup& group, std::int64_t scale) {
  const EmotionHeads heads = encoder.heads(pooled_states(encoder, group));
  const at::Tensor points =
      heads.valence_arousal.narrow(1, 2 * scale, 2).to(at::kCPU).to(at::kFloat).contiguous();
  const at::Tensor labels = at::sigmoid(heads.labels).to(at::kCPU).contiguous();
  const std::int64_t width = labels.size(1);
  std::vector<Emotion> readings(static_cast<std::size_t>(points.size(0)));
  for (std::size_t i = 0; i < readings.size(); ++i) {
    readings[i].valence = points.data_ptr<float>()[2 * i];
    readings[i].arousal = points.data_ptr<float>()[2 * i + 1];
    const float* first = labels.data_ptr<float>() + static_cast<std::int64_t>(i) * width;
    readings[i].labels.assign(first, first + width);
  }
  return readings;
}

}  // namespace

std::vector<Emotion> read_emotions(const EncoderModule& encoder, const Tokenizer& tokenizer,
                                   const std::vector<std::string>& texts, ReadingScale scale) {
  const at::NoGradGuard no_grad;
  const int pair = static_cast<int>(scale) < encoder.config().scales ? static_cast<int>(scale) : 0;
  const auto most = static_cast<std::size_t>(encoder.config().max_tokens());
  std::vector<std::vector<TokenId>> rows;
  for (const auto& text : texts) rows.push_back(clipped_tokens(tokenizer, text, most));
  std::vector<const std::vector<TokenId>*> lists;
  for (const auto& row : rows) lists.push_back(&row);
  GroupedTokens grouped = group_by_length(lists, kTokensAtOnce);
  std::vector<Emotion> readings(texts.size());
  std::size_t next = 0;
  for (const TokenGroup& group : grouped.groups) {
    for (Emotion& read : read_group(encoder, group, pair)) readings[grouped.order[next++]] = std::move(read);
  }
  return readings;
}

Figures emotion_figures(const EncoderModule& encoder, const Tokenizer& tokenizer,
                        const std::vector<EmotionText>& texts, const FigureOptions& options) {
  Figures figures;
  if (const auto chosen = choose_texts(texts, "emobank", options.split, options.every); chosen.size() > 1) {
    const auto readings = read_emotions(encoder, tokenizer, texts_of(chosen), ReadingScale::kEmobank);
    const auto one = [&](EmotionAxis axis) {
      return pearson(read_axis(readings, axis), true_axis(chosen, axis));
    };
    figures["emobank_valence_r"] = one(EmotionAxis::kValence);
    figures["emobank_arousal_r"] = one(EmotionAxis::kArousal);
  }
  tales_figures(encoder, tokenizer, texts, options, figures);
  if (const auto chosen = choose_texts(texts, "goemotions", options.split, options.every);
      chosen.size() > 1) {
    const auto readings = read_emotions(encoder, tokenizer, texts_of(chosen));
    figures["goemotions_macro_f1"] =
        macro_f1(label_sets(chosen, readings, equal_thresholds(options.label_threshold)));
    figures["goemotions_quadrant"] = mean(quadrant_hits(chosen, readings));
  }
  double sum = 0;
  for (const auto& [name, value] : figures) sum += value;
  figures["loss"] = figures.empty() ? 0 : -sum / static_cast<double>(figures.size());
  return figures;
}

}  // namespace s2m::train
