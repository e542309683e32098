#include "story2midi/nn/hugging_face.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>
#include <span>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/json_members.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

// How users come by what is read.
constexpr const char* kConversion =
    " (transformers: AutoModel.from_pretrained(FOLDER).save_pretrained(NEW, max_shard_size=\"100GB\"))";
constexpr std::uint64_t kMaxConfig = 1 << 20;  // bytes
constexpr std::uint64_t kMaxSize = 1 << 24;
constexpr std::string_view kWords = "embeddings.word_embeddings.weight";
constexpr std::string_view kEmbeddings = "embeddings.";
constexpr std::string_view kBuffers[] = {"embeddings.position_ids", "embeddings.token_type_ids"};
constexpr int kMpnetDistance = 128;  // a constant of its code

// Part of a parameter's name, ours and theirs.
struct Rename {
  std::string_view ours, theirs;
};

// What a family's configuration calls its sizes.
struct SizeNames {
  const char *width, *layers, *heads, *ffn;
};

struct Family {
  std::string_view type;    // model_type
  std::string_view layers;  // their names begin so
  SizeNames sizes = {"hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size"};
  const char* activation = "hidden_act";
  int padding_id = 0;                      // where the configuration says none
  bool after_padding = false;              // positions begin behind padding_id, not at 0
  const char* token_types = nullptr;       // the member with their number
  const char* buckets = nullptr;           // the member with the number of relative positions
  const char* epsilon = "layer_norm_eps";  // null: kSmallEpsilon
  std::span<const Rename> renames = {};    // the first that fits counts
};

constexpr float kSmallEpsilon = 1e-12f;
constexpr Rename kMpnetNames[] = {{".attention.self.query.", ".attention.attn.q."},
                                  {".attention.self.key.", ".attention.attn.k."},
                                  {".attention.self.value.", ".attention.attn.v."},
                                  {".attention.output.dense.", ".attention.attn.o."},
                                  {".attention.output.LayerNorm.", ".attention.LayerNorm."}};
constexpr Rename kDistilNames[] = {{".attention.self.query.", ".attention.q_lin."},
                                   {".attention.self.key.", ".attention.k_lin."},
                                   {".attention.self.value.", ".attention.v_lin."},
                                   {".attention.output.dense.", ".attention.out_lin."},
                                   {".attention.output.LayerNorm.", ".sa_layer_norm."},
                                   {".intermediate.dense.", ".ffn.lin1."},
                                   {".output.dense.", ".ffn.lin2."},
                                   {".output.LayerNorm.", ".output_layer_norm."}};

constexpr Family kFamilies[] = {{.type = "roberta",
                                 .layers = "encoder.",
                                 .padding_id = 1,
                                 .after_padding = true,
                                 .token_types = "type_vocab_size"},
                                {.type = "bert", .layers = "encoder.", .token_types = "type_vocab_size"},
                                {.type = "mpnet",
                                 .layers = "encoder.",
                                 .padding_id = 1,
                                 .after_padding = true,
                                 .buckets = "relative_attention_num_buckets",
                                 .renames = kMpnetNames},
                                {.type = "distilbert",
                                 .layers = "transformer.",
                                 .sizes = {"dim", "n_layers", "n_heads", "hidden_dim"},
                                 .activation = "activation",
                                 .epsilon = nullptr,
                                 .renames = kDistilNames}};

std::string family_names() {
  std::string names;
  for (const auto& family : kFamilies)
    names += (names.empty() ? "\"" : ", \"") + std::string(family.type) + "\"";
  return names;
}

const Family& family_of(const JsonMember& config) {
  const auto type = config.at("model_type");
  const auto found = std::ranges::find(kFamilies, type.text(), &Family::type);
  if (found == std::end(kFamilies)) type.fail("one of " + family_names());
  return *found;
}

const Family& family_named(std::string_view type) {
  return *std::ranges::find(kFamilies, type, &Family::type);
}

int read_size(const JsonMember& member) {
  const auto size = member.count();
  if (size > kMaxSize) member.fail("at most " + std::to_string(kMaxSize));
  return static_cast<int>(size);
}

void demand(const JsonMember& member, const std::string& expected) {
  if (member.text() != expected) member.fail("\"" + expected + "\"");
}

// Members that a family's own configuration may leave out have its values.
void check_architecture(const JsonMember& config, const Family& family) {
  for (const auto& [name, value] :
       {std::pair(family.activation, "gelu"), {"position_embedding_type", "absolute"}})
    if (config.has(name)) demand(config.at(name), value);
  if (config.has("is_decoder") && config.at("is_decoder").flag()) config.at("is_decoder").fail("false");
}

EncoderConfig read_config(const JsonMember& json, const Family& family) {
  EncoderConfig config;
  config.vocabulary = read_size(json.at("vocab_size"));
  config.width = read_size(json.at(family.sizes.width));
  config.layers = read_size(json.at(family.sizes.layers));
  config.heads = read_size(json.at(family.sizes.heads));
  config.ffn = read_size(json.at(family.sizes.ffn));
  config.positions = read_size(json.at("max_position_embeddings"));
  config.token_types = family.token_types ? read_size(json.at(family.token_types)) : 0;
  config.padding_id = json.has("pad_token_id") ? read_size(json.at("pad_token_id")) : family.padding_id;
  config.first_position = family.after_padding ? config.padding_id + 1 : 0;
  if (family.buckets) {
    config.relative_buckets = read_size(json.at(family.buckets));
    config.relative_distance = kMpnetDistance;
  }
  config.norm_epsilon =
      family.epsilon ? static_cast<float>(json.at(family.epsilon).number(0, 1)) : kSmallEpsilon;
  config.projection = 0;
  return config;
}

