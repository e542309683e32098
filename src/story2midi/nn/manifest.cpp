#include "story2midi/nn/manifest.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/json_members.h"
#include "story2midi/nn/model_file.h"

namespace s2m {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kVersion = 1;
constexpr std::uint64_t kMostBytes = 1 << 20;
constexpr const char* kName = "manifest.json";

Manifest::File file_at(const std::filesystem::path& path) {
  const MappedFile file(path);
  const Manifest::File entry{file.bytes().size(), checksum_of(file.bytes())};
  file.release(file.bytes());
  return entry;
}

Manifest::File file_from(const JsonMember& json) {
  const auto checksum = from_hex(json.at("xxh3").text());
  if (!checksum) json.at("xxh3").fail("sixteen hexadecimal digits");
  return {json.at("bytes").count(), *checksum};
}

Manifest manifest_from_json(std::string_view text, const std::string& where) {
  const auto json = parse_json(text, where);
  const JsonMember root(json, where);
  if (root.at("version").count() != kVersion)
    throw Error(ErrorKind::kUnsupported, where + ".version", "another version of manifests",
                std::to_string(kVersion), std::to_string(root.at("version").count()));
  Manifest manifest{root.at("name").text(), root.at("licence").text(), {}};
  if (root.has("decoder")) {
    const auto decoder = root.at("decoder");
    manifest.decoder = {decoder.at("knows_emotion").flag(), decoder.at("tempo_trend").number(-1, 1),
                        decoder.at("mode_odds").number(-20, 20)};
  }
  const auto& files = json.at("files");
  if (!files.is_object()) root.at("files").fail("an object");
  for (const auto& [name, entry] : files.items())
    manifest.files[name] = file_from({entry, where + ".files." + name});
  return manifest;
}

std::string described(const Manifest::File& file) {
  return std::to_string(file.bytes) + " bytes of checksum " + to_hex(file.checksum);
}

}  // namespace

std::string fingerprint_of(const ModelFile& file) {
  std::string all;
  for (const auto& [name, tensor] : file.tensors()) {
    all += name + " " + to_hex(checksum_of(tensor.bytes)) + "\n";
    file.release(tensor);
  }
  return to_hex(checksum_of(all));
}

std::optional<Manifest> read_manifest(const std::filesystem::path& folder) {
  const auto path = folder / kName;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return as_kind(ErrorKind::kBrokenModel,
                 [&] { return manifest_from_json(read_text(path, kMostBytes), path.string()); });
}

Manifest make_manifest(const std::filesystem::path& folder, std::string name, std::string licence) {
  if (!std::filesystem::is_directory(folder))
    throw Error(ErrorKind::kNotFound, folder.string(), "is no folder");
  Manifest manifest{std::move(name), std::move(licence), {}};
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".safetensors")
      manifest.files[entry.path().filename().string()] = file_at(entry.path());
  if (manifest.files.empty()) throw Error(folder.string(), "holds no model", "*.safetensors", "none");
  return manifest;
}

void save_manifest(const Manifest& manifest, const std::filesystem::path& folder) {
  Json files = Json::object();
  for (const auto& [name, file] : manifest.files)
    files[name] = {{"bytes", file.bytes}, {"xxh3", to_hex(file.checksum)}};
  const Json json{{"version", kVersion},
                  {"name", manifest.name},
                  {"licence", manifest.licence},
                  {"files", files},
                  {"decoder",
                   {{"knows_emotion", manifest.decoder.knows_emotion},
                    {"tempo_trend", manifest.decoder.tempo_trend},
                    {"mode_odds", manifest.decoder.mode_odds}}}};
  write_text(folder / kName, json.dump(2) + "\n");
}

void check_file(const Manifest& manifest, const std::filesystem::path& folder, const std::string& name) {
  const auto path = folder / name;
  const auto found = manifest.files.find(name);
  if (found == manifest.files.end())
    throw Error(ErrorKind::kBrokenModel, path.string(), "is no file of " + (folder / kName).string());
  const auto actual = file_at(path);
  if (actual != found->second)
    throw Error(ErrorKind::kBrokenModel, path.string(),
                "is damaged or belongs to other models than manifest.json says", described(found->second),
                described(actual));
}

void check_file(const std::filesystem::path& folder, const std::string& name) {
  if (const auto manifest = read_manifest(folder)) check_file(*manifest, folder, name);
}

void check_pair(const ModelFile& encoder, const ModelFile& decoder) {
  const auto value_of = [](const ModelFile& file, const char* key) {
    const auto found = file.metadata().find(key);
    return found == file.metadata().end() ? std::string() : found->second;
  };
  const auto expected = value_of(decoder, kEncoderKey), actual = value_of(encoder, kFingerprintKey);
  if (!expected.empty() && expected != actual)
    throw Error(ErrorKind::kBrokenModel, decoder.path().string(),
                "was trained with another encoder than " + encoder.path().string(), "fingerprint " + expected,
                actual.empty() ? "none" : actual);
}

}  // namespace s2m
