// Modules built from a table of dotted names, so that named_parameters() is the table by construction.
#pragma once

#include <torch/nn/module.h>

#include <string>

#include "story2midi/nn/parameters.h"

namespace s2m::train {

// Registers a zero parameter at the dotted place below `root`, with the modules on the way.
torch::Tensor grow_parameter(torch::nn::Module& root, const std::string& name, const Shape& shape);

}  // namespace s2m::train
