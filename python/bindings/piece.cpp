// Composed pieces: their notes as tables, their files, their sound.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <filesystem>
#include <tuple>

#include "python/bindings/call.h"
#include "python/bindings/module.h"
#include "python/bindings/rows.h"
#include "story2midi/base/files.h"
#include "story2midi/formats/summary.h"
#include "story2midi/piece_files.h"
#include "story2midi/story2midi.h"

namespace nb = nanobind;

namespace s2m::python {
namespace {

std::vector<std::uint8_t> bytes_as(const SignedPiece& self, PieceFormat format, const RenderOptions& sound) {
  auto how = save_options_of(self.piece, self.humanise);
  how.sound = sound;
  if (is_notation(format)) how.sheet = sheet_of(self.piece, self.page_title);
  return piece_bytes(self.piece.score, format, how);
}

// `name`: of a file with the ending that is wanted.
nb::bytes to_bytes(const SignedPiece& self, const std::string& name, RenderOptions sound,
                   nb::object progress) {
  Call call(std::move(progress));
  sound.progress = call.progress();
  const auto bytes = call.run([&] { return bytes_as(self, piece_format(name), sound); });
  return nb::bytes(bytes.data(), bytes.size());
}

void save(const SignedPiece& self, const std::string& path, RenderOptions sound, nb::object progress) {
  Call call(std::move(progress));
  sound.progress = call.progress();
  call.run([&] { write_bytes(path, bytes_as(self, piece_format(path), sound)); });
}

nb::ndarray<nb::numpy, float> play(const SignedPiece& self, RenderOptions sound, nb::object progress) {
  Call call(std::move(progress));
  sound.progress = call.progress();
  auto audio = call.run([&] { return render(self.piece.score, sound); });
  const auto frames = audio.samples.size() / static_cast<std::size_t>(audio.channels);
  return own_array(std::move(audio.samples), frames, audio.channels);
}

// Name, General MIDI program, whether it is drums, rows of notes.
using PartTuple = std::tuple<std::string, int, bool, Bytes2d>;

std::vector<PartTuple> parts(const SignedPiece& self) {
  std::vector<PartTuple> all;
  for (const Track& track : self.piece.score.tracks)
    all.emplace_back(track.name, track.program, track.is_drums, bytes_of(note_rows(self.piece.score, track)));
  return all;
}

}  // namespace

void bind_piece(nb::module_& module) {
  nb::class_<SignedPiece>(module, "Piece")
      .def_prop_ro("title", [](const SignedPiece& self) { return self.piece.score.title; })
      .def_prop_ro("seed", [](const SignedPiece& self) { return self.piece.seed; })
      .def_prop_ro("ticks_per_quarter",
                   [](const SignedPiece& self) { return self.piece.score.ticks_per_quarter; })
      .def_prop_ro(
          "seconds",
          [](const SignedPiece& self) { return seconds_at(self.piece.score, end_ticks(self.piece.score)); })
      .def("plan", [](const SignedPiece& self) { return to_json(self.piece.plan); })
      .def("summary",
           [](const SignedPiece& self) {
             return to_json(summary_of(self.piece.score, self.piece.emotion, self.piece.seed));
           })
      .def("parts", parts)
      .def("chords", [](const SignedPiece& self) { return bytes_of(chord_rows(self.piece)); })
      .def("tempos", [](const SignedPiece& self) { return bytes_of(tempo_rows(self.piece.score)); })
      .def("to_bytes", to_bytes, nb::arg("name"), nb::arg("sound"), nb::arg("progress").none())
      .def("save", save, nb::arg("path"), nb::arg("sound"), nb::arg("progress").none())
      .def("render", play, nb::arg("sound"), nb::arg("progress").none());
}

}  // namespace s2m::python
