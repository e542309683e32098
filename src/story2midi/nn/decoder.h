// The music decoder: events in one by one, the next event's fields out one by one.
//
//   Decoder decoder(file);
//   auto state = decoder.start(decoder.remember(states));  // or start(decoder.no_text())
//   for (FieldChain chain = decoder.next(state); !chain.done();) chain.choose(sample(chain.logits()));
//   decoder.feed(state, event);                            // ... and again from decoder.next(state)
//   state.memory = decoder.remember(states_of_another_passage);
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "story2midi/nn/config.h"
#include "story2midi/nn/decoder_layers.h"
#include "story2midi/nn/model_file.h"

namespace s2m {

// Writes one event field by field: log p(event) is the sum of the fields' log softmaxes. Works in its piece's
// memory: it ends before the piece goes on.
class FieldChain {
 public:
  static constexpr int kKind = -1;

  bool done() const;
  // The field to choose next: kKind, then 0, 1, ... of the fields of that kind.
  int field() const { return field_; }
  // One for each value of that field. The caller may change them, until the chain ends.
  Rows logits() const;
  // Of that field. Throws Error for a value beyond it.
  void choose(int value);

 private:
  friend class Decoder;
  FieldChain(const DecoderWeights& weights, Workspace& work, std::span<const float> hidden);
  const DecoderField& next_field() const;

  const DecoderWeights* weights_;
  const std::vector<DecoderField>* fields_ = nullptr;  // once the kind is chosen
  Workspace& work_;
  Workspace::Frame frame_;
  Rows sum_;  // h + the embeddings of the values chosen so far
  int field_ = kKind;
};

// Const after construction: may be used from many threads, each with states of its own. A FieldChain must not
// outlive its Decoder.
class Decoder {
 public:
  // Throws Error unless the file holds a decoder, all of its parameters and nothing else, and for changes of what is no
  // matrix of it.
  explicit Decoder(const ModelFile& file, const LowRankChanges& changes = {});
  const DecoderConfig& config() const { return weights_->config; }
  const DecoderWeights& weights() const { return *weights_; }

  // Keys and values of a passage for all layers; `states`: rows x memory_width, at least one row. Throws
  // Error.
  std::shared_ptr<const DecoderMemory> remember(std::span<const float> states) const;
  std::shared_ptr<const DecoderMemory> no_text() const;  // the learned row that stands where there is no text

  // A piece that has been fed the start event.
  DecoderState start(std::shared_ptr<const DecoderMemory> memory) const;
  // Takes events (kEventBytes each); many at once give the same state as one by one. Allocates nothing once a
  // piece has taken as many before. Throws Error for values beyond their fields.
  void feed(DecoderState& state, std::span<const std::uint8_t> events) const;
  // Likewise; returns h after each: events x width.
  Floats hidden_after_each(DecoderState& state, std::span<const std::uint8_t> events) const;
  // One event to each of many pieces, which share a pass over the weights: the same bytes as each by itself.
  void feed_each(Workspace& work, std::span<DecoderState* const> pieces,
                 std::span<const std::uint8_t> events) const;
  // The event that follows.
  FieldChain next(DecoderState& state) const { return {*weights_, state.work, state.hidden}; }

  // -log p in nats of each of the events after those before it, all of them fed to `state`. Unknown
  // fields count nothing, as in training.
  std::vector<double> surprisal(DecoderState& state, std::span<const std::uint8_t> events) const;

 private:
  void feed(DecoderState& state, std::span<const std::uint8_t> events, Rows hidden) const;
  void run(Workspace& work, std::span<const Place> places, std::span<const std::uint8_t> events,
           Rows hidden) const;

  std::shared_ptr<const DecoderWeights> weights_;
};

}  // namespace s2m
