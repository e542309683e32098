#include "apps/cli/rewrite_flags.h"

#include "apps/cli/command_line.h"
#include "story2midi/base/error.h"

namespace s2m::apps {

void RewriteFlags::add_to(CLI::App& command) {
  command
      .add_option(
          "--from", from,
          "a piece that compose -o piece.json wrote: a part of it is written anew with another seed, every "
          "other note stays the same")
      ->group("Changing one part");
  command
      .add_option(
          "--only", only,
          "with --from: section:3, bars:17-24 or part:melody (bass, accompaniment); may be given several "
          "times, bars and parts together")
      ->allow_extra_args(false)
      ->group("Changing one part");
  command
      .add_option(
          "--lock", lock,
          "with --from: what stays within it: harmony, melody, rhythm (starts and lengths); several with "
          "commas")
      ->delimiter(',')
      ->check(CLI::IsMember({"harmony", "melody", "rhythm"}))
      ->group("Changing one part");
}

RewriteWords RewriteFlags::words() const {
  RewriteWords words{only, lock};
  try {
    check(words);
  } catch (const Error& error) {
    throw UsageError("--" + error.where + " " + error.actual + ": expected " + error.expected);
  }
  return words;
}

}  // namespace s2m::apps
