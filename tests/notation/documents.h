// MusicXML documents of a few lines.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "story2midi/notation/musicxml.h"

namespace s2m::test {

inline std::string note(std::string_view step_and_octave, int duration, std::string_view more = "") {
  const auto octave = step_and_octave.substr(step_and_octave.size() - 1);
  const std::string_view alter = step_and_octave.size() < 3 ? "" : step_and_octave[1] == '#' ? "1" : "-1";
  return fmt::format(
      "<note>{}<pitch><step>{}</step>{}<octave>{}</octave></pitch><duration>{}</duration>{}</note>",
      more.starts_with("<chord/>") ? "<chord/>" : "", step_and_octave[0],
      alter.empty() ? "" : fmt::format("<alter>{}</alter>", alter), octave, duration,
      more.starts_with("<chord/>") ? more.substr(8) : more);
}

inline std::string grace(std::string_view step, std::string_view octave) {
  return fmt::format("<note><grace/><pitch><step>{}</step><octave>{}</octave></pitch></note>", step, octave);
}

inline std::string rest(int duration) {
  return fmt::format("<note><rest/><duration>{}</duration></note>", duration);
}

inline std::string attributes(int divisions, std::string_view more = "") {
  return fmt::format("<attributes><divisions>{}</divisions>{}</attributes>", divisions, more);
}

inline std::string metre(int beats, int type) {
  return fmt::format("<time><beats>{}</beats><beat-type>{}</beat-type></time>", beats, type);
}

inline std::string direction(std::string_view type, std::string_view more = "") {
  return fmt::format("<direction><direction-type>{}</direction-type>{}</direction>", type, more);
}

inline std::string measures(std::initializer_list<std::string> bodies) {
  std::string text;
  int number = 0;
  for (const auto& body : bodies) text += fmt::format("<measure number=\"{}\">{}</measure>", ++number, body);
  return text;
}

struct XmlPart {
  std::string measures;
  std::string name = "Flute";
  std::string head = "";  // what else <score-part> holds
};

inline std::string document(const std::vector<XmlPart>& parts) {
  std::string list, music;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    list += fmt::format("<score-part id=\"P{}\"><part-name>{}</part-name>{}</score-part>", i + 1,
                        parts[i].name, parts[i].head);
    music += fmt::format("<part id=\"P{}\">{}</part>", i + 1, parts[i].measures);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!DOCTYPE score-partwise PUBLIC \"-//Recordare//DTD "
      "MusicXML 4.0 "
      "Partwise//EN\" \"http://www.musicxml.org/dtds/partwise.dtd\"><score-partwise "
      "version=\"4.0\"><part-list>{}"
      "</part-list>{}</score-partwise>",
      list, music);
}

// One part of these measures.
inline Score read_measures(std::initializer_list<std::string> bodies) {
  return read_musicxml(document({{measures(bodies)}}), "song.xml");
}

// "60 at 0 for 480, ..." of a track.
inline std::string described(const Track& track) {
  std::string text;
  for (const Note& note : track.notes)
    text += fmt::format("{}{} at {} for {}", text.empty() ? "" : ", ", note.pitch, note.start_ticks,
                        note.length_ticks);
  return text;
}

}  // namespace s2m::test
