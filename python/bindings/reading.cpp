// Readings: the emotion of a story, passage by passage.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <functional>
#include <limits>
#include <utility>

#include "python/bindings/module.h"
#include "python/bindings/rows.h"
#include "story2midi/emotion/labels.h"

namespace nb = nanobind;

namespace s2m::python {
namespace {

using Doubles = nb::ndarray<nb::numpy, double>;

std::size_t size_of(const TitledReading& self) { return self.reading.curve.points.size(); }

Doubles column(const TitledReading& self, const std::function<double(const CurvePoint&)>& value) {
  std::vector<double> values;
  values.reserve(size_of(self));
  for (const auto& point : self.reading.curve.points) values.push_back(value(point));
  return own_array(std::move(values), size_of(self));
}

// Where a value is not known it is not a number.
Doubles uncertainties(const TitledReading& self) {
  std::vector<double> values;
  for (const auto& point : self.reading.curve.points) {
    const auto unsure = point.emotion.uncertainty.value_or(
        ValenceArousal{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()});
    values.insert(values.end(), {unsure.valence, unsure.arousal});
  }
  return own_array(std::move(values), size_of(self), 2);
}

Doubles labels(const TitledReading& self) {
  std::vector<double> values;
  std::size_t rows = 0;
  for (const auto& point : self.reading.curve.points) {
    if (point.emotion.labels.size() != kLabelCount) continue;
    values.insert(values.end(), point.emotion.labels.begin(), point.emotion.labels.end());
    ++rows;
  }
  return own_array(std::move(values), rows, kLabelCount);
}

nb::ndarray<nb::numpy, std::int64_t> spans(const TitledReading& self) {
  std::vector<std::int64_t> values;
  for (const auto& point : self.reading.curve.points)
    for (const auto byte : {point.passage.start_byte, point.passage.end_byte})
      values.push_back(static_cast<std::int64_t>(byte));
  return own_array(std::move(values), size_of(self), 2);
}

std::vector<std::string> passages(const TitledReading& self) {
  std::vector<std::string> texts;
  for (const auto& point : self.reading.curve.points) texts.push_back(point.passage.text);
  return texts;
}

}  // namespace

void bind_reading(nb::module_& module) {
  module.def("label_names", [] { return std::vector<std::string>(kLabelNames.begin(), kLabelNames.end()); });
  nb::class_<TitledReading>(module, "Reading")
      .def(nb::new_([](double valence, double arousal) {
             return TitledReading{{}, {}, {}, {}, Emotion{{valence, arousal}, {}, {}}};
           }),
           nb::arg("valence"), nb::arg("arousal"), "No story.")
      .def_ro("title", &TitledReading::title)
      .def_ro("notes", &TitledReading::notes)
      .def_prop_ro("passages", passages)
      .def("spans", spans)
      .def("uncertainty", uncertainties)
      .def("labels", labels)
      .def("valence",
           [](const TitledReading& self) {
             return column(self, [](const CurvePoint& point) { return point.emotion.valence; });
           })
      .def("arousal",
           [](const TitledReading& self) {
             return column(self, [](const CurvePoint& point) { return point.emotion.arousal; });
           })
      .def("mean",
           [](const TitledReading& self) {
             const auto mean = self.reading.curve.mean();
             return std::pair(mean.valence, mean.arousal);
           })
      .def("to_json", [](const TitledReading& self) { return to_json(self.reading.curve); });
}

}  // namespace s2m::python
