// story2midi train: hands over to story2midi-train, which alone needs LibTorch.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "apps/cli/commands.h"
#include "story2midi/base/error.h"

namespace s2m::apps {
namespace {

std::filesystem::path find_trainer() {
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  for (const auto& place : {here / "story2midi-train", here / "../../train/bin/story2midi-train"})
    if (std::filesystem::exists(place)) return place;
  throw Error("train", "the trainer is not built", "story2midi-train beside this program",
              "none; `make train` builds it");
}

void run(const std::vector<std::string>& arguments) {
  const auto trainer = find_trainer().string();
  std::vector<char*> argv{const_cast<char*>(trainer.c_str())};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execv(trainer.c_str(), argv.data());
  throw Error(trainer, "cannot run", {}, std::strerror(errno));
}

}  // namespace

void add_train_command(CLI::App& app) {
  auto* command =
      app.add_subcommand("train", "train the networks (needs LibTorch; `story2midi train --help`)");
  command->prefix_command();
  command->set_help_flag();
  command->callback([command] { run(command->remaining()); });
}

}  // namespace s2m::apps
