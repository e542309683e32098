#include "nn/binding.h"

#include <algorithm>

#include "base/error.h"

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

Floats Binding::take(const std::string& name) { return file_.floats(name, claim(name)); }

// Int8 matrices stay as they are: a quarter of the memory that each step has to read.
void Binding::take_int8(const std::string& name, Linear& layer) {
  auto rows = file_.int8_rows(name, claim(name));
  layer.steps = std::move(rows.values);
  layer.scale = std::move(rows.scales);
}

Linear Binding::linear(const std::string& name) {
  Linear layer;
  const auto weight = name + ".weight";
  const auto found = file_.tensors().find(weight);
  if (found != file_.tensors().end() && found->second.type == DataType::kI8)
    take_int8(weight, layer);
  else
    layer.weight = take(weight);
  const auto& shape = shapes_.at(weight);
  layer.rows = static_cast<int>(shape[0]);
  layer.columns = static_cast<int>(shape[1]);
  if (shapes_.contains(name + ".bias")) layer.bias = take(name + ".bias");
  return layer;
}

Norm Binding::norm(const std::string& name, float epsilon) {
  return {take(name + ".weight"), take(name + ".bias"), epsilon};
}

Table Binding::table(const std::string& name) {
  auto weight = take(name);
  return {static_cast<int>(shapes_.at(name)[1]), std::move(weight)};
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
