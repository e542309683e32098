// The facade. Its long work runs without the GIL.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <filesystem>
#include <new>
#include <optional>

#include "python/bindings/call.h"
#include "python/bindings/module.h"
#include "python/bindings/rows.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/nn/manifest.h"
#include "story2midi/piece_files.h"
#include "story2midi/story2midi.h"

namespace nb = nanobind;

namespace s2m::python {
namespace {

struct OpenedStudio {
  Studio studio;
  std::optional<Manifest> weights;
};

OpenedStudio open(const std::string& models, int threads) {
  return Call().run([&] { return OpenedStudio{Studio(models, threads), read_manifest(models)}; });
}

TitledReading read_text(const OpenedStudio& self, const std::string& text, nb::object progress) {
  Call call(std::move(progress));
  return call.run([&] {
    const auto story = story_of(text);
    return TitledReading{story.title, story.title, story.notes, self.studio.read(story, call.progress()), {}};
  });
}

TitledReading read_file(const OpenedStudio& self, const std::string& file, nb::object progress) {
  Call call(std::move(progress));
  return call.run([&] {
    const auto story = read_story(file);
    return TitledReading{story.title,
                         story.title.empty() ? title_of_file(file) : story.title,
                         story.notes,
                         self.studio.read(story, call.progress()),
                         {}};
  });
}

std::string plan(const OpenedStudio& self, const TitledReading& reading, const PlanOptions& asked) {
  return Call().run([&] { return to_json(self.studio.plan(reading.reading, asked)); });
}

// A bar as Python has it: number, start and length in seconds, {track: rows}.
nb::tuple tuple_of(const BarView& bar) {
  nb::dict parts;
  for (std::size_t first = 0, last = 0; first < bar.notes.size(); first = last) {
    const auto& track = bar.notes[first].track;
    while (last < bar.notes.size() && bar.notes[last].track == track) ++last;
    parts[track.c_str()] = nb::cast(bytes_of(note_rows(std::span(bar.notes).subspan(first, last - first))));
  }
  return nb::make_tuple(bar.number, bar.start_seconds, bar.length_seconds, parts);
}

Emotion emotion_of(const TitledReading& reading) {
  return reading.reading.curve.points.empty() ? reading.mood : reading.reading.curve.mean();
}

SignedPiece compose(const OpenedStudio& self, const TitledReading& reading, const std::string& plan_json,
                    ComposeOptions options, const std::pair<nb::object, nb::object>& callbacks) {
  Call call(callbacks.first);
  options.progress = call.progress();
  // By reference: the library copies its options without the GIL, which must not count references.
  if (const nb::object& on_bar = callbacks.second; !on_bar.is_none())
    options.on_bar = [&call, &on_bar](const BarView& bar) {
      call.back_in_python([&] { on_bar(tuple_of(bar)); });
    };
  return call.run([&] {
    const auto plan = plan_from_json(plan_json);
    SignedPiece made{
        {self.studio.compose_piece(reading.reading, plan, options), emotion_of(reading), options.seed},
        reading.page_title,
        options.humanise};
    sign(made.piece, reading.title, self.weights);
    if (made.page_title.empty()) made.page_title = made.piece.plan.sections.front().title;
    return made;
  });
}

// Which part of a piece is written anew, and what stays as it is, in the words of compose/rewrite_words.h.
using Words = std::pair<std::vector<std::string>, std::vector<std::string>>;

SavedPiece saved_as(const std::string& json) {
  return Call().run([&] { return piece_from_json(json); });
}

SavedPiece saved_in(const std::string& file) {
  return Call().run([&] {
    const auto json = s2m::read_text(std::filesystem::path(file));
    return naming(file, [&] { return piece_from_json(json); });
  });
}

// `reading`: of the piece's story, or without points. `how`: options, and a function of the progress or None.
SignedPiece change(const OpenedStudio& self, const SavedPiece& saved, const Words& words,
                   const TitledReading& reading, const std::pair<ComposeOptions, nb::object>& how) {
  Call call(how.second);
  auto options = how.first;
  options.progress = call.progress();
  return call.run([&] {
    return SignedPiece{
        compose_changed(self.studio, saved, {words.first, words.second}, options, reading.reading),
        saved.score.title, options.humanise};
  });
}

}  // namespace

void bind_studio(nb::module_& module) {
  nb::class_<OpenedStudio>(module, "Studio")
      .def(
          "__init__",
          [](OpenedStudio* self, const std::string& models, int threads) {
            new (self) OpenedStudio(open(models, threads));
          },
          nb::arg("models"), nb::arg("threads"))
      .def("read_text", read_text, nb::arg("text"), nb::arg("progress").none())
      .def("read_file", read_file, nb::arg("file"), nb::arg("progress").none())
      .def("plan", plan, nb::arg("reading"), nb::arg("asked"))
      .def("compose", compose, nb::arg("reading"), nb::arg("plan"), nb::arg("options"), nb::arg("callbacks"),
           "callbacks: (progress, on_bar), each None or a function.")
      .def("change", change, nb::arg("saved"), nb::arg("words"), nb::arg("reading"), nb::arg("how"),
           "words: (only, lock). how: (options, progress), the latter None or a function.");
  nb::class_<SavedPiece>(module, "SavedPiece")
      .def_static("of_json", saved_as, nb::arg("json"))
      .def_static("of_file", saved_in, nb::arg("file"))
      .def_prop_ro("seed", [](const SavedPiece& self) { return self.performance.seed; })
      .def_prop_ro("humanise", [](const SavedPiece& self) { return self.performance.humanise; });
}

}  // namespace s2m::python
