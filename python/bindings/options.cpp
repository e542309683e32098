// What is asked of plan, music and sound.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include "python/bindings/module.h"
#include "story2midi/base/files.h"
#include "story2midi/story2midi.h"

namespace nb = nanobind;

namespace s2m::python {
namespace {

void set_themes(PlanOptions& options, const std::string& lines) {
  options.themes = lines == "none" ? std::vector<NamedTheme>{} : parse_themes(lines);
}

void bind_plan_options(nb::module_& module) {
  nb::class_<PlanOptions>(module, "PlanOptions")
      .def(nb::init<>())
      .def_rw("bars", &PlanOptions::bars)
      .def_rw("duration", &PlanOptions::duration_seconds)
      .def_rw("tempo", &PlanOptions::tempo_bpm)
      .def_rw("valence", &PlanOptions::valence)
      .def_rw("arousal", &PlanOptions::arousal)
      .def_rw("words_per_minute", &PlanOptions::words_per_minute)
      .def_rw("palette", &PlanOptions::palette)
      .def("set_key", [](PlanOptions& self, const std::string& key) { self.key = parse_key(key); })
      .def("set_scale", [](PlanOptions& self, const std::string& scale) { self.scale = parse_scale(scale); })
      .def("set_metre", [](PlanOptions& self, const std::string& metre) { self.metre = parse_metre(metre); })
      .def("set_cues", [](PlanOptions& self, const std::string& file) { self.cues = read_cue_sheet(file); })
      .def("set_themes", set_themes);
}

}  // namespace

void bind_options(nb::module_& module) {
  bind_plan_options(module);
  nb::class_<ComposeOptions>(module, "ComposeOptions")
      .def(nb::init<>())
      .def_rw("seed", &ComposeOptions::seed)
      .def_rw("temperature", &ComposeOptions::temperature)
      .def_rw("top_p", &ComposeOptions::top_p)
      .def_rw("drafts", &ComposeOptions::drafts)
      .def_rw("humanise", &ComposeOptions::humanise);
  nb::class_<RenderOptions>(module, "RenderOptions")
      .def(nb::init<>())
      .def_rw("sample_rate", &RenderOptions::sample_rate)
      .def_rw("tail", &RenderOptions::tail_seconds)
      .def_rw("fade", &RenderOptions::fade_seconds)
      .def_rw("reverb", &RenderOptions::reverb)
      .def_rw("loudness", &RenderOptions::loudness)
      .def("set_soundfont", [](RenderOptions& self, const std::string& file) { self.soundfont = file; });
}

}  // namespace s2m::python
