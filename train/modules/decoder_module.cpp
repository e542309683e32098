#include "train/modules/decoder_module.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/nn/parameters.h"
#include "train/modules/parameter_tree.h"

namespace s2m::train {
namespace {

using torch::Tensor;

Tensor project(const Tensor& x, const Tensor& weight, const Tensor& bias = {}) {
  return at::linear(x, weight, bias);
}

Tensor cross_entropy_sum(const Tensor& logits, const Tensor& targets, std::int64_t ignored) {
  return at::cross_entropy_loss(logits.to(torch::kFloat32), targets, {}, at::Reduction::Sum, ignored);
}

}  // namespace

DecoderModule::DecoderModule(const DecoderConfig& config, double dropout)
    : config_(config), dropout_(dropout) {
  visit_parameters(config, [&](const std::string& name, const Shape& shape) {
    table_[name] = grow_parameter(*this, name, shape);
  });
  kind_ = head_at("kind");
  for (const auto& list : config.fields) {
    auto& heads = heads_.emplace_back();
    for (const auto& [name, size] : list) heads.push_back(head_at(name));
  }
  null_memory_ = at("memory.null");
  bind_layers();
  final_norm_ = norm_at("final_norm");
  chain_norm_ = norm_at("chain_norm");
  initialise();
}

void DecoderModule::bind_layers() {
  layers_.clear();
  for (int i = 0; i < config_.layers; ++i) {
    const std::string place = "layers." + std::to_string(i);
    Layer layer;
    layer.attention_norm = norm_at(place + ".attention_norm");
    layer.ffn_norm = norm_at(place + ".ffn_norm");
    layer.qkv = at(place + ".attention.qkv.weight");
    layer.out = at(place + ".attention.out.weight");
    layer.up = at(place + ".ffn.up.weight");
    layer.down = at(place + ".ffn.down.weight");
    if (config_.has_cross(i)) {
      layer.cross_norm = norm_at(place + ".cross_norm");
      layer.cross_query = at(place + ".cross.query.weight");
      layer.cross_memory = at(place + ".cross.memory.weight");
      layer.cross_out = at(place + ".cross.out.weight");
    }
    layers_.push_back(layer);
  }
}

void DecoderModule::use(const std::map<std::string, torch::Tensor>& weights) {
  for (const auto& [name, tensor] : weights) table_.at(name) = tensor;
  bind_layers();
}

DecoderModule::Head DecoderModule::head_at(const std::string& name) const {
  return {at("embed." + name + ".weight"), at("head." + name + ".weight"), at("head." + name + ".bias")};
}

// GPT-2's: normal of 0.02, the projections back into the residual stream smaller by the root of their number.
void DecoderModule::initialise() {
  torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : table_) {
    if (name.ends_with("norm.weight")) tensor.fill_(1);
    if (tensor.dim() < 2) continue;
    const bool residual = name.ends_with("out.weight") || name.ends_with("down.weight");
    tensor.normal_(0, residual ? 0.02 / std::sqrt(2.0 * config_.layers) : 0.02);
  }
}

Tensor DecoderModule::normed(const Tensor& x, const Norm& norm) const {
  return at::layer_norm(x, {config_.width}, norm.weight.to(x.dtype()), norm.bias.to(x.dtype()),
                        config_.norm_epsilon);
}

Tensor DecoderModule::dropped(const Tensor& x) const {
  return dropout_ > 0 && is_training() ? at::dropout(x, dropout_, true) : x;
}

// The sum of an event's embeddings is one product of a many-hot row with all tables below one another.
Tensor DecoderModule::embed(const Tensor& inputs) const {
  std::vector<Tensor> tables{kind_.embedding};
  for (const auto& heads : heads_)
    for (const Head& head : heads) tables.push_back(head.embedding);
  const Tensor table = torch::cat(tables);
  const Tensor flat = inputs.reshape({-1, inputs.size(-1)});
  const Tensor kinds = flat.select(1, 0);
  Tensor hot =
      torch::zeros({flat.size(0), table.size(0) + 1}, torch::dtype(torch::kFloat32).device(table.device()));
  hot.scatter_(1, kinds.unsqueeze(1), 1);
  auto offset = static_cast<std::int64_t>(config_.kinds.size());
  const auto mark = [&](const std::vector<Head>& heads, const Tensor& these) {
    for (std::size_t i = 0; i < heads.size(); ++i) {
      const Tensor at_row = (flat.select(1, static_cast<std::int64_t>(i) + 1) + offset)
                                .masked_fill(these.logical_not(), table.size(0));
      hot.scatter_(1, at_row.unsqueeze(1), 1);
      offset += heads[i].embedding.size(0);
    }
  };
  for (std::size_t list = 0; list < heads_.size(); ++list) mark(heads_[list], is_of_list(kinds, list));
  return at::matmul(hot.narrow(1, 0, table.size(0)), table)
      .view({inputs.size(0), inputs.size(1), config_.width});
}

