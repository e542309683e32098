#include "story2midi/nn/key_values.h"

#include <algorithm>
#include <array>

#include "story2midi/nn/kernels/kernels.h"
#include "story2midi/nn/number_formats.h"

namespace s2m {
namespace {

void run(const HeadAttention<float>& a) { kernels().attend(a); }
void run(const HeadAttention<BFloat16>& a) { kernels().attend_bf16(a); }

void narrow(float value, float& to) { to = value; }
void narrow(float value, std::uint16_t& to) { to = to_bf16(value); }

std::size_t product(int a, int b) { return static_cast<std::size_t>(a) * static_cast<std::size_t>(b); }

// Which part of a store is meant.
struct Head {
  int index, heads, slots, width;
  template <class T>
  auto* of(T& lines) const {
    return lines.data() + static_cast<std::size_t>(index) * (lines.size() / static_cast<std::size_t>(heads));
  }
};

template <class Number>
void resize(KeyValues::Plain<Number>& store, int heads, int slots, int width) {
  store.keys.resize(product(round_up(slots, kPanelRows), width * heads));
  store.values.resize(product(round_up(width, kPanelRows), slots * heads));
}

void resize(KeyValues::Int8& store, int heads, int slots, int width) {
  const auto keys = product(round_up(slots, kPanelRows), round_up(width, kInt8Columns));
  const auto values = product(round_up(width, kPanelRows), round_up(slots, kInt8Columns));
  store.steps.resize(2 * static_cast<std::size_t>(heads) * std::max(keys, values));
  store.key_scales.resize(product(round_up(slots, kLanes), heads));
  store.value_scales.resize(store.key_scales.size());
}

// The key and the value of one head at one slot.
struct KeyValue {
  std::span<const float> key, value;
};

// Queries of neighbouring heads, where their outputs go, and the number of slots that they attend to.
struct Queries {
  std::span<const float> queries;
  Rows out;
  int count;
};

template <class Number>
void write(KeyValues::Plain<Number>& store, const Head& head, int slot, const KeyValue& token,
           const AttentionScratch&) {
  const auto& [key, value] = token;
  const int width = head.width;
  auto* const to_key = head.of(store.keys) + panel_offset(slot, width);
  for (std::size_t i = 0; i < key.size(); ++i) narrow(key[i], to_key[i * kPanelRows]);
  for (int first = 0; first < width; first += kPanelRows) {
    auto* const to_value = head.of(store.values) + panel_offset(first, head.slots) + slot * kPanelRows;
    for (int i = 0; i < std::min(kPanelRows, width - first); ++i)
      narrow(value[static_cast<std::size_t>(first + i)], to_value[i]);
  }
}

std::size_t to_values(const KeyValues::Int8& store, const Head& head) {
  return store.steps.size() / static_cast<std::size_t>(2 * head.heads);
}

// Quantises x into `steps` with the zero point kZeroPoint; returns its scale.
float quantise(std::span<const float> x, std::span<std::int8_t> steps) {
  float scale, sum;
  kernels().quantise({x.data(), steps.data(), &scale, &sum, static_cast<int>(x.size()), 1});
  for (auto& step : steps.first(x.size())) step = static_cast<std::int8_t>(step ^ -kZeroPoint);
  return scale;
}

void write(KeyValues::Int8& store, const Head& head, int slot, const KeyValue& token,
           const AttentionScratch& scratch) {
  const int width = head.width;
  const auto* const steps = reinterpret_cast<const std::uint8_t*>(scratch.steps.data());
  head.of(store.key_scales)[slot] = quantise(token.key, scratch.steps);
  auto* const to_key = head.of(store.steps) + int8_panel_offset(slot, 0, width);
  for (int i = 0; i < width; i += kInt8Columns) std::copy_n(steps + i, kInt8Columns, to_key + i * kPanelRows);
  head.of(store.value_scales)[slot] = quantise(token.value, scratch.steps);
  for (int first = 0; first < width; first += kPanelRows) {
    auto* const to_value =
        head.of(store.steps) + to_values(store, head) + int8_panel_offset(first, slot, head.slots);
    for (int i = 0; i < std::min(kPanelRows, width - first); ++i)
      to_value[i * kInt8Columns] = steps[first + i];
  }
}

template <class Number>
void attend_to(const KeyValues::Plain<Number>& store, Head head, const Queries& asked,
               const AttentionScratch& scratch) {
  const auto& [queries, out, count] = asked;
  for (std::size_t at = 0; at < queries.size(); at += static_cast<std::size_t>(head.width), ++head.index)
    run(HeadAttention<Number>{.keys = head.of(store.keys),
                              .values = head.of(store.values),
                              .queries = queries.data() + at,
                              .scores = scratch.scores.data(),
                              .out = out.data() + at,
                              .slots = head.slots,
                              .count = count,
                              .width = head.width,
                              .query_count = 1});
}

void attend_to(const KeyValues::Int8& store, const Head& head, const Queries& asked,
               const AttentionScratch& scratch) {
  const auto& [queries, out, count] = asked;
  kernels().attend_int8({.keys = head.of(store.steps),
                         .values = head.of(store.steps) + to_values(store, head),
                         .key_scales = head.of(store.key_scales),
                         .value_scales = head.of(store.value_scales),
                         .queries = queries.data(),
                         .scores = scratch.scores.data(),
                         .steps = scratch.steps.data(),
                         .out = out.data(),
                         .slots = head.slots,
                         .count = count,
                         .width = head.width,
                         .heads = static_cast<int>(queries.size()) / head.width});
}

}  // namespace

CacheType cache_beside(const Matrix& weights) {
  constexpr std::array kTypes{CacheType::kF32, CacheType::kBF16, CacheType::kInt8, CacheType::kInt8};
  return kTypes[weights.panels.index()];
}

KeyValues::KeyValues(CacheType type, int heads, int slots, int head_width)
    : heads_(heads), slots_(slots), head_width_(head_width) {
  if (type == CacheType::kBF16) store_.emplace<Plain<std::uint16_t>>();
  if (type == CacheType::kInt8) store_.emplace<Int8>();
  std::visit([&](auto& store) { resize(store, heads, slots, head_width); }, store_);
}

AttentionScratch KeyValues::scratch(Workspace& work) const {
  return {work.floats(product(round_up(slots_, kLanes), heads_)),
          work.bytes(product(round_up(std::max(slots_, head_width_), kLanes), heads_))};
}

void KeyValues::set(int first, int slot, std::span<const float> keys, std::span<const float> values,
                    const AttentionScratch& scratch) {
  const auto width = static_cast<std::size_t>(head_width_);
  const auto write_each = [&](auto& store) {
    Head head{first, heads_, slots_, head_width_};
    for (std::size_t at = 0; at < keys.size(); at += width, ++head.index)
      write(store, head, slot, {keys.subspan(at, width), values.subspan(at, width)}, scratch);
  };
  std::visit(write_each, store_);
}

void KeyValues::attend(int first, int count, std::span<const float> queries, Rows out,
                       const AttentionScratch& scratch) const {
  const Head head{first, heads_, slots_, head_width_};
  std::visit([&](const auto& store) { attend_to(store, head, {queries, out, count}, scratch); }, store_);
}

}  // namespace s2m
