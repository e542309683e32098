// The kernels by themselves, each set that runs here, at the sizes of a decoding step of the shipped network.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

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
