#include "story2midi/nn/low_rank.h"

#include <utility>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr std::string_view kUp = ".up", kDown = ".down";
constexpr std::int64_t kMostSide = 1 << 16;  // of a matrix that is changed

LowRankChange read_change(const ModelFile& file, const std::string& name, int most_rank) {
  const auto where = file.path().string() + ": " + name;
  const auto shape_of = [&](std::string_view ending) {
    const auto found = file.tensors().find(name + std::string(ending));
    if (found == file.tensors().end())
      throw Error(where, "a change needs two matrices", name + ".up and " + name + ".down", "one of them");
    return found->second.shape;
  };
  const auto up = shape_of(kUp), down = shape_of(kDown);
  if (up.size() != 2 || down.size() != 2 || up[1] != down[0] || up[1] < 1 || up[1] > most_rank ||
      up[0] > kMostSide || down[1] > kMostSide)
    throw Error(where, "the two matrices of a change do not fit",
                "rows x rank and rank x columns, rank 1 to " + std::to_string(most_rank),
                to_string(up) + " and " + to_string(down));
  return {static_cast<int>(up[0]), static_cast<int>(down[1]), static_cast<int>(up[1]),
          file.floats(name + std::string(kUp), up), file.floats(name + std::string(kDown), down)};
}

}  // namespace

void add_change(const LowRankChange& change, float strength, std::span<float> weights) {
  const auto columns = static_cast<std::size_t>(change.columns), rank = static_cast<std::size_t>(change.rank);
  for (std::size_t row = 0; row < static_cast<std::size_t>(change.rows); ++row) {
    float* const out = weights.data() + row * columns;
    for (std::size_t j = 0; j < rank; ++j) {
      const float factor = strength * change.up[row * rank + j];
      const float* const down = change.down.data() + j * columns;
      for (std::size_t k = 0; k < columns; ++k) out[k] += factor * down[k];
    }
  }
}

std::map<std::string, LowRankChange> read_changes(const ModelFile& file, int most_rank) {
  std::map<std::string, LowRankChange> changes;
  for (const auto& [name, tensor] : file.tensors())
    for (const auto ending : {kUp, kDown})
      if (name.size() > ending.size() && name.ends_with(ending)) {
        const auto matrix = name.substr(0, name.size() - ending.size());
        if (!changes.contains(matrix)) changes.emplace(matrix, read_change(file, matrix, most_rank));
      }
  return changes;
}

std::vector<NamedTensor> tensors_of(const std::map<std::string, LowRankChange>& changes) {
  std::vector<NamedTensor> tensors;
  for (const auto& [name, change] : changes) {
    tensors.push_back({name + std::string(kUp), {change.rows, change.rank}, change.up});
    tensors.push_back({name + std::string(kDown), {change.rank, change.columns}, change.down});
  }
  return tensors;
}

}  // namespace s2m
