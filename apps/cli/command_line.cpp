#include "apps/cli/command_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/limits.h"
#include "story2midi/base/parallel.h"
#include "story2midi/nn/kernels/kernels.h"
#include "story2midi/plan/palette_names.h"
#include "story2midi/plan/timing.h"
#include "story2midi/stories/draft.h"
#include "story2midi/stories/encodings.h"
#include "story2midi/stories/language.h"

namespace s2m::apps {
namespace {

std::atomic<bool> g_interrupted{false};
std::atomic<Verbosity> g_verbosity{Verbosity::kUsual};

constexpr std::size_t kLanguageSample = 1 << 16;  // bytes that tell a text's language

std::string read_standard_input() {
  std::string text;
  char chunk[1 << 16];
  while (const std::size_t count = std::fread(chunk, 1, sizeof chunk, stdin)) {
    text.append(chunk, count);
    if (text.size() > limits::kMostBookBytes) break;
  }
  return text;
}

std::filesystem::path program_folder() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path() : program.parent_path();
}

// `file` below the models folder of the checkout for a program in a build folder (build/PRESET/bin), of the
// installation for any other (PREFIX/bin), else of the working folder; empty where it is in none.
std::filesystem::path find_shipped(const std::filesystem::path& file) {
  const auto here = program_folder();
  const bool is_build = std::filesystem::exists(here / "../CMakeCache.txt");
  const auto beside = here / (is_build ? "../../../models" : "../share/story2midi/models");
  for (const auto& models : {beside, std::filesystem::path("models")})
    if (std::filesystem::exists(models / file)) return std::filesystem::weakly_canonical(models / file);
  return {};
}

std::filesystem::path find_models() {
  if (const char* folder = std::getenv("S2M_MODELS")) return folder;
  const auto encoder = find_shipped("base/encoder.safetensors");
  if (!encoder.empty()) return encoder.parent_path();
  throw Error("models", "no model files found", "encoder.safetensors and decoder.safetensors in models/base",
              "none; name their folder with --models DIR or S2M_MODELS");
}

}  // namespace

void check_files(const std::vector<NamedFile>& inputs, const std::vector<NamedFile>& outputs) {
  const auto refuse_one_file = [](const NamedFile& output, const NamedFile& other, const char* role) {
    std::error_code ignored;
    if (output.path.empty() || other.path.empty() || other.path == "-" ||
        !is_same_file(output.path, other.path) || std::filesystem::is_character_file(output.path, ignored))
      return;
    throw UsageError(fmt::format("{} {} and {} {} are one file, which is {}", output.option,
                                 output.path.string(), other.option, other.path.string(), role));
  };
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (const auto& input : inputs) refuse_one_file(outputs[i], input, "an input");
    for (std::size_t j = 0; j < i; ++j) refuse_one_file(outputs[i], outputs[j], "an output already");
  }
  for (const auto& output : outputs)
    if (!output.path.empty()) check_writable(output.path);
}

CLI::Validator whole_number() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        const auto digits = std::string_view(text).substr(text.starts_with('-') ? 1 : 0);
        std::uint64_t value = 0;
        const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (fault != std::errc{} || end != digits.data() + digits.size())
          return "expected a whole number that fits 64 bits, got \"" + text + "\"";
        text = (digits.size() < text.size() ? "-" : "") + std::to_string(value);
        return {};
      },
      {});
}

CLI::Validator time_in_seconds() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        double seconds = 0;
        std::size_t parts = 0;
        for (std::string_view left = text; parts < 3; ++parts) {
          const auto part = left.substr(0, left.find(':'));
          double value = 0;
          const auto [end, fault] = std::from_chars(part.data(), part.data() + part.size(), value);
          const bool is_whole = part.size() == left.size() || part.find('.') == part.npos;
          if (fault != std::errc{} || end != part.data() + part.size() || !is_whole ||
              (parts > 0 && value >= 60))
            break;
          seconds = 60 * seconds + value;
          if (part.size() == left.size()) {
            text = fmt::format("{}", seconds);
            return {};
          }
          left.remove_prefix(part.size() + 1);
        }
        return "expected a time such as 90, 1:30 or 1:02:30, got \"" + text + "\"";
      },
      {});
}

