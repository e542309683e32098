#include "story2midi/nn/model_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/json_members.h"
#include "story2midi/nn/int4_groups.h"
#include "story2midi/nn/number_formats.h"

namespace s2m {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMaxHeader = 100'000'000;  // the format's own limit
constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kMaxRank = 8;
constexpr const char* kMetadata = "__metadata__";

struct TypeName {
  DataType type;
  const char* name;
  std::uint64_t size;  // bytes an element
};
constexpr TypeName kTypes[] = {{DataType::kF32, "F32", 4}, {DataType::kBF16, "BF16", 2},
                               {DataType::kI8, "I8", 1},   {DataType::kF16, "F16", 2},
                               {DataType::kI64, "I64", 8}, {DataType::kI4, "U8", 1}};

const TypeName& type_name(DataType type) {
  return *std::find_if(std::begin(kTypes), std::end(kTypes),
                       [&](const TypeName& t) { return t.type == type; });
}

// The product of a shape's sizes; nothing where it is more than any file holds.
std::optional<std::uint64_t> element_count(const Shape& shape) {
  std::uint64_t count = 1;
  for (const auto size : shape)
    if (size < 0 || __builtin_mul_overflow(count, static_cast<std::uint64_t>(size), &count))
      return std::nullopt;
  return count;
}

// ---- Reading.

std::uint64_t little_endian_u64(const std::uint8_t* bytes) {
  std::uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | bytes[i];
  return value;
}

std::span<const std::uint8_t> header_of(const std::string& where, std::span<const std::uint8_t> file) {
  if (file.size() < kLengthBytes)
    throw Error(where, "too short for a safetensors file", "8 bytes", std::to_string(file.size()));
  const auto length = little_endian_u64(file.data());
  if (length > kMaxHeader)
    throw Error(where, "header too large", fmt::format("at most {} bytes", kMaxHeader),
                std::to_string(length));
  if (length > file.size() - kLengthBytes)
    throw Error(where, "header runs past the file's end", std::to_string(length),
                std::to_string(file.size() - kLengthBytes));
  return file.subspan(kLengthBytes, length);
}

// JSON lets later members replace earlier ones of the same name; a tensor listed twice must not pass.
Json parse_header(const std::string& where, std::span<const std::uint8_t> text) {
  std::set<std::string> seen;
  std::string twice;
  const auto notice = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::key && depth == 1 && !seen.insert(parsed.get<std::string>()).second)
      twice = parsed.get<std::string>();
    return true;
  };
  check_json_depth({reinterpret_cast<const char*>(text.data()), text.size()}, where + ": header");
  auto header = Json::parse(text.begin(), text.end(), notice, false);
  if (!header.is_object()) throw Error(where, "header is not a JSON object");
  if (!twice.empty()) throw Error(where + ": " + twice, "tensor listed twice");
  return header;
}

std::map<std::string, std::string> read_metadata(const std::string& where, const Json& json) {
  if (!json.is_object()) throw Error(where, "metadata is not a JSON object");
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) throw Error(where + ": metadata " + key, "not a string");
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

const TypeName& read_type(const std::string& where, const Json& json) {
  const auto name = json.is_string() ? json.get<std::string>() : std::string("no string");
  for (const auto& type : kTypes)
    if (name == type.name) return type;
  throw Error(where, "unknown dtype", "F32, BF16, F16, I8, U8 or I64", name);
}

// A list of `least` to `most` integers from 0 up.
std::vector<std::int64_t> read_sizes(const std::string& where, const Json& json, std::size_t least,
                                     std::size_t most) {
  bool good = json.is_array() && json.size() >= least && json.size() <= most;
  std::vector<std::int64_t> sizes;
  for (std::size_t i = 0; good && i < json.size(); ++i) {
    good = json[i].is_number_unsigned() && json[i].get<std::uint64_t>() <= INT64_MAX;
    if (good) sizes.push_back(json[i].get<std::int64_t>());
  }
  if (!good) throw Error(where, "not a list of sizes");
  return sizes;
}

