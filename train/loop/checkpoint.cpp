#include "train/loop/checkpoint.h"

#include <fmt/format.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <charconv>

#include "story2midi/base/error.h"

namespace s2m::train {
namespace {

std::int64_t size_of(const Shape& shape) {
  std::int64_t size = 1;
  for (const std::int64_t n : shape) size *= n;
  return size;
}

std::vector<float> to_vector(const torch::Tensor& tensor) {
  const torch::Tensor t = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  return {t.data_ptr<float>(), t.data_ptr<float>() + t.numel()};
}

template <class T>
T number(const ModelFile& file, const std::string& key) {
  const std::string& text = file.metadata(key);
  T value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size())
    throw Error(file.path().string(), "bad " + key, "a number", text);
  return value;
}

void copy_into(const std::vector<float>& values, const torch::Tensor& target) {
  torch::NoGradGuard no_grad;
  target.copy_(torch::from_blob(const_cast<float*>(values.data()), target.sizes(), torch::kFloat32));
}

// The buffers of the optimizer, by the prefix their tensors carry in the file.
std::map<std::string, torch::Tensor*> buffers(AdamW& optimizer) {
  std::map<std::string, torch::Tensor*> all{
      {"weight/", &optimizer.values()}, {"first/", &optimizer.first()}, {"second/", &optimizer.second()}};
  if (optimizer.averages().defined()) all["average/"] = &optimizer.averages();
  return all;
}

}  // namespace

void save_state(const std::filesystem::path& path, const RunState& state, AdamW& optimizer) {
  std::vector<LateTensor> tensors;
  for (const auto& [prefix, buffer] : buffers(optimizer))
    for (const Slice& slice : optimizer.slices())
      tensors.push_back({prefix + slice.name, slice.shape, [buffer = buffer, &slice] {
                           return to_vector(buffer->narrow(0, slice.offset, size_of(slice.shape)));
                         }});
  save_model_late(path,
                  {{"task", state.task},
                   {"config", state.config_json},
                   {"seed", fmt::to_string(state.seed)},
                   {"step", fmt::to_string(state.step)},
                   {"seconds", fmt::format("{:.3f}", state.seconds)},
                   {"best_loss", fmt::format("{:.17g}", state.best_loss)},
                   {"best_step", fmt::to_string(state.best_step)}},
                  tensors, DataType::kF32);
}

RunState load_state(const std::filesystem::path& path, AdamW& optimizer) {
  const ModelFile file(path);
  const std::size_t expected = buffers(optimizer).size() * optimizer.slices().size();
  if (file.tensors().size() != expected)
    throw Error(path.string(), "holds another network's state", fmt::format("{} tensors", expected),
                fmt::to_string(file.tensors().size()));
  for (const auto& [prefix, buffer] : buffers(optimizer))
    for (const Slice& slice : optimizer.slices())
      copy_into(file.floats(prefix + slice.name, slice.shape),
                buffer->narrow(0, slice.offset, size_of(slice.shape)));
  return {file.metadata("task"),
          file.metadata("config"),
          number<std::uint64_t>(file, "seed"),
          number<std::int64_t>(file, "step"),
          number<double>(file, "seconds"),
          number<double>(file, "best_loss"),
          number<std::int64_t>(file, "best_step")};
}

void load_weights(const std::filesystem::path& path, torch::nn::Module& module, std::string_view except) {
  const ModelFile file(path);
  for (auto& item : module.named_parameters())
    if (except.empty() || item.key().find(except) == std::string::npos)
      copy_into(file.floats(item.key(), item.value().sizes().vec()), item.value());
}

std::vector<NamedTensor> weights_of(const torch::nn::Module& module) {
  std::vector<NamedTensor> tensors;
  for (const auto& item : module.named_parameters())
    tensors.push_back({item.key(), item.value().sizes().vec(), to_vector(item.value())});
  return tensors;
}

}  // namespace s2m::train
