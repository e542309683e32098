#include "apps/cli/compose_outputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/cli/piece_labels.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/formats/intensities.h"
#include "story2midi/formats/player_parts.h"
#include "story2midi/piece_files.h"

namespace s2m::apps {
namespace {

constexpr const char* kUsualOutput = "story.mid";

const char* kind_of(PieceFormat format) {
  if (is_sound(format)) return "sound";
  if (format == PieceFormat::kMp4) return "video";
  if (is_notation(format)) return "notation";
  return format == PieceFormat::kMidi ? "midi" : format == PieceFormat::kJson ? "json" : "picture";
}

void write_standard_output(const std::vector<std::uint8_t>& bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
    throw Error(ErrorKind::kSystem, "standard output", "cannot be written to its end");
}

// The name of a file in the summary; a second of one kind is numbered.
std::string unused_name(const std::string& kind, const PieceSummary& summary) {
  const auto is_used = [&](const std::string& name) {
    return std::ranges::find(summary.files, name, [](const auto& file) { return file.first; }) !=
           summary.files.end();
  };
  std::string name = kind;
  for (int number = 2; is_used(name); ++number) name = kind + std::to_string(number);
  return name;
}

std::vector<NamedFile> inputs_of(const ComposeFlags& options) {
  return {{"the story", options.story.file},
          {"--cues", options.flags.cues},
          {"--feel", options.story.feel},
          {"--plan", options.plan_file},
          {"--themes", options.flags.themes_file()},
          {"--from", options.rewrite.from},
          {"--style", options.models.style.file},
          {"--soundfont", options.sound.soundfont},
          {"--duck", options.sound.narration}};
}

}  // namespace

std::vector<Output> outputs_of(const ComposeFlags& options) {
  // That an output is an input says more than that its ending is unknown.
  for (const auto& path : options.outputs)
    if (path != "-") check_files(inputs_of(options), {{"-o", path}});
  std::vector<Output> outputs;
  for (const std::filesystem::path path :
       options.outputs.empty() ? std::vector<std::string>{kUsualOutput} : options.outputs) {
    const auto format = piece_format(path);
    outputs.push_back({"-o", kind_of(format), path, format});
  }
  if (!options.wav.empty()) outputs.push_back({"--wav", "wav", options.wav, piece_format("sound.wav")});
  if (!options.picture.empty())
    outputs.push_back({"--picture", "picture", options.picture, PieceFormat::kSvg});
  return outputs;
}

void check_outputs(const ComposeFlags& options, const std::vector<Output>& outputs) {
  std::vector<NamedFile> files;
  for (const auto& output : outputs)
    if (output.path != "-") files.push_back({output.option, output.path});
  for (std::size_t i = 0, count = options.intensities > 0 ? outputs.size() : 0; i < count; ++i)
    if (has_intensities(outputs[i].format))
      for (std::size_t number = 1; number <= kIntensities; ++number)
        files.push_back({"--intensities", intensity_path(outputs[i].path, number)});
  files.push_back({"--save-themes", options.saved_themes});
  const auto streams = std::ranges::count(outputs, std::filesystem::path("-"), &Output::path);
  if (streams > 0 && options.intensities > 0)
    throw UsageError("--intensities writes three files: -o - does not go with it");
  if (streams > 1) throw UsageError("-o - is standard output: it can be given once");
  if (streams > 0 && (options.stream || options.live))
    throw UsageError(
        fmt::format("-o - and --{} both write to standard output", options.live ? "live" : "stream"));
  check_files(inputs_of(options), files);
}

std::string title_of(const ComposeFlags& options, const Story& story, const Plan& plan) {
  if (!story.title.empty()) return story.title;
  if (!options.story.file.empty() && options.story.file != "-") return title_of_file(options.story.file);
  return plan.sections.front().title;
}

PieceSummary write_outputs(const ComposeFlags& options, const ComposedPiece& piece, const std::string& title,
                           const std::vector<Output>& outputs) {
  auto summary = summary_of(piece.score, piece.emotion, piece.seed);
  summary.cues = kept_cues(piece.plan, piece.score);
  print_cues(summary.cues);
  auto how = save_options_of(piece, options.compose.humanise);
  how.sound = options.sound.read();
  std::vector<PieceFormat> formats;
  for (const Output& output : outputs) formats.push_back(output.format);
  if (options.intensities == 0) options.sound.play(piece.score, formats, how);
  if (!options.sound.stems.empty()) summary.files.emplace_back("stems", options.sound.stems);
  if (!options.parts.empty() ||
      std::ranges::any_of(outputs, [](const Output& output) { return is_notation(output.format); }))
    how.sheet = sheet_of(piece, title);
  if (!options.parts.empty()) {
    save_parts(*how.sheet, options.parts);
    summary.files.emplace_back("parts", options.parts);
  }
  std::vector<std::filesystem::path> paths;
  for (const Output& output : outputs) paths.push_back(output.path);
  if (options.intensities > 0)
    for (const auto& file : save_intensities(piece, paths, how))
      summary.files.emplace_back(unused_name(kind_of(piece_format(file)), summary), file.string());
  for (const auto& [option, kind, path, format] : outputs) {
    if (options.intensities > 0 && has_intensities(format)) continue;
    const auto bytes = piece_bytes(piece.score, format, how);
    path == "-" ? write_standard_output(bytes) : write_bytes(path, bytes);
    summary.files.emplace_back(unused_name(kind, summary), path.string());
  }
  if (!options.saved_themes.empty()) {
    write_text(options.saved_themes, write_themes(piece.plan));
    summary.files.emplace_back("themes", options.saved_themes);
  }
  return summary;
}

void finish(const ComposeFlags& options, const ComposedPiece& piece, const std::string& title,
            const std::vector<Output>& outputs) {
  const auto summary = write_outputs(options, piece, title, outputs);
  const bool is_taken = std::ranges::count(outputs, std::filesystem::path("-"), &Output::path) > 0;
  const auto out = is_taken ? stderr : stdout;
  options.json ? fmt::print(out, "{}\n", to_json(summary)) : print_summary(summary, out);
}

}  // namespace s2m::apps
