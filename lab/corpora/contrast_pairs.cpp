#include "lab/corpora/contrast_pairs.h"

#include "story2midi/base/error.h"
#include "story2midi/stories/tables.h"

namespace s2m {

std::vector<ContrastPair> read_contrast_pairs(const std::filesystem::path& path) {
  std::vector<ContrastPair> pairs;
  for (const TableRow& row : read_table(path, "pleasant"))
    pairs.push_back({row.text("kind"), row.text("pleasant"), row.text("unpleasant"),
                     split_of_name(row.text("split"), row.where)});
  return pairs;
}

}  // namespace s2m
