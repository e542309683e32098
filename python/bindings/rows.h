// Tables that Python sees as structured arrays. Each row has the layout of a dtype of story2midi/arrays.py.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "story2midi/compose/bar_view.h"
#include "story2midi/music/score.h"
#include "story2midi/perform/piece.h"

namespace s2m::python {

struct NoteRow {
  double start_seconds = 0, length_seconds = 0;
  std::int32_t start_ticks = 0, length_ticks = 0, written_ticks = 0;
  std::uint16_t marks = 0;
  std::uint8_t pitch = 0, velocity = 0;
};

struct ChordRow {
  double start_seconds = 0, length_seconds = 0;
  std::int32_t start_ticks = 0, length_ticks = 0;
  std::uint8_t root = 0, bass = 0, quality = 0, unused = 0;
  std::array<char32_t, 13> name{};  // "F#m7b5/C"
};

struct TempoRow {
  double start_seconds = 0, bpm = 0;
  std::int32_t start_ticks = 0, unused = 0;
};

std::vector<NoteRow> note_rows(const Score& score, const Track& track);
std::vector<NoteRow> note_rows(std::span<const BarNote> notes);
std::vector<ChordRow> chord_rows(const Piece& piece);
std::vector<TempoRow> tempo_rows(const Score& score);

// An array of these values, which it owns.
template <class Value, class... Shape>
auto own_array(std::vector<Value> values, Shape... shape) {
  auto kept = std::make_unique<std::vector<Value>>(std::move(values));
  auto* const data = kept->data();
  nanobind::capsule owner(kept.get(),
                          [](void* all) noexcept { delete static_cast<std::vector<Value>*>(all); });
  kept.release();
  return nanobind::ndarray<nanobind::numpy, Value>(data, {static_cast<std::size_t>(shape)...}, owner);
}

using Bytes2d = nanobind::ndarray<nanobind::numpy, std::uint8_t>;

// Rows as bytes, of the shape (rows, bytes of a row).
template <class Row>
Bytes2d bytes_of(std::vector<Row> rows) {
  static_assert(std::is_trivially_copyable_v<Row>);
  auto kept = std::make_unique<std::vector<Row>>(std::move(rows));
  const std::size_t count = kept->size();
  auto* const data = reinterpret_cast<std::uint8_t*>(kept->data());
  nanobind::capsule owner(kept.get(), [](void* all) noexcept { delete static_cast<std::vector<Row>*>(all); });
  kept.release();
  return Bytes2d(data, {count, sizeof(Row)}, owner);
}

}  // namespace s2m::python
