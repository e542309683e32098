#include "train/decoder/style_module.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <array>
#include <cmath>

#include "train/modules/parameter_tree.h"

namespace s2m::train {
namespace {

bool is_changed(const std::string& name) {
  constexpr std::array kMatrices{"attention.qkv.weight", "attention.out.weight", "ffn.up.weight",
                                 "ffn.down.weight"};
  for (const char* matrix : kMatrices)
    if (name.ends_with(matrix)) return true;
  return false;
}

std::vector<float> values_of(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

}  // namespace

StyleModule::StyleModule(DecoderModule& decoder, int rank) : decoder_(decoder) {
  torch::NoGradGuard no_grad;
  for (auto& item : decoder.named_parameters()) {
    item.value().set_requires_grad(false);
    if (!is_changed(item.key())) continue;
    const auto rows = item.value().size(0), columns = item.value().size(1);
    Changed changed{item.value(), grow_parameter(*this, item.key() + ".up", {rows, rank}),
                    grow_parameter(*this, item.key() + ".down", {rank, columns})};
    changed.down.normal_(0, 1 / std::sqrt(static_cast<double>(columns)));
    changed_.emplace(item.key(), changed);
  }
}

void StyleModule::apply() {
  std::map<std::string, torch::Tensor> weights;
  for (const auto& [name, changed] : changed_)
    weights[name] = changed.weight + at::matmul(changed.up, changed.down);
  decoder_.use(weights);
}

std::map<std::string, LowRankChange> StyleModule::changes() const {
  std::map<std::string, LowRankChange> changes;
  for (const auto& [name, changed] : changed_)
    changes[name] = {static_cast<int>(changed.up.size(0)), static_cast<int>(changed.down.size(1)),
                     static_cast<int>(changed.up.size(1)), values_of(changed.up), values_of(changed.down)};
  return changes;
}

}  // namespace s2m::train
