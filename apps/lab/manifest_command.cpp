// story2midi manifest: states which model files of a folder belong together.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "apps/cli/commands.h"
#include "story2midi/nn/manifest.h"

namespace s2m::apps {

void add_manifest_command(CLI::App& app) {
  struct Options {
    std::string folder, name, licence;
    std::optional<bool> knows_emotion;
    std::optional<double> tempo_trend;
  };
  auto* command = app.add_subcommand(
      "manifest", "write manifest.json: which model files belong together, with checksums");
  auto options = std::make_shared<Options>();
  command->add_option("folder", options->folder, "folder with *.safetensors")->required();
  command->add_option("--name", options->name, "name of the models (default: as before)");
  command->add_option("--licence", options->licence, "licence of the weights (default: as before)");
  command->add_option("--knows-emotion", options->knows_emotion,
                      "whether the decoder was trained on labelled music (default: as before, else true)");
  command
      ->add_option("--tempo-trend", options->tempo_trend,
                   "mean slope of the tempo's odds over validation texts (default: as before, else 0)")
      ->check(CLI::Range(-1.0, 1.0));
  command->footer("Examples:\n  story2midi manifest models/base --name base --licence \"CC BY-NC-SA 4.0\"");
  command->callback([options] {
    const auto before = read_manifest(options->folder).value_or(Manifest{});
    const auto either = [](const std::string& asked, const std::string& usual) {
      return asked.empty() ? usual : asked;
    };
    auto manifest = make_manifest(options->folder, either(options->name, before.name),
                                  either(options->licence, before.licence));
    manifest.decoder = {options->knows_emotion.value_or(before.decoder.knows_emotion),
                        options->tempo_trend.value_or(before.decoder.tempo_trend)};
    save_manifest(manifest, options->folder);
    fmt::print("{} files in {}\n", manifest.files.size(), options->folder);
  });
}

}  // namespace s2m::apps
