// Fixtures of tests/fixtures/nn (made by tools/golden_networks.py) and how to compare with them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "story2midi/base/random.h"
#include "story2midi/nn/model_file.h"
#include "story2midi/nn/parameters.h"
#include "tests/base/scratch_folder.h"

namespace s2m::test {

inline constexpr float kParity = 1e-4f;

inline std::filesystem::path fixture(const std::string& name) {
  return std::filesystem::path(S2M_FIXTURES) / "nn" / name;
}

inline nlohmann::json golden(const std::string& name) {
  return nlohmann::json::parse(std::ifstream(fixture(name)));
}

// Numbers of a list, or of a list of lists one behind the other.
inline std::vector<float> flat(const nlohmann::json& json) {
  std::vector<float> values;
  for (const auto& item : json) {
    if (item.is_number())
      values.push_back(item.get<float>());
    else
      for (const float value : flat(item)) values.push_back(value);
  }
  return values;
}

template <class A, class B>
float largest_difference(const A& a, const B& b) {
  if (a.size() != b.size()) return HUGE_VALF;
  float largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, std::abs(static_cast<float>(a[i] - b[i])));
  return largest;
}

inline double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double product = 0, a_square = 0, b_square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += a[i] * b[i];
    a_square += a[i] * a[i];
    b_square += b[i] * b[i];
  }
  return product / std::sqrt(a_square * b_square);
}

// A file of its own for a test, removed at the end.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name) : path_(scratch_folder() / name) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// All parameters of a network, small and random.
template <class Config>
std::vector<NamedTensor> random_parameters(const Config& config, std::uint64_t seed) {
  Random random(seed);
  std::vector<NamedTensor> tensors;
  visit_parameters(config, [&](const std::string& name, const Shape& shape) {
    std::size_t count = 1;
    for (const auto size : shape) count *= static_cast<std::size_t>(size);
    NamedTensor tensor{name, shape, std::vector<float>(count)};
    for (float& value : tensor.values) value = static_cast<float>(random.uniform() - 0.5);
    tensors.push_back(std::move(tensor));
  });
  return tensors;
}

}  // namespace s2m::test
