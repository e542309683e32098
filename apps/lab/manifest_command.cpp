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
  };
  auto* command = app.add_subcommand(
      "manifest", "write manifest.json: which model files belong together, with checksums");
  auto options = std::make_shared<Options>();
  command->add_option("folder", options->folder, "folder with *.safetensors")->required();
  command->add_option("--name", options->name, "name of the models (default: as before)");
  command->add_option("--licence", options->licence, "licence of the weights (default: as before)");
  command->footer("Examples:\n  story2midi manifest models/base --name base --licence \"CC BY-NC-SA 4.0\"");
  command->callback([options] {
    const auto before = read_manifest(options->folder).value_or(Manifest{});
    const auto either = [](const std::string& asked, const std::string& usual) {
      return asked.empty() ? usual : asked;
    };
    const auto manifest = make_manifest(options->folder, either(options->name, before.name),
                                        either(options->licence, before.licence));
    save_manifest(manifest, options->folder);
    fmt::print("{} files in {}\n", manifest.files.size(), options->folder);
  });
}

}  // namespace s2m::apps
