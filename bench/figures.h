// Measured figures beside their goals: a row of a table as soon as it is known, JSON at the end.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace s2m::bench {

struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  std::optional<double> below = std::nullopt, above = std::nullopt;  // its goal, if it has one
};

class FigureTable {
 public:
  explicit FigureTable(const std::string& title);  // prints the head

  void add(const Figure& figure);              // prints a row
  void leave_out(const std::string& because);  // prints why figures are missing
  const nlohmann::ordered_json& json() const { return json_; }

 private:
  nlohmann::ordered_json json_;
};

}  // namespace s2m::bench
