// story2midi draw: a picture of a piece.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/formats/load.h"
#include "story2midi/formats/piece_json.h"
#include "story2midi/formats/plan_picture.h"
#include "story2midi/formats/save.h"

namespace s2m::apps {
namespace {

struct Options {
  std::string input, output, title;
};

bool is_picture(PieceFormat format) { return format == PieceFormat::kSvg || format == PieceFormat::kPng; }

// A piece of --text-only has a score alone.
Piece piece_in(const std::string& json) {
  try {
    return piece_from_json(json);
  } catch (const Error& error) {
    if (error.kind != ErrorKind::kUnsupported) throw;
    return {{}, {}, score_from_json(json)};
  }
}

void run(const Options& options) {
  const std::filesystem::path input = options.input;
  auto output = std::filesystem::path(options.output);
  if (output.empty()) output = std::filesystem::path(input).replace_extension(".svg");
  check_files({{"the music file", input}}, {{"-o", output}});
  const auto format = piece_format(output);
  if (!is_picture(format))
    throw Error(ErrorKind::kUnsupported, output.string(), "is no picture", ".svg or .png",
                output.extension().string());
  Piece piece;
  SaveOptions how;
  if (input.extension() == ".json") {
    const auto json = read_text(input);
    piece = naming(input.string(), [&] { return piece_in(json); });
    how.picture = picture_of(piece.plan);
  } else {
    piece.score = load_music(input);
  }
  how.picture.title = options.title;
  if (options.title.empty() && piece.score.title.empty()) how.picture.title = input.stem().string();
  write_bytes(output, piece_bytes(piece.score, format, how));
  fmt::print("{}\n", output.string());
}

}  // namespace

void add_draw_command(CLI::App& app) {
  auto* command = app.add_subcommand("draw", "draw a piece: its arc of emotion, sections, themes and notes");
  auto options = std::make_shared<Options>();
  command->add_option("music", options->input, "the file: a piece (.json), MIDI, .musicxml or .mxl")
      ->required();
  command->add_option("-o,--output", options->output,
                      "the picture, by its ending: .svg or .png (default: an SVG file beside it)");
  command->add_option("--title", options->title,
                      "above the picture (default: the piece's title, else the file's name)");
  command->footer(
      "Example:\n  story2midi compose tale.txt -o tale.json\n  story2midi draw tale.json -o tale.png");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
