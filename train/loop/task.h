// The interface between a training task and the trainer. Each batch and each random choice is a pure function of
// (seed, step), so a run's position in the data is its step number.
#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "train/loop/adamw.h"

namespace s2m::train {

using Figures = std::map<std::string, double>;

struct StepResult {
  torch::Tensor loss;      // scalar, with graph
  std::int64_t items = 0;  // events or tokens learnt from, for the rate
  Figures figures;         // what the log line shows beside the loss: the same names at each step
};

struct Task {
  std::string name;                     // "encoder-mlm", "decoder", ...
  torch::nn::Module* module = nullptr;  // all of its parameters are trained unless requires_grad is off
  std::function<StepResult(std::int64_t step)> step;  // forward and loss of the batch that belongs to `step`
  std::function<Figures()> validate;                  // "loss" decides what is best
  std::function<void(const std::string& path)> export_model;  // the deployable safetensors file
  std::string config_json;  // stands in the checkpoint; a resumed run must match
  RateOf rate_of = {};      // layer-wise learning rates; empty: one for all
};

}  // namespace s2m::train
