// Counts what this test program allocates.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "story2midi/nn/decoder.h"
#include "tests/nn/golden.h"

namespace {

std::atomic<long> allocations{0};

void* counted(std::size_t size, std::size_t alignment) {
  ++allocations;
  void* at = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (at == nullptr) throw std::bad_alloc();
  return at;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t line) {
  return counted(size, static_cast<std::size_t>(line));
}
void operator delete(void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }
void operator delete(void* at, std::align_val_t) noexcept { std::free(at); }
void operator delete(void* at, std::size_t, std::align_val_t) noexcept { std::free(at); }

namespace s2m {
namespace {

class AllocationTest : public ::testing::TestWithParam<DataType> {};

TEST_P(AllocationTest, AStepAllocatesNothing) {
  const auto config =
      decoder_config_from_json(ModelFile(test::fixture("decoder.safetensors")).metadata("config"));
  const test::TemporaryFile file("allocation.safetensors");
  save_model(file.path(), {{"kind", "decoder"}, {"config", to_json(config)}},
             test::random_parameters(config, 3), GetParam());
  const Decoder decoder{ModelFile(file.path())};
  auto state = decoder.start(decoder.no_text());
  const auto step = [&] {
    std::array<std::uint8_t, kEventBytes> event{};
    auto chain = decoder.next(state);
    for (std::size_t i = 0; !chain.done(); ++i) {
      const auto logits = chain.logits();
      event[i] = static_cast<std::uint8_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
      chain.choose(event[i]);
    }
    decoder.feed(state, event);
  };
  for (int i = 0; i < 20; ++i) step();
  const long before = allocations;
  for (int i = 0; i < 20; ++i) step();
  EXPECT_EQ(allocations, before);
  EXPECT_GT(before, 0);  // they are counted
}

INSTANTIATE_TEST_SUITE_P(Types, AllocationTest, ::testing::Values(DataType::kF32, DataType::kI8));

}  // namespace
}  // namespace s2m
