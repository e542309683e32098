#include "train/encoder/encoder_local_start.h"

#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <numbers>

namespace s2m::train {
namespace {

using at::Tensor;

constexpr double kSlowest = 1e-3;  // of the fastest wave, which turns by pi a token
constexpr double kSharpness = 1.2;
constexpr std::array<std::array<int, 4>, 2> kOffsets{{{-1, 1, -2, 2}, {-1, 1, -3, 3}}};  // layers x heads

double frequency(std::int64_t wave, std::int64_t waves) {
  return std::numbers::pi * std::pow(kSlowest, static_cast<double>(wave) / static_cast<double>(waves - 1));
}

// Rows of length one: (positions, width), a cosine and a sine a wave.
Tensor sinusoids(std::int64_t positions, std::int64_t width) {
  Tensor table = at::zeros({positions, width});
  const std::int64_t waves = width / 2;
  const double unit = 1 / std::sqrt(static_cast<double>(waves));
  for (std::int64_t place = 0; place < positions; ++place)
    for (std::int64_t wave = 0; wave < waves; ++wave) {
      const double angle = frequency(wave, waves) * static_cast<double>(place);
      table.data_ptr<float>()[place * width + 2 * wave] = static_cast<float>(unit * std::cos(angle));
      table.data_ptr<float>()[place * width + 2 * wave + 1] = static_cast<float>(unit * std::sin(angle));
    }
  return table;
}

// Adds to one head's rows of a query matrix (`offset` tokens ahead) or key matrix (0) a turn of the fastest
// waves.
void add_turn(Tensor matrix, std::int64_t head, std::int64_t head_width, int offset) {
  const std::int64_t width = matrix.size(1);
  float* const rows = matrix.data_ptr<float>() + head * head_width * width;
  for (std::int64_t wave = 0; wave < head_width / 2; ++wave) {
    const double angle = frequency(wave, width / 2) * offset;
    const auto c = static_cast<float>(kSharpness * std::cos(angle)),
               s = static_cast<float>(kSharpness * std::sin(angle));
    float* const cosine = rows + 2 * wave * width + 2 * wave;
    float* const sine = cosine + width;
    cosine[0] += c;
    cosine[1] -= s;
    sine[0] += s;
    sine[1] += c;
  }
}

}  // namespace

void start_local(EncoderModule& encoder) {
  const at::NoGradGuard no_grad;
  const EncoderConfig& config = encoder.config();
  Tensor positions = encoder.parameter("embeddings.position_embeddings.weight");
  positions.copy_(sinusoids(positions.size(0), positions.size(1)));
  const auto heads = std::min<std::int64_t>(config.heads, kOffsets[0].size());
  for (int layer = 0; layer < std::min<int>(config.layers, kOffsets.size()); ++layer) {
    const std::string at = "encoder.layer." + std::to_string(layer) + ".attention.";
    for (std::int64_t head = 0; head < heads; ++head) {
      const int offset = kOffsets[static_cast<std::size_t>(layer)][static_cast<std::size_t>(head)];
      add_turn(encoder.parameter(at + "self.query.weight"), head, config.width / config.heads, offset);
      add_turn(encoder.parameter(at + "self.key.weight"), head, config.width / config.heads, 0);
    }
    for (const char* name : {"self.value.weight", "output.dense.weight"})
      Tensor(encoder.parameter(at + name)).mul_(2);
  }
}

}  // namespace s2m::train
