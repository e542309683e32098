#include "apps/cli/suggestion.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>

namespace s2m::apps {
namespace {

// Levenshtein's distance.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

std::vector<std::string> names_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options())
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

}  // namespace

std::string suggestion(const CLI::App& app, const std::string& word) {
  const CLI::App* inner = &app;
  while (!inner->get_subcommands().empty()) inner = inner->get_subcommands().front();
  const std::string name = word.substr(0, word.find('='));
  std::string nearest;
  std::size_t fewest = std::min<std::size_t>(2, name.size() / 3) + 1;
  for (const auto& candidate : names_of(*inner))
    if (const auto count = edits(name, candidate); count < fewest) fewest = count, nearest = candidate;
  return nearest.empty() ? "" : "; did you mean " + nearest + "?";
}

}  // namespace s2m::apps
