// A build without sound and without PNG (S2M_AUDIO=OFF, S2M_PNG=OFF) refuses them by name, before any work, and writes the
// rest. The sources of formats/ are compiled into this program as such a build compiles them.
#include <gtest/gtest.h>

#include <filesystem>

#include "story2midi/audio/duck.h"
#include "story2midi/audio/loudness.h"
#include "story2midi/audio/sound_loop.h"
#include "story2midi/base/error.h"
#include "story2midi/formats/save.h"
#include "story2midi/midi/midi.h"
#include "story2midi/pictures/png.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

Score a_note() {
  Score score;
  score.tracks.push_back({.name = "Melody", .notes = {{0, 480, 60, 64}}, .pedal = {}});
  return score;
}

// What the error says that `work` throws; empty where it throws none.
std::string refusal(const auto& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::kUnsupported);
    return error.what();
  }
  return {};
}

TEST(LeftOut, SoundFilesAreRefusedByTheirEnding) {
  for (const char* name : {"a.wav", "b.flac", "c.ogg", "d.MP3", "e.mp4"}) {
    const auto text = refusal([&] { piece_format(name); });
    EXPECT_NE(text.find(name), std::string::npos) << text;
    EXPECT_NE(text.find("S2M_AUDIO=ON"), std::string::npos) << text;
    const auto path = scratch_folder() / name;
    EXPECT_NE(refusal([&] { save(a_note(), path); }), "");
    EXPECT_FALSE(std::filesystem::exists(path));
  }
}

TEST(LeftOut, PngIsRefusedAndSvgIsWritten) {
  EXPECT_NE(refusal([] { piece_format("a.png"); }).find("S2M_PNG=ON"), std::string::npos);
  EXPECT_NE(refusal([] { png_of_svg("<svg/>"); }).find("librsvg"), std::string::npos);
  EXPECT_FALSE(piece_bytes(a_note(), PieceFormat::kSvg).empty());
}

TEST(LeftOut, EveryFunctionOfSoundNamesWhatIsMissing) {
  Audio audio;
  for (const auto& text :
       {refusal([] { find_soundfont(); }), refusal([] { render(a_note(), {}); }),
        refusal([&] { write_sound(audio, SoundFormat::kWav); }), refusal([&] { save_wav(audio, "a.wav"); }),
        refusal([] { sound_loop(a_note(), 44100); }), refusal([] { loop_body(a_note(), 44100); }),
        refusal([] { with_loop_points({}, SoundFormat::kWav, {}); }),
        refusal([] { read_sound("a.wav", 44100); }), refusal([] { duck_gains({}, 1, {}); }),
        refusal([] { render_stems(a_note(), {}, [](std::size_t, const Audio&) {}); }),
        refusal([&] { integrated_loudness(audio); }), refusal([&] { set_level(audio, -16); })})
    EXPECT_NE(text.find("FluidSynth"), std::string::npos) << text;
}

TEST(LeftOut, MidiAndJsonAreWrittenAsEver) {
  EXPECT_EQ(piece_bytes(a_note(), PieceFormat::kMidi), write_midi(a_note()));
  EXPECT_EQ(piece_format("a.json"), PieceFormat::kJson);
}

}  // namespace
}  // namespace s2m
