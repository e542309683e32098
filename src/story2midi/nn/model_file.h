// One safetensors file a model: configuration and vocabulary in the header's metadata, weights behind it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "story2midi/base/progress.h"
#include "story2midi/nn/parameters.h"

namespace s2m {

// kF16 and kI64 are read (weights of others, their index buffers) but never written. kI4 is stored as bytes (U8) that
// hold two weights each (int4_groups.h).
enum class DataType : std::uint8_t { kF32, kBF16, kI8, kF16, kI64, kI4 };

struct TensorView {
  DataType type = DataType::kF32;
  Shape shape;                          // of the weights: of kI4, the last size is twice the file's
  std::span<const std::uint8_t> bytes;  // little-endian, rows first; aligned to nothing
};

// An int8 matrix: values[r][k] * scales[r] is what it stands for.
struct Int8Rows {
  std::span<const std::int8_t> values;  // of the file's mapping
  std::vector<float> scales;
};

// A matrix in 4 bits (int4_groups.h): weight = scales[group] * (quant - zeros[group]).
struct Int4Rows {
  std::span<const std::uint8_t> quants;  // of the file's mapping, two a byte
  std::vector<std::uint16_t> scales;     // rows x columns / 32, bfloat16
  std::vector<std::uint8_t> zeros;       // likewise, one a byte
};

// A mapped safetensors file (github.com/huggingface/safetensors): u64 header length, JSON header, tensors
// without gaps or overlaps. Throws Error naming file and tensor for whatever is not as the format says.
class ModelFile {
 public:
  explicit ModelFile(const std::filesystem::path& path);
  // A file's bytes in memory, which must outlive this and all that was made from it; `name` stands in errors.
  ModelFile(std::span<const std::uint8_t> bytes, const std::string& name);
  const std::map<std::string, std::string>& metadata() const;
  const std::string& metadata(const std::string& key) const;  // throws Error when absent
  const std::map<std::string, TensorView>& tensors() const;
  // Throws Error for an absent tensor and for another shape than `shape`.
  const TensorView& tensor(const std::string& name, const Shape& shape) const;
  // As floats, whatever the stored type (int8 needs "<name>.scale", one float a row; 4 bits
  // need "<name>.scales" and "<name>.zeros"). Throws Error for an
  // absent tensor, another shape than `shape`, a type that holds no weights, and values that are not finite.
  // The memory of what was read is given back: only the copy stays.
  std::vector<float> floats(const std::string& name, const Shape& shape) const;
  // An int8 tensor as it is stored; throws Error likewise, and for another type.
  Int8Rows int8_rows(const std::string& name, const Shape& shape) const;
  // Likewise of a matrix in 4 bits.
  Int4Rows int4_rows(const std::string& name, const Shape& shape) const;
  // A tensor of floats as it is stored, to be read from the mapping; throws Error as floats() does.
  const TensorView& float_rows(const std::string& name, const Shape& shape) const;
  // Gives back the memory of a tensor that is not looked at again soon.
  void release(const TensorView& tensor) const;
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

// A tensor whose values are made when it is their turn to be written, so that a large model never stands in
// memory as a whole.
struct LateTensor {
  std::string name;
  Shape shape;
  std::function<std::vector<float>()> values;
};

// Writes beside and renames. kBF16: matrices round to nearest even. kI8: matrices become symmetric int8 with
// one scale a row ("<name>.scale"). kI4: matrices become 4 bits with a scale and a zero for each 32 columns
// ("<name>.scales", "<name>.zeros"); those that do not fit (fits_int4) become int8. Vectors stay F32 in every type. Metadata must be UTF-8. Throws Error,
// also for values that are not finite.
void save_model(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                const std::vector<NamedTensor>& tensors, DataType type);
// Bytes that are no weights, stored as a vector of U8 behind the weights.
struct RawTensor {
  std::string name;
  std::vector<std::uint8_t> bytes;
};
void save_model(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                const std::vector<NamedTensor>& tensors, const std::vector<RawTensor>& raw, DataType type);
// The same bytes from tensors one after the other; progress counts values.
void save_model_late(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                     const std::vector<LateTensor>& tensors, DataType type, const Progress& progress = {});

std::string to_string(const Shape& shape);  // "[384, 1536]"
std::string to_string(DataType type);       // "BF16", as the format writes it

}  // namespace s2m
