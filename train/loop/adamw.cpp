#include "train/loop/adamw.h"

#include <ATen/Parallel.h>
#include <torch/nn/module.h>

#include <cmath>

namespace s2m::train {
namespace {

constexpr std::int64_t kAlignment = 16;  // floats: one cache line

struct Coefficients {
  float beta1, beta2, decay, rate, epsilon, scale, correction2;
};

Coefficients coefficients(const AdamWStep& s, const Slice& slice) {
  const double rate = s.learning_rate * slice.rate;
  const double n = static_cast<double>(s.number);
  const double correction1 = 1 - std::pow(s.beta1, n);
  const double correction2 = 1 - std::pow(s.beta2, n);
  return {static_cast<float>(s.beta1),
          static_cast<float>(s.beta2),
          static_cast<float>(1 - (slice.decays ? rate * s.weight_decay : 0)),
          static_cast<float>(rate / correction1),
          static_cast<float>(s.epsilon),
          static_cast<float>(s.gradient_scale),
          static_cast<float>(1 / std::sqrt(correction2))};
}

struct Buffers {
  float* __restrict value;
  const float* __restrict gradient;
  float* __restrict first;
  float* __restrict second;
};

void update(const Buffers& b, std::int64_t begin, std::int64_t end, const Coefficients& c) {
  for (std::int64_t i = begin; i < end; ++i) {
    const float g = b.gradient[i] * c.scale;
    const float m = c.beta1 * b.first[i] + (1 - c.beta1) * g;
    const float v = c.beta2 * b.second[i] + (1 - c.beta2) * g * g;
    b.first[i] = m;
    b.second[i] = v;
    b.value[i] = c.decay * b.value[i] - c.rate * m / (std::sqrt(v) * c.correction2 + c.epsilon);
  }
}

// The same in tensor operations, for devices.
void update(torch::Tensor value, torch::Tensor gradient, torch::Tensor first, torch::Tensor second,
            const Coefficients& c) {
  const torch::Tensor g = gradient * c.scale;
  first.mul_(c.beta1).add_(g, 1 - c.beta1);
  second.mul_(c.beta2).addcmul_(g, g, 1 - c.beta2);
  value.mul_(c.decay).addcdiv_(first, second.sqrt().mul_(c.correction2).add_(c.epsilon), -c.rate);
}

}  // namespace

AdamW::AdamW(torch::nn::Module& module, torch::Device device, const RateOf& rate_of) {
  module.to(device);
  std::vector<torch::Tensor> parameters;
  std::int64_t size = 0;
  for (const bool matrices : {true, false}) {
    for (const auto& item : module.named_parameters()) {
      if (!item.value().requires_grad() || (item.value().dim() >= 2) != matrices) continue;
      slices_.push_back(
          {item.key(), item.value().sizes().vec(), size, rate_of ? rate_of(item.key()) : 1.0, matrices});
      parameters.push_back(item.value());
      size += (item.value().numel() + kAlignment - 1) / kAlignment * kAlignment;
    }
  }
  const auto zeros = [&] { return torch::zeros({size}, torch::dtype(torch::kFloat32).device(device)); };
  values_ = zeros(), gradients_ = zeros(), first_ = zeros(), second_ = zeros();
  torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    torch::Tensor& p = parameters[i];
    const auto view = [&](torch::Tensor& flat) {
      return flat.narrow(0, slices_[i].offset, p.numel()).view(p.sizes());
    };
    torch::Tensor place = view(values_);
    place.copy_(p);
    p.set_data(place);
    p.mutable_grad() = view(gradients_);
  }
}

void AdamW::zero_gradients() { gradients_.zero_(); }

double AdamW::gradient_norm() const { return gradients_.norm().item<double>(); }

void AdamW::step(const AdamWStep& s) {
  torch::NoGradGuard no_grad;
  const auto range = [&](std::int64_t begin, std::int64_t end, const Coefficients& c) {
    if (!values_.is_cpu()) {
      const auto part = [&](torch::Tensor& t) { return t.narrow(0, begin, end - begin); };
      return update(part(values_), part(gradients_), part(first_), part(second_), c);
    }
    const Buffers buffers{values_.data_ptr<float>(), gradients_.data_ptr<float>(), first_.data_ptr<float>(),
                          second_.data_ptr<float>()};
    at::parallel_for(begin, end, 1 << 14,
                     [&](std::int64_t from, std::int64_t to) { update(buffers, from, to, c); });
  };
  for (std::size_t i = 0; i < slices_.size(); ++i)
    range(slices_[i].offset, i + 1 < slices_.size() ? slices_[i + 1].offset : values_.numel(),
          coefficients(s, slices_[i]));
}

void AdamW::keep_average() { average_ = values_.clone(); }

void AdamW::average(double share) {
  torch::NoGradGuard no_grad;
  average_.lerp_(values_, share);
}

void AdamW::swap_average() {
  if (!average_.defined()) return;
  torch::NoGradGuard no_grad;
  const torch::Tensor values = values_.clone();
  values_.copy_(average_);
  average_.copy_(values);
}

}  // namespace s2m::train
