#include "nn/binding.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "nn/kernels/kernels.h"
#include "nn/number_formats.h"

namespace s2m {

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

// Narrow matrices stay narrow: each step has to read all of them.
Matrix Binding::matrix(const std::string& name) {
  const auto& shape = claim(name);
  const int rows = static_cast<int>(shape[0]), columns = static_cast<int>(shape[1]);
  const auto& stored = file_.tensor(name, shape);
  if (stored.type == DataType::kI8) {
    const auto int8 = file_.int8_rows(name, shape);
    auto laid_out = int8_matrix(rows, columns, int8.values, int8.scales);
    file_.release(stored);
    return laid_out;
  }
  const auto weights = file_.floats(name, shape);
  if (stored.type != DataType::kBF16) return float_matrix(rows, columns, weights);
  std::vector<std::uint16_t> halves(weights.size());
  std::transform(weights.begin(), weights.end(), halves.begin(), to_bf16);
  return bf16_matrix(rows, columns, halves);
}

Linear Binding::linear(const std::string& name) {
  Linear layer{matrix(name + ".weight"), {}};
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
  Table table{static_cast<int>(shape[1]), file_.tensor(name, shape), std::make_shared<ModelFile>(file_), {}};
  if (table.weight.type == DataType::kI8)
    table.scales = file_.int8_rows(name, shape).scales;
  else
    file_.float_rows(name, shape);
  return table;
}

void Binding::finish(std::span<const std::string_view> tolerated) const {
  for (const auto& [name, shape] : shapes_)
    if (!taken_.contains(name)) throw Error(name, "a parameter that the forward pass does not read");
  const auto bound = [&](const std::string& name) {
    if (taken_.contains(name)) return true;
    const auto owner = name.ends_with(".scale") ? name.substr(0, name.size() - 6) : std::string();
    if (taken_.contains(owner)) return file_.tensors().at(owner).type == DataType::kI8;
    return std::any_of(tolerated.begin(), tolerated.end(),
                       [&](std::string_view prefix) { return name.starts_with(prefix); });
  };
  for (const auto& [name, tensor] : file_.tensors())
    if (!bound(name)) throw Error(file_.path().string() + ": " + name, "no parameter of this network");
}

}  // namespace s2m
