// The text encoder: tokens of a passage in, its states, valence and arousal out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "story2midi/nn/config.h"
#include "story2midi/nn/model_file.h"

namespace s2m {

struct EncoderWeights;

struct EncoderOutput {
  std::vector<float> states;  // tokens x width, padding left out: the last layer's rows
  std::vector<float> pooled;  // width: their mean
  // What follows comes from the emotion heads: zero and empty where the model has none.
  float valence = 0;  // [-1, 1], on the common scale
  float arousal = 0;
  std::vector<float> on_scales;  // valence and arousal on each of config().scales, the common one first
  // Standard deviations of valence and arousal; empty where the model has none.
  std::vector<float> deviations;
  std::vector<float> label_probabilities;
  std::vector<float> projection;  // of length one: near for passages that feel alike
  bool operator==(const EncoderOutput&) const = default;
};

// A passage within a reading: its tokens, half-open.
struct ReadingPart {
  std::size_t first = 0, last = 0;
};
// Passages that see each other.
struct SharedReading {
  std::vector<std::int32_t> ids;  // with <s> and </s>; padding at the end at most
  std::vector<ReadingPart> parts;
};

// Const after construction: may be used from many threads.
class Encoder {
 public:
  // Throws Error unless the file holds an encoder, all of its parameters and nothing else (see bind_encoder).
  explicit Encoder(const ModelFile& file);
  const EncoderConfig& config() const;

  // Ids with <s> and </s>; padding_id stands for nothing. Throws Error for ids beyond the vocabulary, more
  // than config().max_tokens() tokens, and none at all.
  EncoderOutput read(std::span<const std::int32_t> ids) const;
  // Each passage by itself, on `threads` threads; the same bytes for any number of them, and beside any others.
  std::vector<EncoderOutput> read(std::span<const std::vector<std::int32_t>> passages, int threads) const;
  // Of each reading one output a part: that part's rows of the states, their mean and what it says. Throws
  // Error as above, and for a part that is empty or runs past the tokens.
  std::vector<std::vector<EncoderOutput>> read(std::span<const SharedReading> readings, int threads) const;

 private:
  std::shared_ptr<const EncoderWeights> weights_;
};

}  // namespace s2m
