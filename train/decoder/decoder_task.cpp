#include "train/decoder/decoder_task.h"

#include <fmt/format.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "story2midi/nn/manifest.h"
#include "story2midi/nn/model_file.h"
#include "train/loop/checkpoint.h"

namespace s2m::train {
namespace {

torch::Tensor to_tensor(const std::vector<std::int64_t>& values, const EventBatch& batch,
                        torch::Device device) {
  return torch::from_blob(const_cast<std::int64_t*>(values.data()), {batch.rows, batch.length, kEventColumns},
                          torch::kInt64)
      .clone()
      .to(device);
}

}  // namespace

std::string task_config(const DecoderModule& module, const EventShard& shard, const DecoderTaskOptions& o) {
  return nlohmann::json{{"decoder", nlohmann::json::parse(to_json(module.config()))},
                        {"shard", fmt::format("{:016x}", shard.hash())},
                        {"rows", o.windows.rows},
                        {"length", o.windows.length},
                        {"drop_field", o.windows.drop_field},
                        {"drop_all", o.windows.drop_all},
                        {"balance", o.windows.balance},
                        {"weights", o.windows.weights},
                        {"dropout", o.dropout},
                        {"bar_weight", o.bar_weight},
                        {"initial", o.initial.filename().string()}}
      .dump();
}

DecoderBatch to_tensors(const EventBatch& batch, torch::Device device) {
  return {to_tensor(batch.inputs, batch, device),
          to_tensor(batch.targets, batch, device),
          to_tensor(batch.chain, batch, device),
          {}};
}

void LossSums::add(const DecoderLosses& losses) {
  events_ += static_cast<double>(losses.events);
  kind_ += losses.kind.item<double>();
  for (std::size_t list = 0; list < losses.lists.size(); ++list) {
    const auto& of_list = losses.lists[list];
    lists_[list].events += static_cast<double>(of_list.events);
    lists_[list].kind += of_list.kind.item<double>();
    for (std::size_t i = 0; i < of_list.fields.size(); ++i)
      sums_[config_.fields[list][i].first] += of_list.fields[i].item<double>();
  }
}

Figures LossSums::figures() const {
  const auto mean = [](double sum, double count) { return count > 0 ? sum / count : 0.0; };
  Figures figures;
  double all = kind_;
  for (std::size_t list = 0; list < lists_.size(); ++list) {
    double sum = 0;
    for (const auto& [name, size] : config_.fields[list]) {
      const auto found = sums_.find(name);
      const double field = found == sums_.end() ? 0 : found->second;
      figures[name] = mean(field, lists_[list].events);
      sum += field;
    }
    all += sum;
    figures[name_of_list(list)] = mean(sum + lists_[list].kind, lists_[list].events);
  }
  figures["kind"] = mean(kind_, events_);
  figures["loss"] = mean(all, events_);
  return figures;
}

// The kind's, or "note" where parts share the list.
std::string LossSums::name_of_list(std::size_t list) const {
  std::string name;
  for (const auto& [kind, of_kind] : config_.kinds)
    if (of_kind == static_cast<int>(list) + 1) name = name.empty() ? kind : "note";
  return name;
}

torch::Tensor mean_loss(const DecoderLosses& losses, const DecoderConfig& config, double bar_weight) {
  torch::Tensor sum = losses.kind;
  for (std::size_t list = 0; list < losses.lists.size(); ++list)
    for (const torch::Tensor& field : losses.lists[list].fields)
      sum = sum + field * (static_cast<int>(list) + 1 == config.unknown_list ? bar_weight : 1.0);
  return sum / static_cast<double>(std::max<std::int64_t>(1, losses.events));
}

Figures evaluate_decoder(DecoderModule& module, const EventShard& shard, Split split,
                         const WindowOptions& options, int most) {
  torch::NoGradGuard no_grad;
  const std::vector<Window> all = held_out_windows(shard, split, options.length);
  const std::size_t count = most > 0 ? std::min(all.size(), static_cast<std::size_t>(most)) : all.size();
  LossSums sums(module.config());
  const torch::Device device = module.parameters().front().device();
  for (std::size_t done = 0; done < count;) {
    const std::size_t rows = std::min(count - done, static_cast<std::size_t>(options.rows));
    EventBatch batch(static_cast<int>(rows), options.length);
    for (std::size_t row = 0; row < rows; ++row, ++done) {
      const Window& window = all[done * all.size() / count];
      write_window(batch, static_cast<int>(row), 0, shard.events(*window.piece).subspan(window.first),
                   kAllFields);
    }
    sums.add(module.losses(to_tensors(batch, device)));
  }
  return sums.figures();
}

void load_decoder(const std::filesystem::path& path, DecoderModule& module) {
  const ModelFile file(path);
  const std::int64_t theirs = decoder_config_from_json(file.metadata("config")).memory_width;
  const std::int64_t ours = module.config().memory_width, both = std::min(theirs, ours);
  load_weights(path, module, theirs == ours ? "" : "memory");
  if (theirs == ours) return;
  torch::NoGradGuard no_grad;
  for (auto& item : module.named_parameters()) {
    if (item.key().find("memory") == std::string::npos) continue;
    const Shape shape{item.value().size(0), theirs};
    const torch::Tensor values = torch::tensor(file.floats(item.key(), shape)).view(shape);
    item.value().zero_();
    item.value().narrow(1, 0, both).copy_(values.narrow(1, 0, both));
  }
}

void export_decoder(const DecoderModule& module, const std::string& training, const std::string& path,
                    const std::string& encoder) {
  std::map<std::string, std::string> metadata{
      {"kind", "decoder"}, {"config", to_json(module.config())}, {"training", training}};
  if (!encoder.empty()) metadata[kEncoderKey] = encoder;
  save_model(path, metadata, weights_of(module), DataType::kF32);
}

StepResult learn_from(DecoderModule& module, const DecoderBatch& batch, double bar_weight) {
  const DecoderLosses losses = module.losses(batch);
  LossSums sums(module.config());
  sums.add(losses);
  StepResult result{mean_loss(losses, module.config(), bar_weight), losses.events, sums.figures()};
  result.figures.erase("loss");  // the trainer logs the one that is learnt from
  return result;
}

Task decoder_task(DecoderModule& module, const EventShard& shard, const DecoderTaskOptions& options) {
  Task task;
  task.name = "decoder";
  task.module = &module;
  task.config_json = task_config(module, shard, options);
  const auto windows = std::make_shared<TrainingWindows>(shard, options.windows);
  task.step = [=, &module](std::int64_t step) {
    return learn_from(module, to_tensors(windows->batch(options.seed, step), options.device),
                      options.bar_weight);
  };
  task.validate = [=, &module, &shard] {
    return evaluate_decoder(module, shard, Split::kValidation, options.windows, options.validation_windows);
  };
  task.export_model = [&module, training = task.config_json](const std::string& path) {
    export_decoder(module, training, path);
  };
  return task;
}

}  // namespace s2m::train