std::string where(const ModelFile& file, std::string_view name) {
  return file.path().string() + ": " + std::string(name);
}

std::string find_prefix(const ModelFile& file, const Family& family) {
  const auto prefix = std::string(family.type) + ".";
  for (const auto& before : {prefix, std::string()})
    if (file.tensors().contains(before + std::string(kWords))) return before;
  throw Error(where(file, kWords), "tensor is missing",
              "it, with or without \"" + prefix + "\" before its name", {});
}

std::string replaced(std::string name, std::string_view part, std::string_view by) {
  const auto at = name.find(part);
  return at == std::string::npos ? name : name.replace(at, part.size(), by);
}

// The family's name for a parameter of ours. BERT's first files call the norms' weight and bias gamma and beta.
std::string their_name(const ModelFile& file, const Family& family, const std::string& prefix,
                       const std::string& ours) {
  auto name = ours;
  if (name.starts_with("encoder."))
    name = std::string(family.layers) + name.substr(std::string_view("encoder.").size());
  for (const auto& [part, theirs] : family.renames) {
    const auto renamed = replaced(name, part, theirs);
    if (std::exchange(name, renamed) != renamed) break;
  }
  name = prefix + name;
  if (file.tensors().contains(name)) return name;
  const auto old =
      replaced(replaced(name, "LayerNorm.weight", "LayerNorm.gamma"), "LayerNorm.bias", "LayerNorm.beta");
  return file.tensors().contains(old) ? old : name;
}

void check_type(const ModelFile& file, const std::string& name, const Shape& shape) {
  const auto type = file.tensor(name, shape).type;
  if (type != DataType::kF32 && type != DataType::kF16 && type != DataType::kBF16)
    throw Error(where(file, name), "wrong dtype", "F32, F16 or BF16", to_string(type));
}

bool is_ignored(std::string_view name, std::string_view prefix, const Family& family) {
  if (!name.starts_with(prefix)) return true;
  name.remove_prefix(prefix.size());
  const bool inside = name.starts_with(kEmbeddings) || name.starts_with(family.layers);
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
  const auto refuse = [&](const fs::path& file, const char* fault) {
    throw Error(ErrorKind::kUnsupported, file.string(), fault, expected + kConversion, {});
  };
  if (fs::exists(index)) refuse(index, "weights in several files are not read");
  for (const auto* pickle : {"pytorch_model.bin", "pytorch_model.bin.index.json"})
    if (fs::exists(folder / pickle)) refuse(folder / pickle, "a pickle may run code and is not read");
  for (const auto* other : {"tf_model.h5", "flax_model.msgpack", "model.onnx"})
    if (fs::exists(folder / other)) refuse(folder / other, "weights of another format are not read");
  throw Error(ErrorKind::kNotFound, weights.string(), "weights are missing");
}

}  // namespace

HuggingFaceConfig hugging_face_config(std::string_view config_json, const std::string& where) {
  const auto json = parse_json(config_json, where);
  const JsonMember member(json, where);
  const auto& family = family_of(member);
  check_architecture(member, family);
  const auto config = read_config(member, family);
  naming(where, [&] { return encoder_config_from_json(to_json(config)); });  // checks its sizes
  return {std::string(family.type), config};
}

std::uint64_t HuggingFaceEncoder::parameters() const {
  std::uint64_t count = 0;
  for (const auto& tensor : tensors)
    count += static_cast<std::uint64_t>(
        std::accumulate(tensor.shape.begin(), tensor.shape.end(), std::int64_t{1}, std::multiplies<>()));
  return count;
}

HuggingFaceEncoder sort_hugging_face(const ModelFile& weights, const HuggingFaceConfig& config) {
  const auto& family = family_named(config.family);
  HuggingFaceEncoder encoder{config, weights.path(), find_prefix(weights, family), {}, {}};
  std::set<std::string> names;
  visit_parameters(config.encoder, [&](const std::string& name, const Shape& shape) {
    const auto theirs = their_name(weights, family, encoder.prefix, name);
    check_type(weights, theirs, shape);
    names.insert(theirs);
    encoder.tensors.push_back(
        {name, shape, [weights, theirs, shape] { return weights.floats(theirs, shape); }});
  });
  for (const auto& [name, tensor] : weights.tensors()) {
    if (names.contains(name)) continue;
    if (!is_ignored(name, encoder.prefix, family))
      throw Error(where(weights, name), "no part of the encoder that config.json describes");
    encoder.ignored.push_back(name);
  }
  return encoder;
}

HuggingFaceEncoder open_hugging_face(const fs::path& folder) {
  const auto weights = find_weights(folder);
  const auto config_file = folder / "config.json";
  const auto config = hugging_face_config(read_text(config_file, kMaxConfig), config_file.string());
  return sort_hugging_face(ModelFile(weights), config);
}

void save_hugging_face(const HuggingFaceEncoder& encoder, const fs::path& path,
                       const HuggingFaceSaveOptions& options) {
  std::error_code absent;
  if (fs::equivalent(path, encoder.weights, absent))
    throw Error(path.string(), "would replace the weights that are read", "another file", {});
  auto metadata = options.tokenizer;
  metadata["kind"] = "encoder";
  metadata["config"] = to_json(encoder.config.encoder);
  save_model_late(path, metadata, encoder.tensors, options.type, options.progress);
}

}  // namespace s2m
