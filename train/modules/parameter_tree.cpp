#include "train/modules/parameter_tree.h"

#include <torch/types.h>

#include <memory>

namespace s2m::train {
torch::Tensor grow_parameter(torch::nn::Module& root, const std::string& name, const Shape& shape) {
  torch::nn::Module* at = &root;
  std::size_t begin = 0;
  for (std::size_t dot; (dot = name.find('.', begin)) != std::string::npos; begin = dot + 1) {
    const std::string part = name.substr(begin, dot - begin);
    const auto children = at->named_children();
    const auto* child = children.find(part);
    at = child ? child->get() : at->register_module(part, std::make_shared<torch::nn::Module>()).get();
  }
  return at->register_parameter(name.substr(begin), torch::zeros(shape));
}

}  // namespace s2m::train
