#include "nn/model_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "nn/number_formats.h"

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
constexpr TypeName kTypes[] = {{DataType::kF32, "F32", 4},
                               {DataType::kBF16, "BF16", 2},
                               {DataType::kI8, "I8", 1},
                               {DataType::kF16, "F16", 2},
                               {DataType::kI64, "I64", 8}};

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
  throw Error(where, "unknown dtype", "F32, BF16, F16, I8 or I64", name);
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

TensorView read_tensor(const std::string& where, const Json& json, std::span<const std::uint8_t> data) {
  if (!json.is_object() || json.size() != 3 || !json.contains("dtype") || !json.contains("shape") ||
      !json.contains("data_offsets"))
    throw Error(where, "not a tensor's entry", "dtype, shape and data_offsets", {});
  const auto& type = read_type(where, json["dtype"]);
  auto shape = read_sizes(where + ": shape", json["shape"], 0, kMaxRank);
  const auto offsets = read_sizes(where + ": data_offsets", json["data_offsets"], 2, 2);
  const auto begin = static_cast<std::uint64_t>(offsets[0]), end = static_cast<std::uint64_t>(offsets[1]);
  if (begin > end || end > data.size())
    throw Error(where, "offsets out of range", fmt::format("0 to {}", data.size()),
                fmt::format("{} to {}", begin, end));
  const auto count = element_count(shape);
  std::uint64_t bytes = 0;
  if (!count || __builtin_mul_overflow(*count, type.size, &bytes) || bytes != end - begin)
    throw Error(where, "bytes do not fit the shape", fmt::format("{} of {}", to_string(shape), type.name),
                fmt::format("{} bytes", end - begin));
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

float read_float(const std::uint8_t* bytes) {
  float value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::uint16_t read_u16(const std::uint8_t* bytes) {
  return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8);
}

std::vector<float> to_floats(const TensorView& tensor) {
  const auto* bytes = tensor.bytes.data();
  std::vector<float> values(tensor.bytes.size() / type_name(tensor.type).size);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (tensor.type == DataType::kF32) values[i] = read_float(bytes + 4 * i);
    if (tensor.type == DataType::kBF16) values[i] = from_bf16(read_u16(bytes + 2 * i));
    if (tensor.type == DataType::kF16) values[i] = from_f16(read_u16(bytes + 2 * i));
  }
  return values;
}

// ---- Writing.

void append(std::vector<std::uint8_t>& out, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  out.insert(out.end(), bytes, bytes + size);
}

// The header's entries and the bytes behind them grow together.
struct Layout {
  Json header = Json::object();
  std::vector<std::uint8_t> data;

  void add(const std::string& name, DataType type, const Shape& shape, std::span<const std::uint8_t> bytes) {
    if (header.contains(name)) throw Error(name, "two tensors of one name");
    const auto begin = data.size();
    append(data, bytes.data(), bytes.size());
    header[name] = {
        {"dtype", type_name(type).name}, {"shape", shape}, {"data_offsets", {begin, data.size()}}};
  }

  template <class T>
  void add(const std::string& name, DataType type, const Shape& shape, const std::vector<T>& values) {
    add(name, type, shape,
        std::span(reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)));
  }
};

void add_bf16(Layout& layout, const NamedTensor& tensor) {
  std::vector<std::uint16_t> values(tensor.values.size());
  std::transform(tensor.values.begin(), tensor.values.end(), values.begin(), to_bf16);
  layout.add(tensor.name, DataType::kBF16, tensor.shape, values);
}

void add_int8(Layout& layout, const NamedTensor& tensor) {
  const auto rows = static_cast<std::size_t>(tensor.shape[0]);
  const auto columns = rows == 0 ? 0 : tensor.values.size() / rows;
  std::vector<std::int8_t> values(tensor.values.size());
  std::vector<float> scales(rows);
  for (std::size_t row = 0; row < rows; ++row)
    scales[row] = to_int8({tensor.values.data() + row * columns, columns}, values.data() + row * columns);
  layout.add(tensor.name, DataType::kI8, tensor.shape, values);
  layout.add(tensor.name + ".scale", DataType::kF32, {tensor.shape[0]}, scales);
}

