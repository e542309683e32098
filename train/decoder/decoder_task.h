// The decoder's training tasks: windows of a shard without text, then with stories of the same emotion.
#pragma once

#include <filesystem>
#include <memory>

#include "train/data/decoder_windows.h"
#include "train/loop/task.h"
#include "train/modules/decoder_module.h"

namespace s2m::train {

struct DecoderTaskOptions {
  std::filesystem::path shard;
  std::uint64_t seed = 1;
  WindowOptions windows;
  double dropout = 0.1;
  double bar_weight = 1;          // of the bars' fields in the loss
  int validation_windows = 64;    // spread over the held-out pieces
  std::filesystem::path initial;  // weights to begin with; empty: drawn at random
  torch::Device device = torch::kCPU;
};

// Configuration, data and options of a run, for the checkpoint.
std::string task_config(const DecoderModule& module, const EventShard& shard,
                        const DecoderTaskOptions& options);

DecoderBatch to_tensors(const EventBatch& batch, torch::Device device);

// Sums over batches, from which figures in nats follow: "note", "chord" and "bar" (kind and all known fields, per event of
// those kinds), one per field, and "loss", per target event.
class LossSums {
 public:
  explicit LossSums(const DecoderConfig& config) : config_(config), lists_(config.fields.size()) {}
  void add(const DecoderLosses& losses);
  Figures figures() const;

 private:
  std::string name_of_list(std::size_t list) const;

  struct List {
    double events = 0, kind = 0;
  };
  DecoderConfig config_;
  std::map<std::string, double> sums_;  // by field
  std::vector<List> lists_;
  double events_ = 0, kind_ = 0;
};

// The mean loss a target event, with graph.
torch::Tensor mean_loss(const DecoderLosses& losses, const DecoderConfig& config, double bar_weight);

// Evaluates without gradients over windows of a split, all fields shown; at most `most` windows, evenly
// spread (0: all).
Figures evaluate_decoder(DecoderModule& module, const EventShard& shard, Split split,
                         const WindowOptions& options, int most);

// One training step's loss and figures.
StepResult learn_from(DecoderModule& module, const DecoderBatch& batch, double bar_weight);

// Pre-training. The task refers to `module` and `shard`.
Task decoder_task(DecoderModule& module, const EventShard& shard, const DecoderTaskOptions& options);

// Sets a module's weights to those of a decoder's file. Of what reads memories of another width, the columns of both stay:
// the row that says the emotion stands in the first ones (reading/emotion_reader.cpp), so that a decoder understands it
// from any encoder. The other columns become zero. Throws Error.
void load_decoder(const std::filesystem::path& path, DecoderModule& module);

// The deployable file: configuration, weights, and how they came about (task_config). `encoder` is the fingerprint of the
// encoder whose memories it read; empty: none.
void export_decoder(const DecoderModule& module, const std::string& training, const std::string& path,
                    const std::string& encoder = {});

}  // namespace s2m::train
