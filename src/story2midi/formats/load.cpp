#include "story2midi/formats/load.h"

#include "story2midi/notation/musicxml.h"

namespace s2m {

Score load_music(const std::filesystem::path& path) {
  return is_musicxml_name(path) ? load_musicxml(path) : load_midi(path);
}

MidiFile load_music_file(const std::filesystem::path& path) {
  if (is_musicxml_name(path)) return read_midi_file(write_midi(load_musicxml(path)), path.string());
  return load_midi_file(path);
}

}  // namespace s2m
