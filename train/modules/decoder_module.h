// The music decoder in LibTorch, for training. Its shape is nn/config.h's DecoderConfig; nn/ holds the forward pass
// for composing.
#pragma once

#include <torch/nn/module.h>

#include <map>
#include <string>
#include <vector>

#include "story2midi/nn/config.h"
#include "train/modules/causal_attention.h"

namespace s2m::train {

// What the decoder reads beside the events. The first `rows()` sequences of a batch have a memory, the others
// none.
struct Memory {
  torch::Tensor states;  // (rows, tokens, memory_width); undefined: none has
  torch::Tensor mask;    // (rows, tokens), true where there is a token
  std::int64_t rows() const { return states.defined() ? states.size(0) : 0; }
};

// Events are int64 (batch, length, 1 + max fields): the kind, then its fields' values.
// A target whose kind is negative is not learnt.
struct DecoderBatch {
  torch::Tensor inputs;   // the events read, with their bars' fields dropped
  torch::Tensor targets;  // the events to write: target t follows input t
  torch::Tensor chain;  // the targets as the chain of heads sees them: bars' fields dropped as in the inputs
  Memory memory;
};

// Sums of cross-entropies in nats, and how many events they are over.
struct DecoderLosses {
  // Of the events whose kinds share a list of fields.
  struct List {
    torch::Tensor kind;  // the part of `kind` at these events; for figures only, without graph
    std::vector<torch::Tensor>
        fields;  // over these events; where 0 means "unknown", over those that are known
    std::int64_t events = 0;
  };
  torch::Tensor kind;  // over all targets
  std::vector<List> lists;
  std::int64_t events = 0;
};

class DecoderModule : public torch::nn::Module {
 public:
  // Weights are drawn from torch's generator. `dropout` acts on the embeddings and each block's output.
  DecoderModule(const DecoderConfig& config, double dropout);

  // (batch, length, width) after the final norm.
  torch::Tensor hidden(const torch::Tensor& inputs, const Memory& memory);
  DecoderLosses losses(const DecoderBatch& batch);
  const DecoderConfig& config() const { return config_; }
  // Takes these for the layers' weights of their names from now on; the parameters stay what they are.
  void use(const std::map<std::string, torch::Tensor>& weights);

 private:
  struct Norm {
    torch::Tensor weight, bias;
  };
  struct Layer {
    Norm attention_norm, cross_norm, ffn_norm;
    torch::Tensor qkv, out, cross_query, cross_memory, cross_out, up, down;
  };
  struct Head {
    torch::Tensor embedding, weight, bias;
  };

  torch::Tensor is_of_list(const torch::Tensor& kinds, std::size_t list) const;
  torch::Tensor at(const std::string& name) const { return table_.at(name); }
  Norm norm_at(const std::string& name) const { return {at(name + ".weight"), at(name + ".bias")}; }
  Head head_at(const std::string& name) const;
  void bind_layers();
  void initialise();
  torch::Tensor normed(const torch::Tensor& x, const Norm& norm) const;
  torch::Tensor dropped(const torch::Tensor& x) const;
  torch::Tensor embed(const torch::Tensor& inputs) const;
  torch::Tensor cross_attention(const torch::Tensor& x, const Layer& layer, const Memory& memory) const;
  DecoderLosses::List list_losses(std::size_t list, const torch::Tensor& h, const DecoderBatch& flat) const;
  std::vector<torch::Tensor> chain(torch::Tensor z, const std::vector<Head>& heads,
                                   const torch::Tensor& targets, const torch::Tensor& values) const;

  DecoderConfig config_;
  double dropout_;
  std::map<std::string, torch::Tensor> table_;
  Head kind_;
  std::vector<std::vector<Head>> heads_;  // by list
  torch::Tensor null_memory_;
  std::vector<Layer> layers_;
  Norm final_norm_, chain_norm_;
  RotaryTable rotary_;
};

}  // namespace s2m::train
