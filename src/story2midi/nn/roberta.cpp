#include "story2midi/nn/roberta.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/json_members.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxConfig = 1 << 20;  // bytes
constexpr std::uint64_t kMaxSize = 1 << 24;
constexpr std::string_view kPrefix = "roberta.";
constexpr std::string_view kWords = "embeddings.word_embeddings.weight";
constexpr std::string_view kBuffers[] = {"embeddings.position_ids", "embeddings.token_type_ids"};

int read_size(const JsonMember& member) {
  const auto size = member.count();
  if (size > kMaxSize) member.fail("at most " + std::to_string(kMaxSize));
  return static_cast<int>(size);
}

void demand(const JsonMember& member, const std::string& expected) {
  if (member.text() != expected) member.fail("\"" + expected + "\"");
}

// Members that RoBERTa's own configuration may leave out have its values.
void check_architecture(const JsonMember& config) {
  demand(config.at("model_type"), "roberta");
  for (const auto& [name, value] : {std::pair("hidden_act", "gelu"), {"position_embedding_type", "absolute"}})
    if (config.has(name)) demand(config.at(name), value);
  if (config.has("is_decoder") && config.at("is_decoder").flag()) config.at("is_decoder").fail("false");
}

EncoderConfig read_config(const JsonMember& json) {
  EncoderConfig config;
  config.vocabulary = read_size(json.at("vocab_size"));
  config.width = read_size(json.at("hidden_size"));
  config.layers = read_size(json.at("num_hidden_layers"));
  config.heads = read_size(json.at("num_attention_heads"));
  config.ffn = read_size(json.at("intermediate_size"));
  config.positions = read_size(json.at("max_position_embeddings"));
  config.token_types = read_size(json.at("type_vocab_size"));
  if (json.has("pad_token_id")) config.padding_id = read_size(json.at("pad_token_id"));
  config.norm_epsilon = static_cast<float>(json.at("layer_norm_eps").number(0, 1));
  config.projection = 0;
  return config;
}

std::string where(const ModelFile& file, std::string_view name) {
  return file.path().string() + ": " + std::string(name);
}

std::string find_prefix(const ModelFile& file) {
  for (const auto prefix : {kPrefix, std::string_view{}})
    if (file.tensors().contains(std::string(prefix) + std::string(kWords))) return std::string(prefix);
  throw Error(where(file, kWords), "tensor is missing", "it, with or without \"roberta.\" before its name",
              {});
}

void check_type(const ModelFile& file, const std::string& name, const Shape& shape) {
  const auto type = file.tensor(name, shape).type;
  if (type != DataType::kF32 && type != DataType::kF16 && type != DataType::kBF16)
    throw Error(where(file, name), "wrong dtype", "F32, F16 or BF16", to_string(type));
}

bool is_ignored(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return true;
  name.remove_prefix(prefix.size());
  const bool inside = name.starts_with("embeddings.") || name.starts_with("encoder.");
  return !inside || std::ranges::find(kBuffers, name) != std::end(kBuffers);
}

// What `git clone` leaves where Git LFS is not installed.
bool is_lfs_pointer(const fs::path& path) {
  constexpr std::string_view kStart = "version https://git-lfs";
  const MappedFile file(path);
  return file.bytes().size() >= kStart.size() &&
         std::equal(kStart.begin(), kStart.end(), file.bytes().begin());
}

// Throws Error for what users have most often instead of it.
fs::path find_weights(const fs::path& folder) {
  const auto weights = folder / "model.safetensors", index = folder / "model.safetensors.index.json";
  const std::string expected = "one model.safetensors";
  if (!fs::is_directory(folder))
    throw Error(ErrorKind::kNotFound, folder.string(), "is no folder", "a folder with " + expected, {});
  if (fs::exists(weights)) {
    if (is_lfs_pointer(weights))
      throw Error(weights.string(), "is only a pointer of Git LFS", "the weights themselves", {});
    return weights;
  }
  if (fs::exists(index))
    throw Error(ErrorKind::kUnsupported, index.string(), "weights in several files are not read", expected,
                {});
  for (const auto* pickle : {"pytorch_model.bin", "pytorch_model.bin.index.json"})
    if (fs::exists(folder / pickle))
      throw Error(ErrorKind::kUnsupported, (folder / pickle).string(),
                  "a pickle may run code and is not read", expected, {});
  throw Error(ErrorKind::kNotFound, weights.string(), "weights are missing");
}

}  // namespace

EncoderConfig roberta_config(std::string_view config_json, const std::string& where) {
  const auto json = parse_json(config_json, where);
  const JsonMember member(json, where);
  check_architecture(member);
  const auto config = read_config(member);
  naming(where, [&] { return encoder_config_from_json(to_json(config)); });  // checks its sizes
  return config;
}

std::uint64_t Roberta::parameters() const {
  std::uint64_t count = 0;
  for (const auto& tensor : tensors)
    count += static_cast<std::uint64_t>(
        std::accumulate(tensor.shape.begin(), tensor.shape.end(), std::int64_t{1}, std::multiplies<>()));
  return count;
}

Roberta sort_roberta(const ModelFile& weights, const EncoderConfig& config) {
  Roberta roberta{config, weights.path(), find_prefix(weights), {}, {}};
  std::set<std::string> names;
  visit_parameters(config, [&](const std::string& name, const Shape& shape) {
    const auto own = roberta.prefix + name;
    check_type(weights, own, shape);
    names.insert(own);
    roberta.tensors.push_back({name, shape, [weights, own, shape] { return weights.floats(own, shape); }});
  });
  for (const auto& [name, tensor] : weights.tensors()) {
    if (names.contains(name)) continue;
    if (!is_ignored(name, roberta.prefix))
      throw Error(where(weights, name), "no part of the encoder that config.json describes");
    roberta.ignored.push_back(name);
  }
  return roberta;
}

Roberta open_roberta(const fs::path& folder) {
  const auto weights = find_weights(folder);
  const auto config_file = folder / "config.json";
  const auto config = roberta_config(read_text(config_file, kMaxConfig), config_file.string());
  return sort_roberta(ModelFile(weights), config);
}

void save_roberta(const Roberta& roberta, const fs::path& path, const RobertaSaveOptions& options) {
  std::error_code absent;
  if (fs::equivalent(path, roberta.weights, absent))
    throw Error(path.string(), "would replace the weights that are read", "another file", {});
  save_model_late(path,
                  {{"kind", "encoder"},
                   {"config", to_json(roberta.config)},
                   {"vocab", options.vocab_json},
                   {"merges", options.merges_txt}},
                  roberta.tensors, options.type, options.progress);
}

}  // namespace s2m