// A byte holds two weights.
void double_columns(const std::string& where, Shape& shape) {
  if (shape.empty() || shape.back() > INT64_MAX / 2)
    throw Error(where, "a tensor of U8 without columns", "weights in 4 bits, two in a byte",
                to_string(shape));
  shape.back() *= 2;
}

TensorView read_tensor(const std::string& where, const Json& json, std::span<const std::uint8_t> data) {
  if (!json.is_object() || json.size() != 3 || !json.contains("dtype") || !json.contains("shape") ||
      !json.contains("data_offsets"))
    throw Error(where, "not a tensor's entry", "dtype, shape and data_offsets", {});
  const auto& type = read_type(where, json["dtype"]);
  auto shape = read_sizes(where + ": shape", json["shape"], 0, kMaxRank);
  const auto offsets = read_sizes(where + ": data_offsets", json["data_offsets"], 2, 2);
  const auto begin = static_cast<std::uint64_t>(offsets[0]), end = static_cast<std::uint64_t>(offsets[1]);
  if (end > data.size())
    throw Error(where, "data run past the file's end", fmt::format("at most {} bytes", data.size()),
                fmt::format("{} to {}", begin, end));
  if (begin > end) throw Error(where, "offsets run backwards", {}, fmt::format("{} to {}", begin, end));
  const auto count = element_count(shape);
  std::uint64_t bytes = 0;
  if (!count || __builtin_mul_overflow(*count, type.size, &bytes) || bytes != end - begin)
    throw Error(where, "bytes do not fit the shape", fmt::format("{} of {}", to_string(shape), type.name),
                fmt::format("{} bytes", end - begin));
  if (type.type == DataType::kI4) double_columns(where, shape);
  return {type.type, std::move(shape), data.subspan(begin, end - begin)};
}

// Sorted by offset, each tensor must begin where the one before it ends, and the last ends with the file.
void check_layout(const std::string& where, const std::map<std::string, TensorView>& tensors,
                  std::span<const std::uint8_t> data) {
  std::vector<std::pair<std::span<const std::uint8_t>, std::string>> order;
  for (const auto& [name, tensor] : tensors) order.emplace_back(tensor.bytes, name);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first.data(), a.first.size()) < std::pair(b.first.data(), b.first.size());
  });
  const auto* at = data.data();
  for (const auto& [bytes, name] : order) {
    if (bytes.data() != at)
      throw Error(where + ": " + name,
                  bytes.data() < at ? "overlaps another tensor" : "leaves a gap before it",
                  fmt::format("offset {}", at - data.data()), fmt::format("{}", bytes.data() - data.data()));
    at += bytes.size();
  }
  if (at != data.data() + data.size())
    throw Error(where, "bytes behind the last tensor", fmt::format("{}", at - data.data()),
                fmt::format("{}", data.size()));
}

// f(value) for each, left to right.
template <class F>
void for_each_float(const TensorView& tensor, F&& f) {
  const auto* at = tensor.bytes.data();
  const auto* end = at + tensor.bytes.size();
  const auto each = [&]<class Stored>(Stored stored, auto widen) {
    for (; at < end; at += sizeof stored) {
      std::memcpy(&stored, at, sizeof stored);
      f(widen(stored));
    }
  };
  if (tensor.type == DataType::kF32) each(0.f, [](float value) { return value; });
  if (tensor.type == DataType::kBF16) each(std::uint16_t{0}, from_bf16);
  if (tensor.type == DataType::kF16) each(std::uint16_t{0}, from_f16);
}

bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

// ---- Writing.

// Vectors stay as they are.
DataType stored_type(const Shape& shape, DataType type) {
  if (shape.size() < 2) return DataType::kF32;
  return type == DataType::kI4 && !fits_int4(shape) ? DataType::kI8 : type;
}

constexpr auto kGroup = static_cast<std::int64_t>(kInt4Group);
Shape groups_of(const Shape& shape) { return {shape[0], shape[1] / kGroup}; }

// The header's entries, and how many bytes lie behind them.
struct Layout {
  Json header = Json::object();
  std::uint64_t bytes = 0, values = 0;

