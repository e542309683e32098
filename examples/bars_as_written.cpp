// Each bar is there as soon as it is written: for a game, or a server.  Usage: bars_as_written MODELS
#include <iostream>

#include "story2midi/story2midi.h"

int main(int argc, char** argv) {
  if (argc != 2) return std::cerr << "usage: bars_as_written MODELS\n", 2;
  const auto* story = "The harbour lay silent in the rain. Far over the water, a small light answered hers.";
  try {
    const s2m::Studio studio(argv[1]);
    s2m::ComposeOptions options;
    options.on_bar = [&](const s2m::BarView& bar) {
      std::cout << "bar " << bar.number << " at " << bar.start_seconds << " s: " << bar.notes.size()
                << " notes\n"
                << std::flush;
    };
    const auto reading = studio.read(s2m::story_of(story));
    studio.compose(reading, studio.plan(reading, {.bars = 8}), options);
  } catch (const s2m::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
