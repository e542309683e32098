#include "story2midi/nn/int4_groups.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "story2midi/nn/number_formats.h"

namespace s2m {
namespace {

constexpr std::size_t kHalf = kInt4Group / 2;
constexpr std::int64_t kLeastRows = 64;
constexpr float kMostQuant = 15;

struct Fit {
  float scale = 0;  // a bfloat16
  int zero = 0;
  std::array<std::uint8_t, kInt4Group> quants{};
  float error = std::numeric_limits<float>::max();
};

// Quants for a scale and a zero.
Fit fit_with(std::span<const float> group, float scale, float zero) {
  Fit fit{from_bf16(to_bf16(scale)), static_cast<int>(zero), {}, 0};
  const float steps = fit.scale > 0 ? 1.f / fit.scale : 0.f;
  for (std::size_t i = 0; i < kInt4Group; ++i) {
    // Adding half before the cut rounds; no call, so that the loop can be vectorised.
    const float quant = std::clamp(group[i] * steps + zero + 0.5f, 0.f, kMostQuant + 0.5f);
    fit.quants[i] = static_cast<std::uint8_t>(quant);
    const float off = group[i] - fit.scale * (static_cast<float>(fit.quants[i]) - zero);
    fit.error += off * off;
  }
  return fit;
}

// The scale of the least squared error for given quants.
float best_scale(std::span<const float> group, const Fit& fit) {
  float products = 0, squares = 0;
  for (std::size_t i = 0; i < kInt4Group; ++i) {
    const auto step = static_cast<float>(fit.quants[i] - fit.zero);
    products += group[i] * step;
    squares += step * step;
  }
  return squares > 0 ? products / squares : 0;
}

// From the group's whole range to seven tenths of it: cutting off the farthest weights makes all others finer.
Fit best_fit(std::span<const float> group) {
  const auto [least, most] = std::ranges::minmax_element(group);
  const float low = std::min(*least, 0.f), high = std::max(*most, 0.f);
  Fit best;
  for (float share = 1.f; share > 0.69f; share -= 0.05f) {
    const float scale = (high - low) * share / kMostQuant;
    const float zero = scale > 0 ? std::clamp(std::round(-low * share / scale), 0.f, kMostQuant) : 0.f;
    for (const float near : {zero - 1, zero, zero + 1}) {
      if (near < 0 || near > kMostQuant) continue;
      const auto fit = fit_with(group, scale, near);
      if (fit.error < best.error) best = fit;
    }
  }
  const auto refined = fit_with(group, best_scale(group, best), static_cast<float>(best.zero));
  return refined.error < best.error ? refined : best;
}

}  // namespace

bool fits_int4(std::span<const std::int64_t> shape) {
  constexpr auto kPair = static_cast<std::int64_t>(2 * kInt4Group);
  return shape.size() == 2 && shape[0] >= kLeastRows && shape[1] > 0 && shape[1] % kPair == 0;
}

Int4Weights to_int4(std::span<const float> weights) {
  const auto groups = weights.size() / kInt4Group;
  Int4Weights out{std::vector<std::uint8_t>(groups * kHalf), std::vector<std::uint16_t>(groups),
                  std::vector<std::uint8_t>((groups + 1) / 2)};
  for (std::size_t g = 0; g < groups; ++g) {
    const auto fit = best_fit(weights.subspan(g * kInt4Group, kInt4Group));
    for (std::size_t i = 0; i < kHalf; ++i)
      out.quants[g * kHalf + i] = static_cast<std::uint8_t>(fit.quants[i] | fit.quants[kHalf + i] << 4);
    out.scales[g] = to_bf16(fit.scale);
    out.zeros[g / 2] |= static_cast<std::uint8_t>(fit.zero << g % 2 * 4);
  }
  return out;
}

void from_int4(const std::uint8_t* quants, float scale, int zero, float* weights) {
  for (std::size_t i = 0; i < kHalf; ++i) {
    weights[i] = static_cast<float>((quants[i] & 15) - zero) * scale;
    weights[kHalf + i] = static_cast<float>((quants[i] >> 4) - zero) * scale;
  }
}

int int4_sum(const std::uint8_t* quants, int zero) {
  constexpr std::uint64_t kNibbles = 0x0f0f0f0f0f0f0f0f, kBytes = 0x00ff00ff00ff00ff,
                          kOnes = 0x0001000100010001;
  std::uint64_t first = 0, second = 0;
  std::memcpy(&first, quants, sizeof first);
  std::memcpy(&second, quants + sizeof first, sizeof second);
  const auto sums =
      (first & kNibbles) + (first >> 4 & kNibbles) + (second & kNibbles) + (second >> 4 & kNibbles);
  const auto pairs = (sums & kBytes) + (sums >> 8 & kBytes);
  return static_cast<int>(pairs * kOnes >> 48) - static_cast<int>(kInt4Group) * zero;
}

}  // namespace s2m