  void add(const std::string& name, const Shape& shape, DataType type) {
    const auto count = element_count(shape);
    if (!count || *count > INT64_MAX / 8) throw Error(name, "too large", {}, to_string(shape));
    if (header.contains(name)) throw Error(name, "two tensors of one name");
    values += *count;
    if (type != DataType::kI4) {
      append(name, shape, type);
      if (type == DataType::kI8) add(name + ".scale", {shape[0]}, DataType::kF32);
      return;
    }
    append(name, {shape[0], shape[1] / 2}, type);
    append(name + ".scales", groups_of(shape), DataType::kBF16);
    append(name + ".zeros", {shape[0], groups_of(shape)[1] / 2}, type);
  }
  void add(const RawTensor& raw) {
    if (header.contains(raw.name)) throw Error(raw.name, "two tensors of one name");
    append(raw.name, {static_cast<std::int64_t>(raw.bytes.size())}, DataType::kI4);
  }

 private:
  void append(const std::string& name, const Shape& stored, DataType type) {
    const auto begin = bytes;
    bytes += *element_count(stored) * type_name(type).size;
    header[name] = {{"dtype", type_name(type).name}, {"shape", stored}, {"data_offsets", {begin, bytes}}};
  }
};

template <class T>
void write(NewFile& file, const std::vector<T>& values) {
  file.write({reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)});
}

void write_bf16(NewFile& file, const std::vector<float>& values) {
  std::vector<std::uint16_t> halves(values.size());
  std::transform(values.begin(), values.end(), halves.begin(), to_bf16);
  write(file, halves);
}

void write_int8(NewFile& file, std::size_t rows, const std::vector<float>& values) {
  const auto columns = rows == 0 ? 0 : values.size() / rows;
  std::vector<std::int8_t> steps(values.size());
  std::vector<float> scales(rows);
  for (std::size_t row = 0; row < rows; ++row)
    scales[row] = to_int8({values.data() + row * columns, columns}, steps.data() + row * columns);
  write(file, steps);
  write(file, scales);
}

void write_int4(NewFile& file, const std::vector<float>& values) {
  const auto packed = to_int4(values);
  write(file, packed.quants);
  write(file, packed.scales);
  write(file, packed.zeros);
}

void check_values(const std::string& name, const Shape& shape, const std::vector<float>& values) {
  if (element_count(shape) != values.size())
    throw Error(name, "values do not fit the shape", to_string(shape),
                fmt::format("{} values", values.size()));
  if (!all_finite(values)) throw Error(name, "a value is not finite");
}

void write_values(NewFile& file, const Shape& shape, const std::vector<float>& values, DataType type) {
  switch (stored_type(shape, type)) {
    case DataType::kBF16:
      return write_bf16(file, values);
    case DataType::kI8:
      return write_int8(file, static_cast<std::size_t>(shape[0]), values);
    case DataType::kI4:
      return write_int4(file, values);
    default:
      return write(file, values);
  }
}

// The length and the JSON; spaces behind it let the tensors begin at a multiple of 8 bytes.
std::vector<std::uint8_t> header_bytes(const std::string& where, const Json& header) {
  std::string text;
  try {
    text = header.dump();
  } catch (const Json::exception&) {
    throw Error(where, "metadata is not UTF-8");
  }
  text.append((8 - text.size() % 8) % 8, ' ');
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < kLengthBytes; ++i)
    bytes.push_back(static_cast<std::uint8_t>(text.size() >> 8 * i));
  bytes.insert(bytes.end(), text.begin(), text.end());
  return bytes;
}

}  // namespace

struct ModelFile::Impl {
  std::filesystem::path path;
  std::optional<MappedFile> file;  // none for bytes in memory
  std::map<std::string, std::string> metadata;
  std::map<std::string, TensorView> tensors;

  explicit Impl(const std::filesystem::path& from) : path(from), file(from) { read(file->bytes()); }
  Impl(std::span<const std::uint8_t> bytes, const std::string& name) : path(name) { read(bytes); }