void add_verbosity(CLI::App& app) {
  const auto set = [&app](const char* names, Verbosity value, const char* help) {
    app.add_flag_callback(
           names, [value] { g_verbosity = value; }, help)
        ->group("Messages");
  };
  set("-q,--quiet", Verbosity::kQuiet, "no progress, notes and summary");
  set("-v,--verbose", Verbosity::kVerbose, "also tell on standard error what is used");
}

Verbosity verbosity() { return g_verbosity; }

std::filesystem::path find_judge() {
  auto judge = find_shipped("judge/judge.json");
  if (judge.empty())
    throw Error("judge", "no model file found", "models/judge/judge.json", "none; name it with --model FILE");
  return judge;
}

void StorySource::add_to(CLI::App& command) {
  command.add_option(
      "story", file,
      "the story: .txt, .md, .html, .srt, .vtt, .fountain or .epub, or - for text on standard input");
  text_option = command.add_option("--text", text, "the story itself");
  command
      .add_option("--lang", language,
                  "the story's language: en silences the warning that it looks like another")
      ->check(CLI::IsMember({"en"}));
}

Story StorySource::read() const {
  if (!text_option->empty() && !file.empty()) throw UsageError("give either --text or a file, not both");
  if (text_option->empty() && file.empty() && ::isatty(STDIN_FILENO))
    throw UsageError("no story: give --text \"...\", a file, or text on standard input");
  const bool from_input = file.empty() || file == "-";
  auto story = !text_option->empty() ? story_of(text, StoryFormat::kText, "--text")
               : from_input          ? story_of(read_standard_input(), StoryFormat::kText, "standard input")
                                     : read_story(file);
  for (const auto& note : verbosity() == Verbosity::kQuiet ? std::vector<std::string>{} : story.notes)
    fmt::print(stderr, "{}: {}\n", from_input ? "story" : file, note);
  std::string sample;
  for (const auto& passage : story.passages)
    if (sample.size() < kLanguageSample) sample += passage.text + "\n";
  warn_of_language(sample);
  return story;
}

Story StorySource::read(const PlanOptions& asked) const {
  return asked.cues && !is_given() ? story_of(*asked.cues) : read();
}

void StorySource::add_feel_to(CLI::App& command) {
  command.add_option(
      "--feel", feel,
      "another reader's emotions: a table (.tsv, .csv, .jsonl) with a row a passage: text, or start_byte "
      "and end_byte; valence, arousal, labels");
}

StoryReading StorySource::reading_of(const Story& story, const Studio& studio) const {
  return feel.empty() ? studio.read(story, show_progress("reading")) : read_feel_table(feel, story);
}

void StorySource::warn_of_language(std::string_view sample) const {
  if (language.empty() && feel.empty() && !looks_english(sample))
    fmt::print(stderr,
               "warning: the text does not look like English, the one language that is read; --lang en "
               "silences this\n");
}

void ModelSource::add_to(CLI::App& command) {
  command.add_option("--models", folder, "folder with encoder.safetensors and decoder.safetensors");
  command.add_option("--threads", threads, "threads to use; 0: one per core")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
}

std::filesystem::path ModelSource::path() const {
  return folder.empty() ? find_models() : std::filesystem::path(folder);
}

Studio ModelSource::open() const {
  const auto models = path();
  if (verbosity() == Verbosity::kVerbose)
    fmt::print(stderr, "models {}, kernels {}, {} threads\n", models.string(), kernels().name,
               thread_count(threads));
  const Studio studio(models, threads);
  return style.file.empty() ? studio : studio.with_style(load_style(style.file), style.options);
}

