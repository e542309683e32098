// What the subcommands share: where stories and models come from, how options are read, how progress is
// shown.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/base/progress.h"
#include "story2midi/formats/summary.h"
#include "story2midi/story2midi.h"

namespace s2m::apps {

// A wrong use of the options: exit code 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// --text, a file (read by its ending), or standard input ("-", or nothing at all when it is no terminal).
struct StorySource {
  std::string text;
  std::string file;
  std::string language;  // "en": the user says so
  std::string feel;      // --feel: a table of another reader's emotions
  CLI::Option* text_option = nullptr;
  void add_to(CLI::App& command);
  // What was left out is printed on standard error, and a warning where the text is not English. Throws Error.
  Story read() const;
  // That of the cues where no story is given.
  Story read(const PlanOptions& asked) const;
  bool is_given() const { return !text_option->empty() || !file.empty(); }
  void add_feel_to(CLI::App& command);
  // By our reader, or as --feel says. Throws Error.
  StoryReading reading_of(const Story& story, const Studio& studio) const;
  void warn_of_language(std::string_view text) const;
};

// --style, --style-strength, --style-allow-copies: the composer's own manner.
struct StyleFlags {
  std::string file;  // empty: none
  StyleOptions options;
  CLI::Option* strength_option = nullptr;
  void add_to(CLI::App& command);
  // Takes the strength of a saved piece where none is given. Throws Error where the piece is in another style than this, but
  // for a strength of 0.
  void follow(const std::optional<PieceStyle>& saved);
};

// --models DIR, else $S2M_MODELS, else models/base beside the program's checkout, its installation or here.
struct ModelSource {
  std::string folder;
  int threads = 0;
  StyleFlags style = {};
  void add_to(CLI::App& command);
  std::filesystem::path path() const;  // throws Error that says where it looked
  Studio open() const;                 // likewise; in the style
};

// An option or argument by its name, and the file that it names; an empty path does not count.
struct NamedFile {
  std::string option;
  std::filesystem::path path;
};

// Refuses, before any work, an output that is also an input and two outputs that are one file; then checks that each
// output can be written. Character devices may stand twice. Throws UsageError with both names, or Error.
void check_files(const std::vector<NamedFile>& inputs, const std::vector<NamedFile>& outputs);

// Text of an option that must be a whole number: decimal digits, so that 012 is twelve; refused where it does not
// fit 64 bits. The range is the option's own.
CLI::Validator whole_number();

// Text of an option that is a time: seconds, or minutes and hours as 1:30 and 1:02:30; it becomes seconds.
CLI::Validator time_in_seconds();

// How much is told on standard error: -q nothing but errors and warnings, -v also what is used.
enum class Verbosity { kQuiet, kUsual, kVerbose };
void add_verbosity(CLI::App& app);
Verbosity verbosity();

// The judge that comes with the program (models/judge/judge.json, looked for as above). Throws Error.
std::filesystem::path find_judge();

// --bars, --duration, --wpm, --cues, --fps, --cues-start, --key, --scale, --tempo, --meter, --valence, --arousal,
// --palette, --themes.
struct PlanFlags {
  std::string key, scale, metre, palette, cues, frame_rate, cues_start, themes;
  std::string mood;  // "0.6,-0.4": valence and arousal of music without a story
  std::optional<int> bars;
  std::optional<double> duration, tempo, valence, arousal, words_per_minute;
  void add_to(CLI::App& command);
  PlanOptions read() const;  // throws Error
  bool any() const;
  std::string themes_file() const;  // empty: --themes names none

 private:
  CueSheet read_cues() const;
  void read_mood(PlanOptions& options) const;
};

// A line for each cue that the music keeps: its time, its error, the bend of its tempo. Nothing with -q.
void print_cues(const std::vector<KeptCue>& cues);

// The lines of a UTF-8 file, each checked to be a story by itself. Throws Error naming the line.
std::vector<std::string> read_lines(const std::filesystem::path& file);

// A bar on standard error when that is a terminal, nothing otherwise. Stops the work on Ctrl-C.
Progress show_progress(std::string label);
// From now on Ctrl-C ends long work at its next step; true once it was pressed.
void catch_interrupt();
bool interrupted();

}  // namespace s2m::apps
