// Videos: what is drawn for them, what the program ffmpeg makes of it, and what is told where it is missing.
#include "story2midi/formats/video.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/formats/save.h"
#include "story2midi/pictures/video_frames.h"

namespace s2m {
namespace {

Score a_score(int quarters) {
  Score score;
  score.tempos = {Tempo::from_bpm(0, 120)};
  Track track{"Melody", 0, false, {}, {}};
  for (int quarter = 0; quarter < quarters; ++quarter)
    track.notes.push_back({480 * quarter, 480, static_cast<std::uint8_t>(60 + quarter % 12), 70});
  score.tracks.push_back(track);
  score.tracks[0].lyrics = {{0, "Once {upon} a time."}, {1920, "She wept."}};
  return score;
}

class Path {
 public:
  explicit Path(const char* value) : before_(std::getenv("PATH")) { setenv("PATH", value, 1); }
  ~Path() { setenv("PATH", before_.c_str(), 1); }
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;

 private:
  std::string before_;
};

TEST(Video, WithoutFfmpegTheErrorNamesIt) {
  const Path path("/nonexistent");
  try {
    check_video();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::kUnsupported);
    EXPECT_NE(std::string(error.what()).find("ffmpeg"), std::string::npos);
  }
}

TEST(Video, CaptionsStandUntilTheNextAndHoldNoCommands) {
  const auto captions = captions_of(a_score(16), 8);
  EXPECT_NE(captions.find("Dialogue: 0,0:00:00.00,0:00:02.00,Words,Once (upon) a time."), std::string::npos)
      << captions;
  EXPECT_NE(captions.find("Dialogue: 0,0:00:02.00,0:00:08.00,Words,She wept."), std::string::npos);
}

TEST(Video, AStripIsAsLongAsThePieceAndNeverTooWide) {
  const auto strip = roll_strip(a_score(16));
  EXPECT_EQ(strip.pixels_per_second, 100);
  EXPECT_EQ(strip.width, 1280 + 800);
  const auto long_strip = roll_strip(a_score(4000));
  EXPECT_LE(long_strip.width, 30'001);
  EXPECT_LT(long_strip.pixels_per_second, 100);
}

TEST(Video, IsAnMp4File) {
  if (std::system("ffmpeg -version >/dev/null 2>&1") != 0) GTEST_SKIP() << "ffmpeg is not installed";
  Audio sound;
  sound.samples.assign(2 * 44100, 0.1F);  // a second, stereo
  const auto bytes = video_of(a_score(2), sound);
  ASSERT_GT(bytes.size(), 1000u);
  EXPECT_EQ(std::string(bytes.begin() + 4, bytes.begin() + 8), "ftyp");
  EXPECT_EQ(piece_format("tale.MP4"), PieceFormat::kMp4);
  EXPECT_EQ(piece_bytes(a_score(2), PieceFormat::kMp4, {.audio = sound}), bytes) << "saved by its ending";
}

}  // namespace
}  // namespace s2m
