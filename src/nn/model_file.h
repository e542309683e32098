// One safetensors file a model: configuration and vocabulary in the header's metadata, weights behind it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "nn/parameters.h"

namespace s2m {

// kF16 and kI64 are read (weights of others, their index buffers) but never written.
enum class DataType : std::uint8_t { kF32, kBF16, kI8, kF16, kI64 };

struct TensorView {
  DataType type = DataType::kF32;
  Shape shape;
  std::span<const std::uint8_t> bytes;  // little-endian, rows first; aligned to nothing
};

// An int8 matrix: values[r][k] * scales[r] is what it stands for.
struct Int8Rows {
  std::span<const std::int8_t> values;  // of the file's mapping
  std::vector<float> scales;
};

// A mapped safetensors file (github.com/huggingface/safetensors): u64 header length, JSON header, tensors
// without gaps or overlaps. Throws Error naming file and tensor for whatever is not as the format says.
class ModelFile {
 public:
  explicit ModelFile(const std::filesystem::path& path);
  const std::map<std::string, std::string>& metadata() const;
  const std::string& metadata(const std::string& key) const;  // throws Error when absent
  const std::map<std::string, TensorView>& tensors() const;
  // As floats, whatever the stored type (int8 needs "<name>.scale", one float a row). Throws Error for an
  // absent tensor, another shape than `shape`, a type that holds no weights, and values that are not finite.
  std::vector<float> floats(const std::string& name, const Shape& shape) const;
  // An int8 tensor as it is stored; throws Error likewise, and for another type.
  Int8Rows int8_rows(const std::string& name, const Shape& shape) const;
  const std::filesystem::path& path() const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

struct NamedTensor {
  std::string name;
  Shape shape;
  std::vector<float> values;
};

// Writes beside and renames. kBF16: matrices round to nearest even. kI8: matrices become symmetric int8 with
// one scale a row ("<name>.scale"). Vectors stay F32 in every type. Metadata must be UTF-8. Throws Error,
// also for values that are not finite.
void save_model(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                const std::vector<NamedTensor>& tensors, DataType type);

std::string to_string(const Shape& shape);  // "[384, 1536]"

}  // namespace s2m
