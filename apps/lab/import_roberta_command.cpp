// story2midi import-roberta: a RoBERTa in Hugging Face's layout becomes a model file of ours.
#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "story2midi/base/error.h"
#include "story2midi/nn/roberta.h"
#include "story2midi/tokenizers/bpe.h"

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
    {"f32", DataType::kF32}, {"bf16", DataType::kBF16}, {"int8", DataType::kI8}};

// A vocabulary of another model would read nonsense without a word.
void check_fits(const BytePairEncoder& vocabulary, const EncoderConfig& config, const fs::path& folder) {
  const auto where = (folder / "vocab.json").string();
  const int size = vocabulary.size();
  if (size > config.vocabulary || size + kMostSpareRows < config.vocabulary)
    throw Error(where, "does not go with config.json's vocab_size",
                fmt::format("{} tokens", config.vocabulary), fmt::to_string(size));
  if (vocabulary.id("<pad>") != config.padding_id)
    throw Error(where, "does not go with config.json's pad_token_id",
                fmt::format("<pad> {}", config.padding_id), fmt::to_string(vocabulary.id("<pad>")));
}

nlohmann::ordered_json to_json_value(const Roberta& roberta, const Options& options) {
  const auto& config = roberta.config;
  return {{"file", options.output},
          {"type", options.type},
          {"bytes", fs::file_size(options.output)},
          {"parameters", roberta.parameters()},
          {"layers", config.layers},
          {"width", config.width},
          {"heads", config.heads},
          {"ffn", config.ffn},
          {"vocabulary", config.vocabulary},
          {"max_tokens", config.max_tokens()},
          {"prefix", roberta.prefix},
          {"ignored", roberta.ignored}};
}

void print(const Roberta& roberta, const Options& options) {
  const auto& config = roberta.config;
  fmt::print("encoder  {} layers, {} wide, {} heads, {} tokens, at most {} a reading; {:.1f} M parameters\n",
             config.layers, config.width, config.heads, config.vocabulary, config.max_tokens(),
             1e-6 * static_cast<double>(roberta.parameters()));
  fmt::print("ignored  {} tensors outside the encoder\n", roberta.ignored.size());
  fmt::print("model    {} ({}, {:.1f} MB)\n", options.output, options.type,
             1e-6 * static_cast<double>(fs::file_size(options.output)));
  fmt::print("It has no emotion heads yet: story2midi-train encoder-emotion --start {}\n", options.output);
}

void run(const Options& options) {
  check_writable(options.output);
  const auto roberta = open_roberta(options.folder);
  const auto vocabulary = read_vocabulary(options.folder);
  check_fits(vocabulary, roberta.config, options.folder);
  const auto bar = show_progress("importing, millions of weights");
  save_roberta(
      roberta, options.output,
      {vocabulary.vocab_json(), vocabulary.merges_txt(), kTypes.at(options.type),
       [&](std::uint64_t done, std::uint64_t total) { return bar(done / 1'000'000, total / 1'000'000); }});
  if (options.json)
    fmt::print("{}\n", to_json_value(roberta, options).dump(2));
  else
    print(roberta, options);
}

}  // namespace

void add_import_roberta_command(CLI::App& app) {
  auto* command = app.add_subcommand(
      "import-roberta", "convert a RoBERTa in Hugging Face's layout to an encoder for emotion training");
  auto options = std::make_shared<Options>();
  command
      ->add_option("folder", options->folder,
                   "folder with config.json, vocab.json, merges.txt and model.safetensors")
      ->required();
  command->add_option("-o,--output", options->output, "model file to write")->required();
  command
      ->add_option("--type", options->type,
                   "number format of the matrices: f32 keeps the file's values, for training; bf16 and int8 "
                   "are smaller")
      ->check(CLI::IsMember({"f32", "bf16", "int8"}))
      ->capture_default_str();
  command->add_flag("--json", options->json, "print a summary as JSON, with the names of ignored tensors");
  command->footer(
      "Heads (lm_head, classifier, pooler) are left out; docs/reference/import.md gives the rule.\n"
      "Examples:\n"
      "  story2midi import-roberta roberta-base -o runs/roberta.safetensors\n"
      "  story2midi-train encoder-emotion --data corpora --start runs/roberta.safetensors --run "
      "runs/encoder\n"
      "  story2midi import-roberta distilroberta-base -o distil.safetensors --type bf16 --json");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
