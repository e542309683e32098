#include "train/decoder/style_task.h"

#include <torch/utils.h>

#include <memory>

#include "story2midi/nn/model_file.h"

namespace s2m::train {

double held_out_loss(StyleModule& style, DecoderModule& decoder, const EventShard& shard,
                     const DecoderTaskOptions& options) {
  torch::NoGradGuard no_grad;
  style.apply();
  decoder.eval();
  return evaluate_decoder(decoder, shard, Split::kValidation, options.windows, options.validation_windows)
      .at("loss");
}

Task style_task(StyleModule& style, DecoderModule& decoder, const EventShard& shard,
                const DecoderTaskOptions& options) {
  Task task;
  task.name = "style";
  task.module = &style;
  task.config_json = task_config(decoder, shard, options);
  const auto windows = std::make_shared<TrainingWindows>(shard, options.windows);
  task.step = [=, &style, &decoder](std::int64_t step) {
    style.apply();
    decoder.train();
    return learn_from(decoder, to_tensors(windows->batch(options.seed, step), options.device),
                      options.bar_weight);
  };
  task.validate = [=, &style, &decoder, &shard] {
    return Figures{{"loss", held_out_loss(style, decoder, shard, options)}};
  };
  task.export_model = [&style, config = task.config_json](const std::string& path) {
    save_model(path, {{"kind", "style changes"}, {"training", config}}, tensors_of(style.changes()),
               DataType::kF32);
  };
  return task;
}

}  // namespace s2m::train
