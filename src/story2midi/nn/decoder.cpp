#include "story2midi/nn/decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

double surprisal_of(const DecoderConfig& config, FieldChain& chain, std::span<const std::uint8_t> event) {
  double nats = 0;
  for (std::size_t i = 0; !chain.done(); ++i) {
    const bool may_be_unknown =
        config.unknown_list > 0 && config.kinds[event[0]].second == config.unknown_list;
    const bool unknown = i > 0 && may_be_unknown && event[i] == 0;
    if (!unknown) {
      const auto probabilities = chain.logits();
      softmax(probabilities);
      nats -= std::log(std::max(probabilities[event[i]], 1e-30f));
    }
    chain.choose(event[i]);
  }
  return nats;
}

Rows rotations_of(Workspace& work, const DecoderWeights& weights, std::span<const Place> places) {
  const auto head_width = weights.rotary.head_width();
  const auto rotations = work.floats(places.size() * head_width);
  for (std::size_t row = 0; row < places.size(); ++row)
    weights.rotary.rotation_at(places[row].position, rotations.subspan(row * head_width, head_width));
  return rotations;
}

constexpr std::size_t kRowsAtOnce = 64;  // of a pass: their inputs stay in the caches

// f(first, count, their events) for each part of the events that one pass takes.
template <class F>
void in_passes(std::span<const std::uint8_t> events, F&& f) {
  if (events.size() % kEventBytes != 0)
    throw Error("decoder: events", "not whole events", fmt::format("{} bytes each", kEventBytes),
                std::to_string(events.size()));
  const auto all = events.size() / kEventBytes;
  for (std::size_t first = 0; first < all; first += kRowsAtOnce) {
    const auto count = std::min(kRowsAtOnce, all - first);
    f(first, count, events.subspan(first * kEventBytes, count * kEventBytes));
  }
}

}  // namespace

FieldChain::FieldChain(const DecoderWeights& weights, Workspace& work, std::span<const float> hidden)
    : weights_(&weights), work_(work), frame_(work), sum_(work.floats(hidden.size())) {
  std::copy(hidden.begin(), hidden.end(), sum_.begin());
}

bool FieldChain::done() const {
  return fields_ != nullptr && static_cast<std::size_t>(field_) == fields_->size();
}

const DecoderField& FieldChain::next_field() const {
  if (done()) throw Error("decoder: chain", "the event is complete");
  return fields_ == nullptr ? weights_->kind : (*fields_)[static_cast<std::size_t>(field_)];
}

Rows FieldChain::logits() const {
  return linear(work_, next_field().head, normalise(work_, weights_->chain_norm, sum_));
}

void FieldChain::choose(int value) {
  const auto& field = next_field();
  if (value < 0 || value >= field.head.rows())
    throw Error("decoder: chain", "value beyond its field", "below " + std::to_string(field.head.rows()),
                std::to_string(value));
  field.embedding.add_to(sum_, value);
  if (fields_ == nullptr) fields_ = &weights_->fields_of(value);
  ++field_;
}

Decoder::Decoder(const ModelFile& file, const LowRankChanges& changes)
    : weights_(as_kind(ErrorKind::kBrokenModel,
                       [&] { return std::make_shared<const DecoderWeights>(bind_decoder(file, changes)); })) {
}

std::shared_ptr<const DecoderMemory> Decoder::remember(std::span<const float> states) const {
  const auto memory_width = static_cast<std::size_t>(config().memory_width);
  const auto width = static_cast<std::size_t>(config().width);
  if (states.empty() || states.size() % memory_width != 0)
    throw Error("decoder: memory", "not whole rows", "rows of " + std::to_string(memory_width),
                std::to_string(states.size()) + " values");
  const auto rows = states.size() / memory_width;
  const int head_width = config().width / config().heads;
  auto memory = std::make_shared<DecoderMemory>();
  Workspace work;
  for (const auto& layer : weights_->layers) {
    auto& kept = memory->layers.emplace_back();
    if (!layer.cross) continue;
    kept = KeyValues(weights_->cache_type, config().heads, static_cast<int>(rows), head_width);
    const Workspace::Frame frame(work);
    const auto both = linear(work, layer.cross->memory, states);
    const auto scratch = kept.scratch(work);
    for (std::size_t row = 0; row < rows; ++row)
      kept.set(0, static_cast<int>(row), both.subspan(2 * row * width, width),
               both.subspan((2 * row + 1) * width, width), scratch);
  }
  return memory;
}

