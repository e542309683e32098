#include "train/modules/causal_attention.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

#include <cmath>

namespace s2m::train {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

constexpr std::int64_t kQueryBlock = 256;

// x: (..., length, head_width), by +angle, or by -angle with direction -1. The result is scaled.
Tensor rotate(const Tensor& x, const Tensor& cosine, const Tensor& sine, double direction) {
  const std::int64_t half = x.size(-1) / 2;
  const Tensor a = x.narrow(-1, 0, half), b = x.narrow(-1, half, half);
  Tensor y = torch::empty(x.sizes(), x.options());
  Tensor ya = y.narrow(-1, 0, half), yb = y.narrow(-1, half, half);
  at::mul_out(ya, a, cosine);
  at::mul_out(yb, b, cosine);
  ya.addcmul_(b, sine, -direction);
  yb.addcmul_(a, sine, direction);
  return y;
}

// (batch, length, 3 * width) -> (3, batch * heads, length, head_width)
Tensor split_heads(const Tensor& qkv, std::int64_t heads) {
  const std::int64_t batch = qkv.size(0), length = qkv.size(1), head_width = qkv.size(2) / (3 * heads);
  return qkv.view({batch, length, 3, heads, head_width})
      .permute({2, 0, 3, 1, 4})
      .reshape({3, batch * heads, length, head_width});
}

struct Blocks {
  std::int64_t length;
  template <class F>
  void each(F&& f) const {
    for (std::int64_t start = 0; start < length; start += kQueryBlock)
      f(start, std::min(kQueryBlock, length - start));
  }
};

// Probabilities of one block of queries over the keys up to its end, in the place of its scores.
Tensor probabilities(const Tensor& q, const Tensor& k, std::int64_t start, std::int64_t count,
                     const Tensor& mask) {
  const std::int64_t end = start + count;
  Tensor scores = at::bmm(q.narrow(1, start, count), k.narrow(1, 0, end).transpose(1, 2));
  scores.narrow(2, start, count).add_(mask.narrow(0, 0, count).narrow(1, 0, count));
  return at::_softmax_out(scores, scores, -1, false);
}

struct CausalAttention : Function<CausalAttention> {
  static Tensor forward(AutogradContext* context, const Tensor& qkv, std::int64_t heads, const Tensor& cosine,
                        const Tensor& sine) {
    const Tensor parts = split_heads(qkv, heads);
    const std::int64_t length = parts.size(2), head_width = parts.size(3);
    const double scale = 1 / std::sqrt(static_cast<double>(head_width));
    const Tensor c = cosine.narrow(0, 0, length).to(qkv.dtype()),
                 s = sine.narrow(0, 0, length).to(qkv.dtype());
    const Tensor q = rotate(parts[0], c * scale, s * scale, 1), k = rotate(parts[1], c, s, 1), v = parts[2];
    const std::int64_t block = std::min(kQueryBlock, length);
    const Tensor mask = torch::full({block, block}, -INFINITY, q.options()).triu_(1);
    Tensor out = torch::empty_like(v);
    variable_list saved{q, k, v, c, s};
    Blocks{length}.each([&](std::int64_t start, std::int64_t count) {
      const Tensor p = probabilities(q, k, start, count, mask);
      out.narrow(1, start, count).copy_(at::bmm(p, v.narrow(1, 0, start + count)));
      saved.push_back(p);
    });
    if (qkv.requires_grad()) context->save_for_backward(saved);
    context->saved_data["heads"] = heads;
    const std::int64_t batch = qkv.size(0);
    return out.view({batch, heads, length, head_width})
        .transpose(1, 2)
        .reshape({batch, length, heads * head_width});
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const Tensor &q = saved[0], &k = saved[1], &v = saved[2], &c = saved[3], &s = saved[4];
    const std::int64_t heads = context->saved_data["heads"].toInt();
    const std::int64_t length = q.size(1), head_width = q.size(2), batch = q.size(0) / heads;
    const double scale = 1 / std::sqrt(static_cast<double>(head_width));
    const Tensor dout = gradients[0]
                            .to(q.dtype())
                            .view({batch, length, heads, head_width})
                            .transpose(1, 2)
                            .reshape({batch * heads, length, head_width});
    Tensor dq = torch::empty_like(q), dk = torch::zeros_like(k), dv = torch::zeros_like(v);
    std::size_t next = 5;
    Blocks{length}.each([&](std::int64_t start, std::int64_t count) {
      const Tensor& p = saved[next++];
      const std::int64_t end = start + count;
      const Tensor d = dout.narrow(1, start, count);
      dv.narrow(1, 0, end).add_(at::bmm(p.transpose(1, 2), d));
      Tensor ds = at::bmm(d, v.narrow(1, 0, end).transpose(1, 2));
      ds = at::_softmax_backward_data(ds, p, -1, p.scalar_type());
      dq.narrow(1, start, count).copy_(at::bmm(ds, k.narrow(1, 0, end)));
      dk.narrow(1, 0, end).add_(at::bmm(ds.transpose(1, 2), q.narrow(1, start, count)));
    });
    const Tensor parts = torch::stack(
        {rotate(dq, c * scale, s * scale, -1), rotate(dk, c, s, -1), dv});  // (3, batch * heads, ...)
    const Tensor dqkv = parts.view({3, batch, heads, length, head_width})
                            .permute({1, 3, 0, 2, 4})
                            .reshape({batch, length, 3 * heads * head_width});
    return {dqkv, Tensor(), Tensor(), Tensor()};
  }
};

}  // namespace

RotaryTable rotary_table(std::int64_t length, std::int64_t head_width, double base, torch::Device device) {
  const Tensor i = torch::arange(head_width / 2, torch::kFloat64);
  const Tensor angles = torch::outer(torch::arange(length, torch::kFloat64),
                                     torch::exp(i * (-2 * std::log(base) / static_cast<double>(head_width))));
  return {angles.cos().to(device, torch::kFloat32), angles.sin().to(device, torch::kFloat32)};
}

torch::Tensor causal_attention(const Tensor& qkv, std::int64_t heads, const RotaryTable& rotary) {
#if TORCH_VERSION_MAJOR >= 2
  if (qkv.is_cuda()) {
    const std::int64_t batch = qkv.size(0), length = qkv.size(1), head_width = qkv.size(2) / (3 * heads);
    const Tensor parts = qkv.view({batch, length, 3, heads, head_width}).permute({2, 0, 3, 1, 4});
    const Tensor c = rotary.cosine.narrow(0, 0, length), s = rotary.sine.narrow(0, 0, length);
    const auto turned = [&](const Tensor& x) {
      const auto halves = x.chunk(2, -1);
      return torch::cat({halves[0] * c - halves[1] * s, halves[1] * c + halves[0] * s}, -1).to(x.dtype());
    };
    const Tensor out =
        at::scaled_dot_product_attention(turned(parts[0]), turned(parts[1]), parts[2], {}, 0.0, true);
    return out.transpose(1, 2).reshape({batch, length, heads * head_width});
  }
#endif
  return CausalAttention::apply(qkv, heads, rotary.cosine, rotary.sine);
}

}  // namespace s2m::train
