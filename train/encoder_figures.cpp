#include "train/encoder_figures.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "evaluate/statistics.h"
#include "text/context_windows.h"
#include "train/datasets/text_emotion_batches.h"
#include "train/encoder_tensors.h"

namespace s2m::train {
namespace {

constexpr std::size_t kTokensAtOnce = 2048;
constexpr int kMatchingShare = 11;  // one of so many training sentences shows a set's own scale

// The first of a set's texts: neighbours stay together.
ChosenTexts first_share(ChosenTexts chosen, int share) {
  chosen.resize(chosen.size() / static_cast<std::size_t>(share));
  return chosen;
}

void tales_figures(const EncoderModule& encoder, const TextInput& input,
                   const std::vector<EmotionText>& texts, const FigureOptions& options, Figures& figures) {
  const auto compare = [&](const char* ending, const ChosenTexts& valid, const ChosenTexts& train,
                           const auto& read) {
    if (valid.size() < 2 || train.size() < 2) return;
    const auto here = read(valid), there = read(train);
    const auto one = [&](const char* name, EmotionAxis axis) {
      const auto values = match_scale(read_axis(here, axis), read_axis(there, axis), true_axis(train, axis));
      figures[std::string("tales_") + name + ending] = concordance(values, true_axis(valid, axis));
    };
    one("valence", EmotionAxis::kValence);
    one("arousal", EmotionAxis::kArousal);
  };
  compare("_ccc", choose_texts(texts, "tales", Split::kValidation, options.every),
          choose_texts(texts, "tales", Split::kTrain, kMatchingShare * options.every),
          [&](const ChosenTexts& chosen) {
            return read_emotions(encoder, input, words_of(chosen), ReadingScale::kTales);
          });
  compare("_window_ccc", first_share(choose_texts(texts, "tales", Split::kValidation, 1), options.every),
          first_share(choose_texts(texts, "tales", Split::kTrain, 1), kMatchingShare * options.every),
          [&](const ChosenTexts& chosen) {
            return read_in_context(encoder, input, chosen, ReadingScale::kTales);
          });
}

// What the heads say of each passage of a group, in order.
std::vector<Emotion> read_group(const EncoderModule& encoder, const TokenGroup& group, std::int64_t scale) {
  const EmotionHeads heads = encoder.heads(seen_by_heads(encoder, group));
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

// Rows with the parts that stand in them, read in groups of like length: one reading a part, in the order of
// the rows.
std::vector<Emotion> read_rows(const EncoderModule& encoder, const std::vector<std::vector<TokenId>>& rows,
                               const std::vector<std::vector<RowPart>>& parts, ReadingScale scale) {
  const int pair = static_cast<int>(scale) < encoder.config().scales ? static_cast<int>(scale) : 0;
  std::vector<const std::vector<TokenId>*> lists;
  std::vector<std::size_t> begins(1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    lists.push_back(&rows[i]);
    begins.push_back(begins.back() + parts[i].size());
  }
  GroupedTokens grouped = group_by_length(lists, kTokensAtOnce);
  std::vector<Emotion> readings(begins.back());
  std::size_t next = 0;
  for (TokenGroup& group : grouped.groups) {
    const std::size_t first = next;
    for (std::int64_t row = 0; row < static_cast<std::int64_t>(group.lengths.size()); ++row, ++next)
      for (const RowPart& part : parts[grouped.order[next]])
        group.parts.push_back({row, part.first, part.last, part.features});
    auto read = read_group(encoder, group, pair);
    for (std::size_t k = first, at = 0; k < next; ++k)
      for (std::size_t i = 0; i < parts[grouped.order[k]].size(); ++i, ++at)
        readings[begins[grouped.order[k]] + i] = std::move(read[at]);
  }
  return readings;
}

}  // namespace

std::vector<Emotion> read_emotions(const EncoderModule& encoder, const TextInput& input,
                                   const std::vector<std::string>& texts, ReadingScale scale) {
  const at::NoGradGuard no_grad;
  std::vector<std::vector<TokenId>> rows;
  std::vector<std::vector<RowPart>> parts;
  for (const auto& text : texts) {
    rows.push_back(
        clipped_tokens(input.vocabulary, text, static_cast<std::size_t>(encoder.config().max_tokens())));
    parts.push_back({{0, 0, static_cast<std::int64_t>(rows.back().size()), input.features(text)}});
  }
  return read_rows(encoder, rows, parts, scale);
}

std::vector<Emotion> read_in_context(const EncoderModule& encoder, const TextInput& input,
                                     const ChosenTexts& texts, ReadingScale scale) {
  const at::NoGradGuard no_grad;
  const auto ends = input.vocabulary.encode_with_ends("");
  std::vector<std::vector<TokenId>> rows;
  std::vector<std::vector<RowPart>> parts;
  for (std::size_t start = 0, end = 0; start < texts.size(); start = end) {
    std::vector<std::vector<TokenId>> inner;
    std::vector<std::size_t> lengths;
    for (; end < texts.size() && texts[end]->group == texts[start]->group; ++end) {
      inner.push_back(input.vocabulary.encode(" " + texts[end]->text));
      lengths.push_back(inner.back().size());
    }
    const auto most = static_cast<std::size_t>(encoder.config().max_tokens()) - 2;
    for (const ContextWindow& window : context_windows(lengths, most)) {
      std::vector<TokenId> row{ends.front()};
      std::vector<RowPart> kept;
      for (std::size_t i = window.first; i < window.last; ++i) {
        const auto begin = static_cast<std::int64_t>(row.size());
        const std::size_t fits = std::min(inner[i].size(), most + 1 - row.size());
        row.insert(row.end(), inner[i].begin(), inner[i].begin() + static_cast<std::ptrdiff_t>(fits));
        if (i >= window.keep_first && i < window.keep_last)
          kept.push_back(
              {0, begin, static_cast<std::int64_t>(row.size()), input.features(texts[start + i]->text)});
      }
      row.push_back(ends.back());
      rows.push_back(std::move(row));
      parts.push_back(std::move(kept));
    }
  }
  return read_rows(encoder, rows, parts, scale);
}

Figures emotion_figures(const EncoderModule& encoder, const TextInput& input,
                        const std::vector<EmotionText>& texts, const FigureOptions& options) {
  Figures figures;
  if (const auto chosen = choose_texts(texts, "emobank", options.split, options.every); chosen.size() > 1) {
    const auto readings = read_emotions(encoder, input, words_of(chosen), ReadingScale::kEmobank);
    const auto one = [&](EmotionAxis axis) {
      return pearson(read_axis(readings, axis), true_axis(chosen, axis));
    };
    figures["emobank_valence_r"] = one(EmotionAxis::kValence);
    figures["emobank_arousal_r"] = one(EmotionAxis::kArousal);
  }
  tales_figures(encoder, input, texts, options, figures);
  if (const auto chosen = choose_texts(texts, "goemotions", options.split, options.every);
      chosen.size() > 1) {
    const auto readings = read_emotions(encoder, input, words_of(chosen));
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