  void read(std::span<const std::uint8_t> bytes) {
    const auto text = header_of(path.string(), bytes);
    const auto data = bytes.subspan(kLengthBytes + text.size());
    const auto header = parse_header(path.string(), text);
    for (const auto& [name, entry] : header.items()) {
      if (name == kMetadata)
        metadata = read_metadata(path.string(), entry);
      else
        tensors.emplace(name, read_tensor(where(name), entry, data));
    }
    check_layout(path.string(), tensors, data);
  }

  std::string where(const std::string& name) const { return path.string() + ": " + name; }

  const TensorView& tensor(const std::string& name, const Shape& shape) const {
    const auto found = tensors.find(name);
    if (found == tensors.end()) throw Error(where(name), "tensor is missing");
    if (found->second.shape != shape)
      throw Error(where(name), "wrong shape", to_string(shape), to_string(found->second.shape));
    return found->second;
  }
};

ModelFile::ModelFile(const std::filesystem::path& path)
    : impl_(as_kind(ErrorKind::kBrokenModel, [&] { return std::make_shared<const Impl>(path); })) {}

ModelFile::ModelFile(std::span<const std::uint8_t> bytes, const std::string& name)
    : impl_(as_kind(ErrorKind::kBrokenModel, [&] { return std::make_shared<const Impl>(bytes, name); })) {}

const std::map<std::string, std::string>& ModelFile::metadata() const { return impl_->metadata; }
const std::map<std::string, TensorView>& ModelFile::tensors() const { return impl_->tensors; }
const std::filesystem::path& ModelFile::path() const { return impl_->path; }

const std::string& ModelFile::metadata(const std::string& key) const {
  const auto found = impl_->metadata.find(key);
  if (found == impl_->metadata.end()) throw Error(path().string(), "metadata " + key + " is missing");
  return found->second;
}

const TensorView& ModelFile::tensor(const std::string& name, const Shape& shape) const {
  return impl_->tensor(name, shape);
}

std::vector<float> ModelFile::floats(const std::string& name, const Shape& shape) const {
  const auto& tensor = impl_->tensor(name, shape);
  if (tensor.type == DataType::kI64)
    throw Error(impl_->where(name), "wrong dtype", "F32, BF16, F16 or I8", "I64");
  std::vector<float> values(*element_count(shape));
  if (tensor.type == DataType::kI4) {
    const auto rows = int4_rows(name, shape);
    for (std::size_t g = 0; g < rows.scales.size(); ++g)
      from_int4(rows.quants.data() + g * kInt4Group / 2, from_bf16(rows.scales[g]), rows.zeros[g],
                values.data() + g * kInt4Group);
  } else if (tensor.type == DataType::kI8) {
    const auto rows = int8_rows(name, shape);
    const auto columns = values.empty() ? 1 : values.size() / rows.scales.size();
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = rows.values[i] * rows.scales[i / columns];
  } else {
    for_each_float(tensor, [to = values.data()](float value) mutable { *to++ = value; });
  }
  release(tensor);
  if (!all_finite(values)) throw Error(impl_->where(name), "a value is not finite");
  return values;
}

Int8Rows ModelFile::int8_rows(const std::string& name, const Shape& shape) const {
  const auto& tensor = impl_->tensor(name, shape);
  if (tensor.type != DataType::kI8 || shape.empty())
    throw Error(impl_->where(name), "wrong dtype", "I8 in rows", type_name(tensor.type).name);
  const auto scale = name + ".scale";
  if (impl_->tensor(scale, {shape[0]}).type == DataType::kI8)
    throw Error(impl_->where(scale), "wrong dtype", "F32", "I8");
  return {{reinterpret_cast<const std::int8_t*>(tensor.bytes.data()), tensor.bytes.size()},
          floats(scale, {shape[0]})};
}

