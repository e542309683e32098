// The kernels by themselves, each set that runs here, at the sizes of a decoding step of the shipped network.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/roofline.h"
#include "story2midi/nn/kernels/kernels.h"
#include "story2midi/nn/matrix.h"

namespace s2m {
namespace {

constexpr int kRows = 1024, kColumns = 256, kSlots = 512, kHeadWidth = 64;

void set_label(benchmark::State& run, const Kernels& set) {
  if (!runs_here(set)) run.SkipWithError("does not run here");
  run.SetLabel(set.name);
}

void product_int8(benchmark::State& run, const Kernels* set) {
  set_label(run, *set);
  const int count = static_cast<int>(run.range(0));
  const std::vector<std::int8_t> weights(kRows * kColumns, 3),
      inputs(static_cast<std::size_t>(count * kColumns), 2);
  const std::vector<float> scales(kRows, 0.1f), input_scales(static_cast<std::size_t>(count), 0.1f),
      input_sums(static_cast<std::size_t>(count), 2.f * kColumns);
  const auto matrix = int8_matrix(kRows, kColumns, weights, scales);
  const auto& panels = std::get<Int8Panels>(matrix.panels);
  std::vector<float> outputs(static_cast<std::size_t>(count * kRows));
  for (auto _ : run)
    set->multiply_int8({panels.weights.data(), panels.scales.data(), nullptr, inputs.data(),
                        input_scales.data(), input_sums.data(), outputs.data(), kRows, kColumns, count, 0,
                        matrix.panel_count()});
  run.SetItemsProcessed(run.iterations() * count * kRows * kColumns);
}

constexpr int kTokens = 256, kEncoderRows = 768;

// Multiply-adds of a second, and their share of what the processor can do at most, measured in the same run.
void set_rates(benchmark::State& run, int columns) {
  static const double peak = bench::int8_peak();
  const auto products = static_cast<double>(run.iterations()) * kTokens * kEncoderRows * columns;
  run.counters["products/s"] = benchmark::Counter(products, benchmark::Counter::kIsRate);
  run.counters["of_peak"] = benchmark::Counter(products / peak, benchmark::Counter::kIsRate);
}

// 256 tokens of an encoder 768 wide, against weights in int8 and in 4 bits.
void encoder_int8(benchmark::State& run, const Kernels* set) {
  set_label(run, *set);
  const int columns = static_cast<int>(run.range(0));
  const auto wide = static_cast<std::size_t>(columns);
  const std::vector<std::int8_t> weights(kEncoderRows * wide, 3), inputs(kTokens * wide, 2);
  const std::vector<float> scales(kEncoderRows, 0.1f), input_scales(kTokens, 0.1f),
      sums(kTokens, 2.f * static_cast<float>(columns));
  const auto matrix = int8_matrix(kEncoderRows, columns, weights, scales);
  const auto& panels = std::get<Int8Panels>(matrix.panels);
  std::vector<float> outputs(kTokens * kEncoderRows);
  for (auto _ : run)
    set->multiply_int8({panels.weights.data(), panels.scales.data(), nullptr, inputs.data(),
                        input_scales.data(), sums.data(), outputs.data(), kEncoderRows, columns, kTokens, 0,
                        matrix.panel_count()});
  set_rates(run, columns);
}

void encoder_int4(benchmark::State& run, const Kernels* set) {
  set_label(run, *set);
  const int columns = static_cast<int>(run.range(0));
  const auto wide = static_cast<std::size_t>(columns);
  const std::vector<std::uint8_t> quants(kEncoderRows * wide / 2, 0x37), inputs(kTokens * wide, 130);
  const std::vector<float> input_scales(kTokens, 0.1f);
  const Int4Rows rows{quants, std::vector<std::uint16_t>(kEncoderRows * wide / 32, 0x3e00),
                      std::vector<std::uint8_t>(kEncoderRows * wide / 32, 7)};
  const auto matrix = int4_matrix(kEncoderRows, columns, rows);
  const auto& panels = std::get<Int4Panels>(matrix.panels);
  std::vector<float> outputs(kTokens * kEncoderRows);
  for (auto _ : run)
    set->multiply_int4({panels.weights.data(), panels.scales.data(), panels.zeros.data(),
                        panels.starts.data(), nullptr, inputs.data(), input_scales.data(), outputs.data(),
                        kEncoderRows, columns, kTokens, 0, matrix.panel_count()});
  set_rates(run, columns);
}

void product_float(benchmark::State& run, const Kernels* set) {
  set_label(run, *set);
  const int count = static_cast<int>(run.range(0));
  const auto matrix = float_matrix(kRows, kColumns, std::vector<float>(kRows * kColumns, 0.1f));
  const std::vector<float> inputs(static_cast<std::size_t>(count * kColumns), 2);
  std::vector<float> outputs(static_cast<std::size_t>(count * kRows));
  for (auto _ : run)
    set->multiply({std::get<0>(matrix.panels).data(), nullptr, inputs.data(), outputs.data(), kRows, kColumns,
                   count, 0, matrix.panel_count()});
  run.SetItemsProcessed(run.iterations() * count * kRows * kColumns);
}

void attention_bf16(benchmark::State& run, const Kernels* set) {
  set_label(run, *set);
  const std::vector<BFloat16> keys(kSlots * kHeadWidth, 0x3e00), values = keys;
  const std::vector<float> query(kHeadWidth, 0.1f);
  std::vector<float> scores(kSlots), out(kHeadWidth);
  for (auto _ : run)
    set->attend_bf16(
        {keys.data(), values.data(), query.data(), scores.data(), out.data(), kSlots, kSlots, kHeadWidth, 1});
}

void attention_int8(benchmark::State& run, const Kernels* set) {
  set_label(run, *set);
  const std::vector<std::uint8_t> keys(kSlots * kHeadWidth, 140), values = keys;
  const std::vector<float> query(kHeadWidth, 0.1f), scales(kSlots, 0.1f);
  std::vector<float> scores(kSlots), out(kHeadWidth);
  std::vector<std::int8_t> steps(kSlots);
  for (auto _ : run)
    set->attend_int8({keys.data(), values.data(), scales.data(), scales.data(), query.data(), scores.data(),
                      steps.data(), out.data(), kSlots, kSlots, kHeadWidth, 1});
}

void gelu(benchmark::State& run, const Kernels* set) {
  set_label(run, *set);
  std::vector<float> x(kRows, 0.5f);
  for (auto _ : run) set->gelu(x.data(), kRows);
}

const Kernels* const kSets[] = {&kScalarKernels, &kAvx2Kernels, &kAvxVnniKernels, &kAvx512Kernels};

int add_all() {
  for (const auto* set : kSets) {
    const std::string name = set->name;
    benchmark::RegisterBenchmark(("product_int8/" + name).c_str(), product_int8, set)->Arg(1)->Arg(16);
    benchmark::RegisterBenchmark(("encoder_int8/" + name).c_str(), encoder_int8, set)->Arg(768)->Arg(3072);
    benchmark::RegisterBenchmark(("encoder_int4/" + name).c_str(), encoder_int4, set)->Arg(768)->Arg(3072);
    benchmark::RegisterBenchmark(("product_float/" + name).c_str(), product_float, set)->Arg(1)->Arg(16);
    benchmark::RegisterBenchmark(("attention_bf16/" + name).c_str(), attention_bf16, set);
    benchmark::RegisterBenchmark(("attention_int8/" + name).c_str(), attention_int8, set);
    benchmark::RegisterBenchmark(("gelu/" + name).c_str(), gelu, set);
  }
  return 0;
}
const int kAdded = add_all();

}  // namespace
}  // namespace s2m
