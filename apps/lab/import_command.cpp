// story2midi import: a text encoder in Hugging Face's layout becomes a model file of ours.
#include <fmt/format.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/nn/hugging_face.h"
#include "story2midi/tokenizers/tokenizer.h"

namespace s2m::apps {
namespace {

namespace fs = std::filesystem;

constexpr int kMostSpareRows = 127;  // tables are filled up to a multiple of 64 or 128 for the sake of GPUs

struct Options {
  std::string folder, output;
  std::string type = "f32";
  bool json = false;
};

const std::map<std::string, DataType> kTypes{
    {"f32", DataType::kF32}, {"bf16", DataType::kBF16}, {"int8", DataType::kI8}, {"int4", DataType::kI4}};

// A vocabulary of another model would read nonsense without a word.
void check_fits(const Tokenizer& tokenizer, const EncoderConfig& config, const fs::path& folder) {
  const auto where = (folder / (fs::exists(folder / "vocab.txt") ? "vocab.txt" : "vocab.json")).string();
  const int size = tokenizer.size();
  if (size > config.vocabulary || size + kMostSpareRows < config.vocabulary)
    throw Error(where, "does not go with config.json's vocab_size",
                fmt::format("{} tokens", config.vocabulary), fmt::to_string(size));
  if (tokenizer.padding() != config.padding_id)
    throw Error(where, "does not go with config.json's pad_token_id",
                fmt::format("padding {}", config.padding_id), fmt::to_string(tokenizer.padding()));
}

nlohmann::ordered_json to_json_value(const HuggingFaceEncoder& encoder, const Options& options) {
  const auto& config = encoder.config.encoder;
  return {{"file", options.output},
          {"family", encoder.config.family},
          {"type", options.type},
          {"bytes", fs::file_size(options.output)},
          {"parameters", encoder.parameters()},
          {"layers", config.layers},
          {"width", config.width},
          {"heads", config.heads},
          {"ffn", config.ffn},
          {"vocabulary", config.vocabulary},
          {"max_tokens", config.max_tokens()},
          {"prefix", encoder.prefix},
          {"ignored", encoder.ignored}};
}

void print(const HuggingFaceEncoder& encoder, const Options& options) {
  const auto& config = encoder.config.encoder;
  fmt::print(
      "encoder  {}: {} layers, {} wide, {} heads, {} tokens, at most {} a reading; {:.1f} M parameters\n",
      encoder.config.family, config.layers, config.width, config.heads, config.vocabulary,
      config.max_tokens(), 1e-6 * static_cast<double>(encoder.parameters()));
  fmt::print("ignored  {} tensors outside the encoder\n", encoder.ignored.size());
  fmt::print("model    {} ({}, {:.1f} MB)\n", options.output, options.type,
             1e-6 * static_cast<double>(fs::file_size(options.output)));
  fmt::print("It has no emotion heads yet: story2midi-train encoder-emotion --start {}\n", options.output);
}

void run(const Options& options) {
  check_writable(options.output);
  const auto encoder = open_hugging_face(options.folder);
  const auto tokenizer = read_tokenizer(options.folder);
  check_fits(tokenizer, encoder.config.encoder, options.folder);
  const auto bar = show_progress("importing, millions of weights");
  save_hugging_face(
      encoder, options.output,
      {tokenizer.metadata(), kTypes.at(options.type),
       [&](std::uint64_t done, std::uint64_t total) { return bar(done / 1'000'000, total / 1'000'000); }});
  if (options.json)
    fmt::print("{}\n", to_json_value(encoder, options).dump(2));
  else
    print(encoder, options);
}

}  // namespace

void add_import_command(CLI::App& app) {
  auto* command = app.add_subcommand(
      "import",
      "convert a BERT, MPNet or RoBERTa in Hugging Face's layout to an encoder for emotion training");
  command->alias("import-roberta");
  auto options = std::make_shared<Options>();
  command
      ->add_option("folder", options->folder,
                   "folder with config.json, model.safetensors, and vocab.txt or vocab.json and merges.txt")
      ->required();
  command->add_option("-o,--output", options->output, "model file to write")->required();
  command
      ->add_option("--type", options->type,
                   "number format of the matrices: f32 keeps the file's values, for training; bf16, int8 "
                   "and int4 are smaller")
      ->check(CLI::IsMember({"f32", "bf16", "int8", "int4"}))
      ->capture_default_str();
  command->add_flag("--json", options->json, "print a summary as JSON, with the names of ignored tensors");
  command->footer(
      "Heads (lm_head, classifier, pooler) are left out; docs/reference/import.md gives the rule.\n"
      "Examples:\n"
      "  story2midi import all-mpnet-base-v2 -o runs/mpnet.safetensors\n"
      "  story2midi-train encoder-emotion --data corpora --start runs/mpnet.safetensors --run "
      "runs/encoder\n"
      "  story2midi import distilroberta-base -o distil.safetensors --type bf16 --json");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
