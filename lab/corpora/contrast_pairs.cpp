#include "lab/corpora/contrast_pairs.h"

#include "lab/corpora/tables.h"
#include "story2midi/base/error.h"

namespace s2m {

std::vector<ContrastPair> read_contrast_pairs(const std::filesystem::path& path) {
  std::vector<ContrastPair> pairs;
  for (const TableRow& row : read_table(path, "pleasant")) {
    const auto cell = [&](const char* name) {
      const std::string* text = row.find(name);
      if (!text) throw Error(row.where, "a cell is empty", name);
      return *text;
    };
    pairs.push_back(
        {cell("kind"), cell("pleasant"), cell("unpleasant"), split_of_name(cell("split"), row.where)});
  }
  return pairs;
}

}  // namespace s2m
