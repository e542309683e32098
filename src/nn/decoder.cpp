#include "nn/decoder.h"

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "base/error.h"

namespace s2m {
namespace {

double negative_log_probability(Floats logits, std::size_t value) {
  softmax(logits);
  return -std::log(std::max(logits[value], 1e-30f));
}

double surprisal_of(const DecoderConfig& config, FieldChain chain, std::span<const std::uint8_t> event) {
  double nats = 0;
  for (std::size_t i = 0; !chain.done(); ++i) {
    const bool unknown = i > 0 && event[0] == config.bar_id && event[i] == 0;
    if (!unknown) nats += negative_log_probability(chain.logits(), event[i]);
    chain.choose(event[i]);
  }
  return nats;
}

}  // namespace

FieldChain::FieldChain(const DecoderWeights& weights, std::span<const float> hidden)
    : weights_(&weights), sum_(hidden.begin(), hidden.end()) {}

bool FieldChain::done() const {
  return fields_ != nullptr && static_cast<std::size_t>(field_) == fields_->size();
}

const DecoderField& FieldChain::next_field() const {
  if (done()) throw Error("decoder: chain", "the event is complete");
  return fields_ == nullptr ? weights_->what : (*fields_)[static_cast<std::size_t>(field_)];
}

Floats FieldChain::logits() const { return linear(next_field().head, normalise(weights_->chain_norm, sum_)); }

void FieldChain::choose(int value) {
  const auto& field = next_field();
  if (value < 0 || value >= field.head.rows)
    throw Error("decoder: chain", "value beyond its field", "below " + std::to_string(field.head.rows),
                std::to_string(value));
  add(sum_, field.embedding.row(value));
  if (fields_ == nullptr) fields_ = &weights_->fields_of(value);
  ++field_;
}

Decoder::Decoder(const ModelFile& file)
    : weights_(std::make_shared<const DecoderWeights>(bind_decoder(file))) {}

std::shared_ptr<const DecoderMemory> Decoder::remember(std::span<const float> states) const {
  const auto memory_width = static_cast<std::size_t>(config().memory_width);
  const auto width = static_cast<std::size_t>(config().width);
  if (states.empty() || states.size() % memory_width != 0)
    throw Error("decoder: memory", "not whole rows", "rows of " + std::to_string(memory_width),
                std::to_string(states.size()) + " values");
  const auto rows = states.size() / memory_width;
  auto memory = std::make_shared<DecoderMemory>();
  for (const auto& layer : weights_->layers) {
    auto& kept = memory->layers.emplace_back();
    if (!layer.cross) continue;
    kept = KeyValues(config().heads, static_cast<int>(rows), config().width / config().heads);
    const auto both = linear(layer.cross->memory, states);
    for (std::size_t row = 0; row < rows; ++row) {
      const std::span key(both.data() + 2 * row * width, width);
      kept.set(static_cast<int>(row), key, {key.data() + width, width});
    }
  }
  return memory;
}

std::shared_ptr<const DecoderMemory> Decoder::no_text() const { return remember(weights_->null_memory); }

DecoderState Decoder::start(std::shared_ptr<const DecoderMemory> memory) const {
  DecoderState state;
  state.memory = std::move(memory);
  for (int layer = 0; layer < config().layers; ++layer)
    state.past.emplace_back(config().heads, config().window, config().width / config().heads);
  const std::array<std::uint8_t, kEventBytes> start{static_cast<std::uint8_t>(config().start_id)};
  feed(state, start);
  return state;
}

Floats Decoder::feed(DecoderState& state, std::span<const std::uint8_t> events) const {
  auto x = embed_events(*weights_, events);
  if (x.empty()) return x;
  for (int layer = 0; layer < config().layers; ++layer)
    x = apply_layer(*weights_, layer, state, std::move(x));
  x = normalise(weights_->final_norm, x);
  state.position += static_cast<std::int64_t>(events.size() / kEventBytes);
  state.hidden.assign(x.end() - config().width, x.end());
  return x;
}

std::vector<double> Decoder::surprisal(DecoderState& state, std::span<const std::uint8_t> events) const {
  auto before = state.hidden;
  const auto after = feed(state, events);
  before.insert(before.end(), after.begin(), after.end());
  const auto width = static_cast<std::size_t>(config().width);
  std::vector<double> nats;
  for (std::size_t i = 0; i < events.size() / kEventBytes; ++i) {
    const FieldChain chain(*weights_, std::span(before).subspan(i * width, width));
    nats.push_back(surprisal_of(config(), chain, events.subspan(i * kEventBytes, kEventBytes)));
  }
  return nats;
}

}  // namespace s2m
