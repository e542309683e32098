// Takes the parameters of one network out of a model file: by name, shape and type, none missing and none
// left over.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "story2midi/nn/layers.h"
#include "story2midi/nn/low_rank.h"
#include "story2midi/nn/model_file.h"
#include "story2midi/nn/parameters.h"

namespace s2m {

// Half-open.
struct Range {
  int first, end;
};
// Some of a linear map: these of its outputs, of these of its inputs.
struct Cut {
  std::vector<Range> outputs;
  Range inputs;
};

class Binding {
 public:
  // Throws Error unless the file's metadata says that it holds this kind of network. Matrices with a change become int8
  // where the file holds them in 4 bits or int8.
  template <class Config>
  Binding(const ModelFile& file, std::string_view kind, const Config& config, LowRankChanges changes = {})
      : file_(file), changes_(std::move(changes)) {
    check_kind(kind);
    visit_parameters(config,
                     [&](const std::string& name, const Shape& shape) { shapes_.emplace(name, shape); });
  }

  // Each throws Error where the file lacks the tensor or holds another shape.
  Linear linear(const std::string& name);  // with a bias where the table of parameters has one
  Linear linear(const std::string& name, const Cut& cut);  // of one without a bias
  Norm norm(const std::string& name, float epsilon);
  Table table(const std::string& name);
  Floats floats(const std::string& name);

  // Throws Error for a parameter that nobody took, and for a tensor of the file that is no parameter, unless
  // its name begins with one of `tolerated`.
  void finish(std::span<const std::string_view> tolerated = {}) const;

 private:
  void check_kind(std::string_view kind) const;
  const Shape& claim(const std::string& name);
  Matrix matrix(const std::string& name, const Cut& cut);
  Matrix changed_matrix(const LowRankChange& change, const std::string& name, const Cut& cut);

  const ModelFile file_;  // tables go on reading from its mapping
  const LowRankChanges changes_;
  std::map<std::string, Shape> shapes_;
  std::set<std::string> taken_;
};

}  // namespace s2m
