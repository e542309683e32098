// story2midi-train: how the networks learn.
#include <fmt/format.h>
#include <malloc.h>

#include <cstdio>

#include "story2midi/base/error.h"
#include "story2midi/base/memory.h"
#include "train/commands/commands.h"

int main(int argc, char** argv) {
  s2m::keep_memory();
  mallopt(M_ARENA_MAX, 1);  // what one thread gives back serves all
  CLI::App app{"Trains story2midi's networks and prepares their data.", "story2midi-train"};
  app.require_subcommand(1);
  app.footer(
      "On a machine that other programs use too, set OMP_WAIT_POLICY=passive: spinning threads cost more "
      "than they save.");
  s2m::train::add_decoder_commands(app);
  s2m::train::add_encoder_commands(app);
  s2m::train::add_style_command(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const s2m::Cancelled& cancelled) {
    fmt::print(stderr, "story2midi-train: {}\n", cancelled.what());
    return 130;
  } catch (const std::exception& error) {
    fmt::print(stderr, "story2midi-train: {}\n", error.what());
    return 1;
  }
  return 0;
}
