#include "bench/figures.h"

#include <fmt/format.h>

#include <cstdio>

namespace s2m::bench {
namespace {

std::string shown(double value) { return fmt::format("{:.{}f}", value, value < 1 ? 3 : value < 100 ? 2 : 0); }

std::string goal_of(const Figure& figure) {
  if (figure.below) return fmt::format("< {:.3g}", *figure.below);
  return figure.above ? fmt::format("> {:.3g}", *figure.above) : "";
}

bool meets(const Figure& figure) {
  return (!figure.below || figure.value < *figure.below) && (!figure.above || figure.value > *figure.above);
}

}  // namespace

FigureTable::FigureTable(const std::string& title)
    : json_{{"title", title},
            {"figures", nlohmann::ordered_json::array()},
            {"left_out", nlohmann::ordered_json::array()}} {
  fmt::print("{:<60}{:>10} {:<8}{:>8}\n", title, "", "", "goal");
}

void FigureTable::add(const Figure& figure) {
  const auto goal = goal_of(figure);
  const auto* verdict = goal.empty() ? "" : meets(figure) ? "met" : "missed";
  fmt::print("  {:<58}{:>10} {:<8}{:>8} {}\n", figure.name, shown(figure.value), figure.unit, goal, verdict);
  std::fflush(stdout);
  nlohmann::ordered_json row{{"name", figure.name}, {"value", figure.value}, {"unit", figure.unit}};
  if (!goal.empty()) row["goal"] = goal, row["met"] = meets(figure);
  json_["figures"].push_back(row);
}

void FigureTable::leave_out(const std::string& because) {
  fmt::print("  left out: {}\n", because);
  json_["left_out"].push_back(because);
}

}  // namespace s2m::bench
