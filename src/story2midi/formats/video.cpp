#include "story2midi/formats/video.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/pictures/png.h"
#include "story2midi/pictures/video_frames.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

constexpr int kFramesPerSecond = 25;
constexpr double kLongestCaption = 12;  // seconds that a caption stands at most

// A folder that lives as long as this does.
class WorkFolder {
 public:
  WorkFolder() {
    auto name = (fs::temp_directory_path() / "story2midi-video-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw Error(ErrorKind::kSystem, name, "a folder for the video's parts cannot be made");
    path_ = name;
  }
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

// The exit code; what the program says goes to `log`. -1 where it cannot be started.
int run_ffmpeg(std::vector<std::string> arguments, const fs::path& log) {
  arguments.insert(arguments.begin(), "ffmpeg");
  std::vector<char*> words;
  for (auto& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  ::pid_t child = 0;
  const int fault = ::posix_spawnp(&child, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (fault != 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const auto end = text.rfind('\n');
  return end == text.npos ? text : text.substr(end + 1);
}

// Stills are read once and repeated; the strip is cut to the frame where time has come to.
std::string filters(const RollStrip& strip, double seconds) {
  const auto& layout = kVideoLayout;
  const auto still = fmt::format("loop=loop=-1:size=1,setpts=N/({}*TB)", kFramesPerSecond);
  return fmt::format("[0:v]{}[ground];[1:v]{},crop={}:{}:x='min(t*{:.6f},iw-ow)':y=0[roll];", still, still,
                     layout.width, layout.roll_height, strip.pixels_per_second) +
         fmt::format("[ground][roll]overlay=0:{}[scene];color=c=0xa0305f:s=2x{}:r={}[head];", layout.roll_top,
                     layout.roll_height, kFramesPerSecond) +
         fmt::format("[scene][head]overlay={}:{}[played];color=c=0xa0305f:s=2x{}:r={}[place];",
                     layout.playhead - 1, layout.roll_top, layout.arc_height + 16, kFramesPerSecond) +
         fmt::format("[played][place]overlay=x='{}+{}*min(t/{:.6f},1)':y={}[placed];", layout.arc_left - 1,
                     layout.arc_right - layout.arc_left, seconds, layout.arc_top - 8) +
         "[placed]subtitles=words.ass,format=yuv420p[video]";
}

std::string clock_of(double seconds) {
  const auto hundredths = std::lround(seconds * 100);
  return fmt::format("{}:{:02}:{:02}.{:02}", hundredths / 360'000, hundredths / 6'000 % 60,
                     hundredths / 100 % 60, hundredths % 100);
}

// Braces and backslashes are commands to libass.
std::string plain(const std::string& words) {
  std::string text;
  for (const char c : words) text += c == '{' ? '(' : c == '}' ? ')' : c == '\\' ? '/' : c == '\n' ? ' ' : c;
  return text;
}

std::vector<Marker> captions_or_markers(const Score& score) {
  std::vector<Marker> captions;
  for (const Track& track : score.tracks)
    for (const Lyric& lyric : track.lyrics) captions.push_back({lyric.start_ticks, lyric.text});
  return captions.empty() ? score.markers : captions;
}

}  // namespace

void check_video() {
  const WorkFolder folder;
  if (run_ffmpeg({"-version"}, folder / "log") != 0)
    throw Error(ErrorKind::kUnsupported, "video", "needs the program ffmpeg",
                "ffmpeg in $PATH (Debian: apt-get install ffmpeg)", "none");
}

std::string captions_of(const Score& score, double seconds) {
  const auto& layout = kVideoLayout;
  std::string text = fmt::format(
      "[Script Info]\nScriptType: v4.00+\nPlayResX: {}\nPlayResY: {}\nWrapStyle: 0\n\n[V4+ Styles]\n"
      "Format: Name, Fontname, Fontsize, PrimaryColour, Alignment, MarginL, MarginR, MarginV, Outline, "
      "Shadow\n"
      "Style: Words,DejaVu Serif,24,&H001F2526,8,90,90,{},0,0\n\n[Events]\n"
      "Format: Layer, Start, End, Style, Text\n",
      layout.width, layout.height, layout.words_top);
  const TempoMap time(score);
  const auto captions = captions_or_markers(score);
  for (std::size_t i = 0; i < captions.size(); ++i) {
    const double start = time.seconds_at(captions[i].start_ticks);
    const double next = i + 1 < captions.size() ? time.seconds_at(captions[i + 1].start_ticks) : seconds;
    const double end = std::min(next, start + kLongestCaption);
    if (end - start >= 0.01)
      text += fmt::format("Dialogue: 0,{},{},Words,{}\n", clock_of(start), clock_of(end),
                          plain(captions[i].text));
  }
  return text;
}

std::vector<std::uint8_t> video_of(const Score& score, const Audio& sound, const PictureOptions& options) {
  check_video();
  const WorkFolder folder;
  const double seconds = sound.length_seconds();
  const RollStrip strip = roll_strip(score, options);
  write_bytes(folder / "ground.png", png_of_svg(video_ground_svg(score, options)));
  write_bytes(folder / "strip.png", png_of_svg(strip.svg));
  write_bytes(folder / "sound.wav", write_sound(sound, SoundFormat::kWav));
  write_text(folder / "words.ass", captions_of(score, seconds));
  const auto rate = fmt::to_string(kFramesPerSecond);
  auto filter = filters(strip, TempoMap(score).seconds_at(end_ticks(score)));
  const auto words = filter.find("words.ass");
  filter.replace(words, 9, "'" + (folder / "words.ass").string() + "'");
  const int code = run_ffmpeg({"-v",
                               "error",
                               "-y",
                               "-framerate",
                               rate,
                               "-i",
                               (folder / "ground.png").string(),
                               "-framerate",
                               rate,
                               "-i",
                               (folder / "strip.png").string(),
                               "-i",
                               (folder / "sound.wav").string(),
                               "-filter_complex",
                               filter,
                               "-map",
                               "[video]",
                               "-map",
                               "2:a",
                               "-t",
                               fmt::format("{:.3f}", seconds),
                               "-c:v",
                               "libx264",
                               "-preset",
                               "veryfast",
                               "-crf",
                               "20",
                               "-c:a",
                               "aac",
                               "-b:a",
                               "192k",
                               "-movflags",
                               "+faststart",
                               (folder / "video.mp4").string()},
                              folder / "log");
  if (code != 0)
    throw Error(ErrorKind::kSystem, "video", "ffmpeg failed", "an exit code of 0",
                fmt::format("{}: {}", code, last_line(read_text(folder / "log"))));
  return read_bytes(folder / "video.mp4", std::uint64_t{1} << 32);
}

}  // namespace s2m