Int4Rows ModelFile::int4_rows(const std::string& name, const Shape& shape) const {
  const auto& tensor = impl_->tensor(name, shape);
  if (tensor.type != DataType::kI4)
    throw Error(impl_->where(name), "wrong dtype", "U8", to_string(tensor.type));
  if (shape.size() != 2 || shape[1] % (2 * kGroup) != 0)
    throw Error(impl_->where(name), "wrong shape for 4 bits", "a matrix with a multiple of 64 columns",
                to_string(shape));
  const auto& scales = float_rows(name + ".scales", groups_of(shape));
  const auto& zeros = impl_->tensor(name + ".zeros", groups_of(shape));
  if (scales.type != DataType::kBF16)
    throw Error(impl_->where(name + ".scales"), "wrong dtype", "BF16", to_string(scales.type));
  if (zeros.type != DataType::kI4)
    throw Error(impl_->where(name + ".zeros"), "wrong dtype", "U8", to_string(zeros.type));
  Int4Rows rows{tensor.bytes, std::vector<std::uint16_t>(*element_count(scales.shape)), {}};
  std::ranges::copy(scales.bytes, reinterpret_cast<std::uint8_t*>(rows.scales.data()));
  rows.zeros.reserve(rows.scales.size());
  for (const auto pair : zeros.bytes)
    rows.zeros.insert(rows.zeros.end(), {std::uint8_t(pair & 15), std::uint8_t(pair >> 4)});
  return rows;
}

const TensorView& ModelFile::float_rows(const std::string& name, const Shape& shape) const {
  const auto& tensor = impl_->tensor(name, shape);
  if (tensor.type == DataType::kI64 || tensor.type == DataType::kI8 || tensor.type == DataType::kI4)
    throw Error(impl_->where(name), "wrong dtype", "F32, BF16 or F16", to_string(tensor.type));
  bool finite = true;
  for_each_float(tensor, [&](float value) { finite &= std::isfinite(value); });
  release(tensor);
  if (!finite) throw Error(impl_->where(name), "a value is not finite");
  return tensor;
}

void ModelFile::release(const TensorView& tensor) const {
  if (impl_->file) impl_->file->release(tensor.bytes);
}

namespace {

// A file of metadata and tensors in the making.
void write_file(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                const std::function<void(Layout&)>& lay_out,
                const std::function<void(NewFile&, const Layout&)>& fill) {
  Layout layout;
  layout.header[kMetadata] = metadata;
  lay_out(layout);
  NewFile file(path);
  file.write(header_bytes(path.string(), layout.header));
  fill(file, layout);
  file.commit();
}

void add_all(Layout& layout, const auto& tensors, DataType type) {
  for (const auto& tensor : tensors) layout.add(tensor.name, tensor.shape, stored_type(tensor.shape, type));
}

void check_written(const std::filesystem::path& path, DataType type) {
  if (type == DataType::kF16 || type == DataType::kI64)
    throw Error(path.string(), "type is never written", "F32, BF16, I8 or U8 (4 bits)", to_string(type));
}

}  // namespace

void save_model(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                const std::vector<NamedTensor>& tensors, DataType type) {
  save_model(path, metadata, tensors, {}, type);
}

void save_model(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                const std::vector<NamedTensor>& tensors, const std::vector<RawTensor>& raw, DataType type) {
  check_written(path, type);
  write_file(
      path, metadata,
      [&](Layout& layout) {
        add_all(layout, tensors, type);
        for (const auto& bytes : raw) layout.add(bytes);
      },
      [&](NewFile& file, const Layout&) {
        for (const auto& tensor : tensors) {
          check_values(tensor.name, tensor.shape, tensor.values);
          write_values(file, tensor.shape, tensor.values, type);
        }
        for (const auto& bytes : raw) file.write(bytes.bytes);
      });
}

void save_model_late(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                     const std::vector<LateTensor>& tensors, DataType type, const Progress& progress) {
  check_written(path, type);
  write_file(
      path, metadata, [&](Layout& layout) { add_all(layout, tensors, type); },
      [&](NewFile& file, const Layout& layout) {
        std::uint64_t done = 0;
        for (const auto& tensor : tensors) {
          const auto values = tensor.values();
          check_values(tensor.name, tensor.shape, values);
          write_values(file, tensor.shape, values, type);
          done += values.size();
          report_progress(progress, done, layout.values);
        }
      });
}

std::string to_string(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }
std::string to_string(DataType type) { return type_name(type).name; }

}  // namespace s2m