void StyleFlags::add_to(CLI::App& command) {
  const auto group = "Your own music";
  command
      .add_option("--style", file,
                  "write in a manner that `story2midi-train style` learnt from a folder of your pieces")
      ->group(group);
  strength_option = command
                        .add_option("--style-strength", options.strength,
                                    "0: the decoder as it is; 1: the style as it was learnt")
                        ->check(CLI::Range(0.0, 1.0))
                        ->group(group)
                        ->capture_default_str();
  command
      .add_flag("--style-allow-copies", options.allows_copies,
                "also write a piece that copies a long run of notes from the pieces of the style")
      ->group(group);
}

void StyleFlags::follow(const std::optional<PieceStyle>& saved) {
  const bool is_given = !strength_option->empty();
  if (!saved || (is_given && options.strength == 0)) return;
  const auto expected = "style \"" + saved->name + "\" of fingerprint " + saved->fingerprint;
  if (file.empty())
    throw Error("--from", "the piece was written in a style: give its file with --style", expected, "none");
  if (const auto actual = load_style(file); actual.fingerprint != saved->fingerprint)
    throw Error(file, "the piece of --from was written in another style", expected, actual.fingerprint);
  if (!is_given) options.strength = saved->strength;
}

void PlanFlags::add_to(CLI::App& command) {
  const auto group = "What the music shall be (else it follows from the story)";
  command.add_option("--bars", bars, "length in bars")->group(group)->transform(whole_number());
  command.add_option("--duration", duration, "length in seconds, or as 1:30")
      ->group(group)
      ->transform(time_in_seconds());
  command
      .add_option("--wpm", words_per_minute,
                  "length by a reading speed, in words a minute: sections begin when read")
      ->group(group);
  command
      .add_option("--cues", cues,
                  "times to keep: .csv (time, kind, end, text), .tsv, .jsonl or an .edl; sections begin at "
                  "theirs, and "
                  "hits fall on beats")
      ->group(group);
  command
      .add_option("--fps", frame_rate,
                  "frames a second of --cues, such as 24 or 23.976 (default: 25; 29.97 for drop-frame code)")
      ->group(group);
  command
      .add_option("--cues-start", cues_start,
                  "time of --cues at which the music starts (default: 0; of an .edl the full hour before its "
                  "first event)")
      ->group(group);
  command.add_option("--key", key, "key, such as \"D minor\", Bb or F#m")->group(group);
  command.add_option("--scale", scale, "major, minor, dorian, phrygian, lydian or mixolydian")->group(group);
  command.add_option("--tempo", tempo, "quarter notes a minute")->group(group);
  command.add_option("--meter,--metre", metre, "time signature, such as 3/4")->group(group);
  command.add_option("--valence", valence, "-1 unpleasant to 1 pleasant, instead of the story's")
      ->group(group);
  command.add_option("--arousal", arousal, "-1 calm to 1 excited, instead of the story's")->group(group);
  command
      .add_option("--mood", mood,
                  "valence,arousal of music without a story, such as 0.6,-0.4 (default 16 bars)")
      ->group(group);
  command
      .add_option("--palette", palette,
                  "which instruments play: " + palette_name_list() +
                      ", or auto, which follows from the emotion (default piano)")
      ->group(group);
  command
      .add_option(
          "--themes", themes,
          "whose themes sound where names stand: auto for names that return (default), none, or a file "
          "with lines such as \"Anna: flute, 5 1:2 2 3\"")
      ->group(group);
}

bool PlanFlags::any() const {
  return bars || duration || words_per_minute || !cues.empty() || tempo || valence || arousal ||
         !key.empty() || !scale.empty() || !metre.empty() || !palette.empty() || !themes.empty() ||
         !mood.empty();
}

void PlanFlags::read_mood(PlanOptions& options) const {
  if (valence || arousal) throw UsageError("--mood says valence and arousal: give it alone");
  const auto number = [](std::string_view part) -> std::optional<double> {
    double value = 0;
    part.remove_prefix(part.starts_with('+'));
    const auto [end, fault] = std::from_chars(part.data(), part.data() + part.size(), value);
    const bool is_number =
        fault == std::errc{} && end == part.data() + part.size() && value >= -1 && value <= 1;
    return is_number ? std::optional(value) : std::nullopt;
  };
  const auto comma = mood.find(',');
  const std::string_view all = mood;
  options.valence = number(all.substr(0, comma));
  if (comma != mood.npos) options.arousal = number(all.substr(comma + 1));
  if (!options.valence || !options.arousal)
    throw UsageError("--mood " + mood + ": expected two numbers from -1 to 1, such as 0.6,-0.4");
}

