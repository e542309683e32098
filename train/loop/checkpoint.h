// A checkpoint of a run in one file: weights, both moments and progress. It is written beside and renamed, so it is
// never incomplete.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "story2midi/nn/model_file.h"
#include "train/loop/adamw.h"

namespace s2m::train {

struct RunState {
  std::string task;
  std::string config_json;
  std::uint64_t seed = 0;
  std::int64_t step = 0;  // steps done
  double seconds = 0;     // spent in training so far
  double best_loss = 0;
  std::int64_t best_step = -1;  // -1: none yet
};

void save_state(const std::filesystem::path& path, const RunState& state, AdamW& optimizer);
// Throws Error when the file does not hold just the optimizer's slices.
RunState load_state(const std::filesystem::path& path, AdamW& optimizer);

// Sets a module's parameters from a model file: every parameter must be there by name and shape, but for
// those whose names hold `except` (where that is not empty), which stay as they are. Throws Error.
void load_weights(const std::filesystem::path& path, torch::nn::Module& module, std::string_view except = {});
// All parameters of a module, in its order, as save_model wants them.
std::vector<NamedTensor> weights_of(const torch::nn::Module& module);

}  // namespace s2m::train
