#include "story2midi/nn/binding.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/nn/int4_groups.h"
#include "story2midi/nn/kernels/kernels.h"
#include "story2midi/nn/number_formats.h"

namespace s2m {
namespace {

template <class T>
std::vector<T> cut_out(std::span<const T> all, int columns, const Cut& cut) {
  std::vector<T> part;
  part.reserve(all.size());
  for (const auto& [first, end] : cut.outputs)
    for (int row = first; row < end; ++row) {
      const auto* const from = all.data() + static_cast<std::ptrdiff_t>(row) * columns;
      part.insert(part.end(), from + cut.inputs.first, from + cut.inputs.end);
    }
  return part;
}

// Of columns that are whole groups.
Int4Weights cut_out(const Int4Rows& all, int columns, const Cut& cut) {
  constexpr int kGroup = static_cast<int>(kInt4Group);
  const Cut groups{cut.outputs, {cut.inputs.first / kGroup, cut.inputs.end / kGroup}};
  return {cut_out(all.quants, columns / 2, {cut.outputs, {cut.inputs.first / 2, cut.inputs.end / 2}}),
          cut_out(std::span<const std::uint16_t>(all.scales), columns / kGroup, groups),
          cut_out(std::span<const std::uint8_t>(all.zeros), columns / kGroup, groups)};
}

}  // namespace

void Binding::check_kind(std::string_view kind) const {
  const auto& actual = file_.metadata("kind");
  if (actual != kind)
    throw Error(file_.path().string(), "another kind of network", std::string(kind), actual);
}

const Shape& Binding::claim(const std::string& name) {
  const auto shape = shapes_.find(name);
  if (shape == shapes_.end()) throw Error(name, "no parameter of this network");
  taken_.insert(name);
  return shape->second;
}

Floats Binding::floats(const std::string& name) { return file_.floats(name, claim(name)); }

// In 4 bits a part of a small change would be lost in the rounding (docs/research/styles.md).
Matrix Binding::changed_matrix(const LowRankChange& change, const std::string& name, const Cut& cut) {
  const auto& shape = claim(name);
  if (shape != Shape{change.rows, change.columns})
    throw Error(name, "a change of another shape", to_string(shape),
                to_string(Shape{change.rows, change.columns}));
  auto all = file_.floats(name, shape);
  add_change(change, changes_.strength, all);
  const auto part = cut_out(std::span<const float>(all), change.columns, cut);
  const int columns = cut.inputs.end - cut.inputs.first;
  const auto rows = part.size() / static_cast<std::size_t>(columns);
  const auto type = file_.tensor(name, shape).type;
  if (type != DataType::kI4 && type != DataType::kI8)
    return float_matrix(static_cast<int>(rows), columns, part);
  std::vector<std::int8_t> steps(part.size());
  std::vector<float> scales;
  for (std::size_t at = 0; at < part.size(); at += static_cast<std::size_t>(columns))
    scales.push_back(to_int8({part.data() + at, static_cast<std::size_t>(columns)}, steps.data() + at));
  return int8_matrix(static_cast<int>(rows), columns, steps, scales);
}

// Narrow matrices stay narrow: each step has to read all of them.
Matrix Binding::matrix(const std::string& name, const Cut& cut) {
  if (const auto change = changes_.of.find(name); change != changes_.of.end() && changes_.strength != 0)
    return changed_matrix(change->second, name, cut);
  const auto& shape = claim(name);
  const int width = static_cast<int>(shape[1]), columns = cut.inputs.end - cut.inputs.first;
  int rows = 0;
  for (const auto& [first, end] : cut.outputs) rows += end - first;
  const auto& stored = file_.tensor(name, shape);
  if (stored.type == DataType::kI8) {
    const auto all = file_.int8_rows(name, shape);
    const auto scales = cut_out(std::span<const float>(all.scales), 1, {cut.outputs, {0, 1}});
    auto laid_out = int8_matrix(rows, columns, cut_out(all.values, width, cut), scales);
    file_.release(stored);
    return laid_out;
  }
  constexpr int kGroup = static_cast<int>(kInt4Group);
  if (stored.type == DataType::kI4 && cut.inputs.first % kGroup == 0 && cut.inputs.end % kGroup == 0) {
    const auto all = file_.int4_rows(name, shape);
    const bool whole = rows == shape[0] && columns == width && cut.outputs.size() == 1;
    const auto part = whole ? Int4Weights{} : cut_out(all, width, cut);
    auto laid_out = int4_matrix(rows, columns, whole ? all : Int4Rows{part.quants, part.scales, part.zeros});
    file_.release(stored);
    return laid_out;
  }
  const auto all = file_.floats(name, shape);
  const auto weights = cut_out(std::span<const float>(all), width, cut);
  if (stored.type != DataType::kBF16) return float_matrix(rows, columns, weights);
  std::vector<std::uint16_t> halves(weights.size());
  std::transform(weights.begin(), weights.end(), halves.begin(), to_bf16);
  return bf16_matrix(rows, columns, halves);
}

Linear Binding::linear(const std::string& name, const Cut& cut) {
  return {matrix(name + ".weight", cut), {}};
}

Linear Binding::linear(const std::string& name) {
  const auto& shape = claim(name + ".weight");
  auto layer = linear(name, {{{0, static_cast<int>(shape[0])}}, {0, static_cast<int>(shape[1])}});
  if (!shapes_.contains(name + ".bias")) return layer;
  const auto bias = floats(name + ".bias");
  layer.bias.assign(bias.begin(), bias.end());
  layer.bias.resize(static_cast<std::size_t>(round_up(layer.rows(), kLanes)));
  return layer;
}

Norm Binding::norm(const std::string& name, float epsilon) {
  return {floats(name + ".weight"), floats(name + ".bias"), epsilon};
}

Table Binding::table(const std::string& name) {
  const auto& shape = claim(name);
  Table table{
      static_cast<int>(shape[1]), file_.tensor(name, shape), std::make_shared<ModelFile>(file_), {}, {}};
  if (table.weight.type == DataType::kI8)
    table.scales = file_.int8_rows(name, shape).scales;
  else if (table.weight.type == DataType::kI4)
    table.int4 = file_.int4_rows(name, shape);
  else
    file_.float_rows(name, shape);
  return table;
}

void Binding::finish(std::span<const std::string_view> tolerated) const {
  for (const auto& [name, shape] : shapes_)
    if (!taken_.contains(name)) throw Error(name, "a parameter that the forward pass does not read");
  for (const auto& [name, change] : changes_.of)
    if (!taken_.contains(name)) throw Error(name, "a change of no parameter of this network");
  const auto bound = [&](const std::string& name) {
    if (taken_.contains(name)) return true;
    const auto dot = name.rfind('.');
    const auto owner = name.substr(0, dot),
               ending = dot == std::string::npos ? std::string() : name.substr(dot);
    if (taken_.contains(owner)) {
      const auto type = file_.tensors().at(owner).type;
      return ending == ".scale" ? type == DataType::kI8
                                : type == DataType::kI4 && (ending == ".scales" || ending == ".zeros");
    }
    return std::any_of(tolerated.begin(), tolerated.end(),
                       [&](std::string_view prefix) { return name.starts_with(prefix); });
  };
  for (const auto& [name, tensor] : file_.tensors())
    if (!bound(name)) throw Error(file_.path().string() + ": " + name, "no parameter of this network");
}

}  // namespace s2m
