// The judge: the emotion of music from its notes alone.
#include "lab/judge/judge.h"

#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "lab/analysis/music_features.h"
#include "python/bindings/call.h"
#include "python/bindings/module.h"
#include "story2midi/formats/load.h"

namespace nb = nanobind;

namespace s2m::python {
namespace {

// Valence, arousal, the four probabilities.
using Verdict = std::tuple<double, double, std::tuple<double, double, double, double>>;

Verdict verdict_of(const Judgement& judged) {
  const auto& chance = judged.quadrants;
  return {judged.valence, judged.arousal, {chance[0], chance[1], chance[2], chance[3]}};
}

Verdict judge_file(const Judge& self, const std::string& file) {
  return verdict_of(Call().run([&] { return self.judge(load_music(file)); }));
}

Verdict judge_piece(const Judge& self, const SignedPiece& piece) {
  return verdict_of(Call().run([&] { return self.judge(piece.piece.score); }));
}

using Features = std::vector<std::pair<std::string, double>>;

Features features_of(const Score& score) {
  Features all;
  for (const auto& feature : named(music_features(score))) all.emplace_back(feature.name, feature.value);
  return all;
}

Features features_of_file(const std::string& file) {
  return Call().run([&] { return features_of(load_music(file)); });
}

Features features_of_piece(const SignedPiece& piece) {
  return Call().run([&] { return features_of(piece.piece.score); });
}

}  // namespace

void bind_judge(nb::module_& module) {
  module.def("features_of_file", features_of_file, nb::arg("file"));
  module.def("features_of_piece", features_of_piece, nb::arg("piece"));
  nb::class_<Judge>(module, "Judge")
      .def(nb::new_([](const std::string& file) { return load_judge(file); }), nb::arg("file"))
      .def("judge_file", judge_file, nb::arg("file"))
      .def("judge_piece", judge_piece, nb::arg("piece"));
}

}  // namespace s2m::python