Tensor DecoderModule::cross_attention(const Tensor& x, const Layer& layer, const Memory& memory) const {
  const std::int64_t width = config_.width, rows = memory.rows();
  // One key: its probability is 1 wherever one stands, so the null memory adds one row to all.
  const Tensor value = project(null_memory_, layer.cross_memory.narrow(0, width, width));
  const Tensor null_row = project(value, layer.cross_out).view({1, 1, width}).to(x.dtype());
  if (rows == 0) return x + dropped(null_row);
  const Tensor with = x.narrow(0, 0, rows);
  const auto heads = [&](const Tensor& t) {
    return t.reshape({rows, t.size(1), config_.heads, width / config_.heads}).transpose(1, 2);
  };
  const Tensor q = heads(project(normed(with, layer.cross_norm), layer.cross_query));
  const auto kv = project(memory.states, layer.cross_memory).chunk(2, -1);
  const double scale = 1 / std::sqrt(static_cast<double>(width / config_.heads));
  Tensor scores = at::matmul(q, heads(kv[0]).transpose(2, 3)).to(torch::kFloat32) * scale;
  scores = scores.masked_fill(memory.mask.logical_not().view({rows, 1, 1, -1}), -1e9);
  const Tensor mixed = at::matmul(scores.softmax(-1), heads(kv[1]));
  const Tensor out = project(mixed.transpose(1, 2).reshape(with.sizes()), layer.cross_out);
  if (rows == x.size(0)) return x + dropped(out);
  return torch::cat({with + dropped(out), x.narrow(0, rows, x.size(0) - rows) + null_row});
}

Tensor DecoderModule::hidden(const Tensor& inputs, const Memory& memory) {
  const std::int64_t length = inputs.size(1);
  if (length > config_.window)
    throw Error("decoder", "sequence is too long", std::to_string(config_.window), std::to_string(length));
  if (!rotary_.cosine.defined() || rotary_.cosine.device() != inputs.device())
    rotary_ = rotary_table(config_.window, config_.width / config_.heads, config_.rope_base, inputs.device());
  Tensor x = dropped(embed(inputs)).to(torch::kFloat32);  // the residual stream keeps full precision
  for (int i = 0; i < config_.layers; ++i) {
    const Layer& layer = layers_[static_cast<std::size_t>(i)];
    const Tensor mixed =
        causal_attention(project(normed(x, layer.attention_norm), layer.qkv), config_.heads, rotary_);
    x = x + dropped(project(mixed, layer.out));
    if (config_.has_cross(i)) x = cross_attention(x, layer, memory);
    x = x + dropped(project(at::gelu(project(normed(x, layer.ffn_norm), layer.up)), layer.down));
  }
  return normed(x, final_norm_);
}

// z: (rows, width), already with the embedding of the kind. One sum of cross-entropies a field; a target of -1
// is ignored.
std::vector<Tensor> DecoderModule::chain(Tensor z, const std::vector<Head>& heads, const Tensor& targets,
                                         const Tensor& values) const {
  std::vector<Tensor> losses;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const auto column = static_cast<std::int64_t>(i) + 1;
    losses.push_back(cross_entropy_sum(project(normed(z, chain_norm_), heads[i].weight, heads[i].bias),
                                       targets.select(1, column), -1));
    if (i + 1 < heads.size()) z = z + at::embedding(heads[i].embedding, values.select(1, column));
  }
  return losses;
}

Tensor DecoderModule::is_of_list(const Tensor& kinds, std::size_t list) const {
  Tensor is = torch::zeros_like(kinds, torch::kBool);
  for (std::size_t kind = 0; kind < config_.kinds.size(); ++kind)
    if (config_.list_of(static_cast<int>(kind)) == static_cast<int>(list))
      is = is.logical_or(kinds == static_cast<std::int64_t>(kind));
  return is;
}

// h: (events, width); the batch's tensors likewise flat.
DecoderLosses::List DecoderModule::list_losses(std::size_t list, const Tensor& h,
                                               const DecoderBatch& flat) const {
  const Tensor rows = is_of_list(flat.targets.select(1, 0), list).nonzero().select(1, 0);
  const Tensor hidden = h.index_select(0, rows), targets = flat.targets.index_select(0, rows);
  const Tensor kinds = targets.select(1, 0);
  DecoderLosses::List losses;
  losses.events = rows.size(0);
  {
    torch::NoGradGuard no_grad;
    losses.kind =
        cross_entropy_sum(project(normed(hidden, chain_norm_), kind_.weight, kind_.bias), kinds, -1);
  }
  const bool may_be_unknown = static_cast<int>(list) + 1 == config_.unknown_list;
  losses.fields = chain(hidden + at::embedding(kind_.embedding, kinds), heads_[list],
                        may_be_unknown ? targets.masked_fill(targets == 0, -1) : targets,
                        flat.chain.index_select(0, rows));
  return losses;
}

DecoderLosses DecoderModule::losses(const DecoderBatch& batch) {
  const Tensor h = hidden(batch.inputs, batch.memory).reshape({-1, config_.width});
  const auto flat = [](const Tensor& events) { return events.reshape({-1, events.size(-1)}); };
  const DecoderBatch events{{}, flat(batch.targets), flat(batch.chain), {}};
  const Tensor kinds = events.targets.select(1, 0);
  DecoderLosses losses;
  losses.events = (kinds >= 0).sum().item<std::int64_t>();
  losses.kind = cross_entropy_sum(project(normed(h, chain_norm_), kind_.weight, kind_.bias), kinds, -1);
  for (std::size_t list = 0; list < heads_.size(); ++list)
    losses.lists.push_back(list_losses(list, h, events));
  return losses;
}

}  // namespace s2m::train