void check_values(const NamedTensor& tensor) {
  if (element_count(tensor.shape) != tensor.values.size())
    throw Error(tensor.name, "values do not fit the shape", to_string(tensor.shape),
                fmt::format("{} values", tensor.values.size()));
  if (!std::all_of(tensor.values.begin(), tensor.values.end(),
                   [](float value) { return std::isfinite(value); }))
    throw Error(tensor.name, "a value is not finite");
}

// Spaces behind the JSON let the tensors begin at a multiple of 8 bytes.
std::string header_text(const std::string& where, const Json& header) {
  try {
    auto text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    return text;
  } catch (const Json::exception&) {
    throw Error(where, "metadata is not UTF-8");
  }
}

}  // namespace

struct ModelFile::Impl {
  std::filesystem::path path;
  MappedFile file;
  std::map<std::string, std::string> metadata;
  std::map<std::string, TensorView> tensors;

  explicit Impl(const std::filesystem::path& from) : path(from), file(from) {
    const auto text = header_of(path.string(), file.bytes());
    const auto data = file.bytes().subspan(kLengthBytes + text.size());
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

ModelFile::ModelFile(const std::filesystem::path& path) : impl_(std::make_shared<const Impl>(path)) {}

const std::map<std::string, std::string>& ModelFile::metadata() const { return impl_->metadata; }
const std::map<std::string, TensorView>& ModelFile::tensors() const { return impl_->tensors; }
const std::filesystem::path& ModelFile::path() const { return impl_->path; }

const std::string& ModelFile::metadata(const std::string& key) const {
  const auto found = impl_->metadata.find(key);
  if (found == impl_->metadata.end()) throw Error(path().string(), "metadata " + key + " is missing");
  return found->second;
}

std::vector<float> ModelFile::floats(const std::string& name, const Shape& shape) const {
  const auto& tensor = impl_->tensor(name, shape);
  if (tensor.type == DataType::kI64)
    throw Error(impl_->where(name), "wrong dtype", "F32, BF16, F16 or I8", "I64");
  std::vector<float> values;
  if (tensor.type == DataType::kI8) {
    const auto rows = int8_rows(name, shape);
    const auto columns = rows.values.empty() ? 1 : rows.values.size() / rows.scales.size();
    values.reserve(rows.values.size());
    for (const auto value : rows.values) values.push_back(value * rows.scales[values.size() / columns]);
  } else {
    values = to_floats(tensor);
  }
  if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
    throw Error(impl_->where(name), "a value is not finite");
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

void save_model(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata,
                const std::vector<NamedTensor>& tensors, DataType type) {
  if (type == DataType::kF16 || type == DataType::kI64)
    throw Error(path.string(), "type is never written", "F32, BF16 or I8", type_name(type).name);
  Layout layout;
  layout.header[kMetadata] = metadata;
  for (const auto& tensor : tensors) {
    check_values(tensor);
    const bool matrix = tensor.shape.size() >= 2;
    if (matrix && type == DataType::kBF16)
      add_bf16(layout, tensor);
    else if (matrix && type == DataType::kI8)
      add_int8(layout, tensor);
    else
      layout.add(tensor.name, DataType::kF32, tensor.shape, tensor.values);
  }
  const auto text = header_text(path.string(), layout.header);
  std::vector<std::uint8_t> file;
  file.reserve(kLengthBytes + text.size() + layout.data.size());
  for (std::size_t i = 0; i < kLengthBytes; ++i)
    file.push_back(static_cast<std::uint8_t>(text.size() >> 8 * i));
  append(file, text.data(), text.size());
  append(file, layout.data.data(), layout.data.size());
  write_bytes(path, file);
}

std::string to_string(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

}  // namespace s2m
