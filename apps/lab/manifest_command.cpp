// story2midi manifest: states which model files of a folder belong together.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "apps/cli/commands.h"
#include "story2midi/base/error.h"
#include "story2midi/base/json_members.h"
#include "story2midi/compose/composer.h"
#include "story2midi/nn/manifest.h"
#include "story2midi/nn/model_file.h"
#include "story2midi/reading/emotion_reader.h"
#include "story2midi/stories/tables.h"

namespace s2m::apps {
namespace {

namespace fs = std::filesystem;

struct Options {
  fs::path folder, texts;
  std::string name, licence;
};

constexpr const char* kDecoder = "decoder.safetensors";

// Whether the decoder was trained on labelled music, as its training states.
bool knows_emotion(const ModelFile& decoder, const DecoderFacts& before) {
  const auto training = decoder.metadata().find("training");
  if (training == decoder.metadata().end()) return before.knows_emotion;
  return parse_json(training->second, decoder.path().string() + ": training").contains("labelled");
}

// The folder's files must be those of its manifest.
Composer::TextTrends measured_trends(const fs::path& folder, const fs::path& texts) {
  const auto rows = read_table(texts, "text");
  if (rows.empty()) throw Error(texts.string(), "holds no text", "a text on each line", "none");
  const auto reader = EmotionReader::of_models(folder);
  const Composer composer(folder / kDecoder);
  Composer::TextTrends sum;
  const auto count = static_cast<double>(rows.size());
  for (const auto& row : rows) {
    const auto* text = row.find("text");
    if (text == nullptr) throw Error(row.where, "holds no text", "a text", "an empty cell");
    const auto [tempo, mode] = composer.trends(reader.memory(*text));
    sum.tempo += tempo / count;
    sum.mode += mode / count;
  }
  return sum;
}

void write_manifest(const Options& options) {
  const auto before = read_manifest(options.folder).value_or(Manifest{});
  const auto either = [](const std::string& asked, const std::string& usual) {
    return asked.empty() ? usual : asked;
  };
  auto manifest = make_manifest(options.folder, either(options.name, before.name),
                                either(options.licence, before.licence));
  manifest.decoder = before.decoder;
  if (fs::exists(options.folder / kDecoder))
    manifest.decoder.knows_emotion = knows_emotion(ModelFile(options.folder / kDecoder), before.decoder);
  save_manifest(manifest, options.folder);
  fmt::print("{} files in {}\n", manifest.files.size(), options.folder.string());
  if (options.texts.empty()) return;
  const auto trends = measured_trends(options.folder, options.texts);
  manifest.decoder.tempo_trend = trends.tempo;
  manifest.decoder.mode_odds = trends.mode;
  save_manifest(manifest, options.folder);
  fmt::print("tempo trend {:.4f}, odds of major {:.4f}\n", trends.tempo, trends.mode);
}

}  // namespace

void add_manifest_command(CLI::App& app) {
  auto* command = app.add_subcommand(
      "manifest", "write manifest.json: which model files belong together, with checksums");
  auto options = std::make_shared<Options>();
  command->add_option("folder", options->folder, "folder with *.safetensors")->required();
  command->add_option("--name", options->name, "name of the models (default: as before)");
  command->add_option("--licence", options->licence, "licence of the weights (default: as before)");
  command
      ->add_option("--texts", options->texts,
                   "table with a `text` column: measure on these texts how much any text slows the music")
      ->check(CLI::ExistingFile);
  command->footer(
      "Examples:\n  story2midi manifest models/base --name base --licence \"CC BY-NC-SA 4.0\"\n"
      "  story2midi manifest models/base --texts runs/texts.jsonl");
  command->callback([options] { write_manifest(*options); });
}

}  // namespace s2m::apps