CueSheet PlanFlags::read_cues() const {
  CueSheetOptions how;
  if (!frame_rate.empty()) how.rate = parse_frame_rate(frame_rate);
  if (!cues_start.empty()) how.start = cues_start;
  return read_cue_sheet(cues, how);
}

std::string PlanFlags::themes_file() const { return themes == "none" || themes == "auto" ? "" : themes; }

PlanOptions PlanFlags::read() const {
  if (cues.empty() && !(frame_rate.empty() && cues_start.empty()))
    throw UsageError("--fps and --cues-start say how to read --cues: they do not go without it");
  PlanOptions options;
  options.bars = bars;
  options.duration_seconds = duration;
  options.words_per_minute = words_per_minute;
  if (!cues.empty()) options.cues = read_cues();
  options.tempo_bpm = tempo;
  options.valence = valence;
  options.arousal = arousal;
  if (!mood.empty()) read_mood(options);
  options.palette = palette;
  if (themes == "none") options.themes.emplace();
  if (const auto file = themes_file(); !file.empty()) options.themes = parse_themes(read_text(file), file);
  if (!key.empty()) options.key = parse_key(key);
  if (!scale.empty()) options.scale = parse_scale(scale);
  if (!metre.empty()) options.metre = parse_metre(metre);
  return options;
}

std::vector<std::string> read_lines(const std::filesystem::path& file) {
  std::string text = decode_text(read_text(file), file.string()).text.text();
  for (const std::string_view separator : {"\u2028", "\u2029"})
    for (std::size_t at = 0; (at = text.find(separator, at)) != text.npos;)
      text.replace(at, separator.size(), "\n");
  std::vector<std::string> lines;
  for_each_line_of(text, [&](std::size_t start, std::size_t end) {
    auto line = text.substr(start, end - start);
    check_story(line, file.string() + ": line " + std::to_string(lines.size() + 1));
    lines.push_back(std::move(line));
  });
  if (lines.empty()) throw Error(file.string(), "no lines", "one text a line", "an empty file");
  return lines;
}

void catch_interrupt() {
  std::signal(SIGINT, [](int) {
    // A second Ctrl-C ends the program at once.
    if (g_interrupted.exchange(true)) std::_Exit(130);
  });
}

bool interrupted() { return g_interrupted; }

void print_cues(const std::vector<KeptCue>& cues) {
  if (verbosity() == Verbosity::kQuiet) return;
  for (const auto& [cue, error_ms] : cues) {
    const bool bends_much = cue.bend > kMostBend;
    const auto bend = cue.kind == CueKind::kHit ? std::string()
                                                : fmt::format(", tempo bent by {:.1f} %{}", 100 * cue.bend,
                                                              bends_much ? " (much)" : "");
    fmt::print(stderr, "{:<8} {:>9.3f} s  bar {:<4} {:+.1f} ms{}  {}\n", name_of(cue.kind),
               cue.wanted_seconds, cue.bar + 1, error_ms, bend, cue.text);
  }
}

Progress show_progress(std::string label) {
  catch_interrupt();
  if (!::isatty(STDERR_FILENO) || verbosity() == Verbosity::kQuiet)
    return [](auto, auto) { return !interrupted(); };
  const auto start = std::chrono::steady_clock::now();
  return [label = std::move(label), start](std::uint64_t done, std::uint64_t total) {
    const double share = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const int filled = static_cast<int>(share * 30);
    fmt::print(stderr, "\r{} [{:=<{}}{:{}}] {}/{} {:.0f} s left  ", label, "", filled, "", 30 - filled, done,
               total, share > 0 ? seconds / share - seconds : 0);
    if (done >= total) fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
    return !interrupted();
  };
}

}  // namespace s2m::apps
