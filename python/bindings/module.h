// The parts of the module story2midi._core, which the package's Python files wrap.
#pragma once

#include <nanobind/nanobind.h>

#include <string>
#include <vector>

#include "story2midi/batch.h"
#include "story2midi/reading/story_reading.h"

namespace s2m::python {

// A story's title and emotions.
struct TitledReading {
  std::string title;               // of the story; empty where it states none
  std::string page_title;          // the same, else the file's name; empty for a text
  std::vector<std::string> notes;  // what was left out, a line each
  StoryReading reading;            // without points: music without a story
  Emotion mood = {};               // of music without a story
};

// A signed piece, and what its files need beside it.
struct SignedPiece {
  ComposedPiece piece;
  std::string page_title;
  double humanise = 1;
};

void bind_errors(nanobind::module_& module);
void bind_reading(nanobind::module_& module);
void bind_options(nanobind::module_& module);
void bind_studio(nanobind::module_& module);
void bind_piece(nanobind::module_& module);
void bind_judge(nanobind::module_& module);

}  // namespace s2m::python