std::shared_ptr<const DecoderMemory> Decoder::no_text() const { return remember(weights_->null_memory); }

DecoderState Decoder::start(std::shared_ptr<const DecoderMemory> memory) const {
  DecoderState state;
  state.memory = std::move(memory);
  for (int layer = 0; layer < config().layers; ++layer)
    state.past.emplace_back(weights_->cache_type, config().heads, config().window,
                            config().width / config().heads);
  const std::array<std::uint8_t, kEventBytes> start{static_cast<std::uint8_t>(config().start_kind)};
  feed(state, start);
  return state;
}

void Decoder::run(Workspace& work, std::span<const Place> places, std::span<const std::uint8_t> events,
                  Rows hidden) const {
  check_events(*weights_, events);
  const Workspace::Frame frame(work);
  const auto x = work.floats(hidden.size());
  embed_events(*weights_, events, x);
  DecoderPass pass{work, places, rotations_of(work, *weights_, places)};
  for (int layer = 0; layer < config().layers; ++layer) apply_layer(*weights_, layer, pass, x);
  const auto normed = normalise(work, weights_->final_norm, x);
  std::copy(normed.begin(), normed.end(), hidden.begin());
  for (std::size_t row = 0; row < places.size(); ++row) {
    const auto last = hidden.subspan(row * hidden.size() / places.size(), hidden.size() / places.size());
    places[row].piece->hidden.assign(last.begin(), last.end());
    places[row].piece->position = places[row].position + 1;
  }
}

void Decoder::feed(DecoderState& state, std::span<const std::uint8_t> events) const {
  const Workspace::Frame frame(state.work);
  feed(state, events,
       state.work.floats(events.size() / kEventBytes * static_cast<std::size_t>(config().width)));
}

Floats Decoder::hidden_after_each(DecoderState& state, std::span<const std::uint8_t> events) const {
  Floats hidden(events.size() / kEventBytes * static_cast<std::size_t>(config().width));
  feed(state, events, hidden);
  return hidden;
}

void Decoder::feed(DecoderState& state, std::span<const std::uint8_t> events, Rows hidden) const {
  const auto width = static_cast<std::size_t>(config().width);
  in_passes(events, [&](std::size_t first, std::size_t count, std::span<const std::uint8_t> part) {
    std::array<Place, kRowsAtOnce> places;
    for (std::size_t i = 0; i < count; ++i)
      places[i] = {&state, state.position + static_cast<std::int64_t>(i)};
    run(state.work, std::span(places).first(count), part, hidden.subspan(first * width, count * width));
  });
}

void Decoder::feed_each(Workspace& work, std::span<DecoderState* const> pieces,
                        std::span<const std::uint8_t> events) const {
  if (events.size() != pieces.size() * kEventBytes)
    throw Error("decoder: events", "not one a piece", std::to_string(pieces.size()),
                std::to_string(events.size() / kEventBytes));
  const auto width = static_cast<std::size_t>(config().width);
  in_passes(events, [&](std::size_t first, std::size_t count, std::span<const std::uint8_t> part) {
    std::array<Place, kRowsAtOnce> places;
    for (std::size_t i = 0; i < count; ++i) places[i] = {pieces[first + i], pieces[first + i]->position};
    const Workspace::Frame frame(work);
    run(work, std::span(places).first(count), part, work.floats(count * width));
  });
}

std::vector<double> Decoder::surprisal(DecoderState& state, std::span<const std::uint8_t> events) const {
  auto before = state.hidden;
  const auto after = hidden_after_each(state, events);
  before.insert(before.end(), after.begin(), after.end());
  const auto width = static_cast<std::size_t>(config().width);
  std::vector<double> nats;
  for (std::size_t i = 0; i < events.size() / kEventBytes; ++i) {
    FieldChain chain(*weights_, state.work, std::span(before).subspan(i * width, width));
    nats.push_back(surprisal_of(config(), chain, events.subspan(i * kEventBytes, kEventBytes)));
  }
  return nats;
}

}  // namespace s2m
