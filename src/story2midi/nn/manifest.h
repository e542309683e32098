// The manifest of a folder of models, manifest.json: which files belong together, and that they are whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace s2m {

class ModelFile;

// Metadata of model files. An encoder carries a fingerprint of the weights that training left, in whatever number format
// they are exported; a decoder carries the fingerprint of the encoder that it was trained with.
inline constexpr const char* kFingerprintKey = "fingerprint";
inline constexpr const char* kEncoderKey = "encoder";

// What is known of a decoder's weights beside their bytes.
struct DecoderFacts {
  // False for a decoder that was trained on unlabelled music alone: its cross-attention and its embeddings of valence
  // and arousal are still random.
  bool knows_emotion = true;
  // The slope of the tempo's log odds that any text adds to those of no text, in nats per value of the field: the mean
  // over validation texts (docs/reference/planning.md). It is measured anew for other weights.
  double tempo_trend = 0;
  // The log odds of a major key in the first bar, in nats, by a text: their mean over the same texts. A text that is
  // brighter than that is set in major.
  double mode_odds = 0;
  bool operator==(const DecoderFacts&) const = default;
};

// Of a file's tensors, their names and bytes: sixteen hexadecimal digits. Another number format has another one.
std::string fingerprint_of(const ModelFile& file);

struct Manifest {
  struct File {
    std::uint64_t bytes = 0;
    std::uint64_t checksum = 0;  // checksum_of all of its bytes
    bool operator==(const File&) const = default;
  };
  std::string name;
  std::string licence;
  std::map<std::string, File> files;  // by name within the folder
  DecoderFacts decoder = {};
  bool operator==(const Manifest&) const = default;
};

// None where the folder holds no manifest.json. Throws Error for one that is broken or of another version.
std::optional<Manifest> read_manifest(const std::filesystem::path& folder);

// Of every *.safetensors file in the folder. Throws Error.
Manifest make_manifest(const std::filesystem::path& folder, std::string name, std::string licence);
void save_manifest(const Manifest& manifest, const std::filesystem::path& folder);

// Throws Error of kind kBrokenModel unless the folder's file `name` has the bytes that the manifest states. A damaged file
// and a file of other weights are refused alike. Reads the whole file.
void check_file(const Manifest& manifest, const std::filesystem::path& folder, const std::string& name);
// The same by the folder's own manifest; passes where it has none.
void check_file(const std::filesystem::path& folder, const std::string& name);

// Throws Error of kind kBrokenModel where the decoder states an encoder of another fingerprint. A decoder that states none
// goes with any encoder of its width.
void check_pair(const ModelFile& encoder, const ModelFile& decoder);

}  // namespace s2m
