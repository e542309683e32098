// A story becomes a MIDI file.  Usage: story_to_midi MODELS STORY.txt OUT.mid
#include <iostream>

#include "story2midi/story2midi.h"

int main(int argc, char** argv) {
  if (argc != 4) return std::cerr << "usage: story_to_midi MODELS STORY.txt OUT.mid\n", 2;
  try {
    const s2m::Studio studio(argv[1]);
    const auto reading = studio.read(s2m::read_story(argv[2]));
    const auto plan = studio.plan(reading, {.bars = 16});
    const auto score = studio.compose(reading, plan, {.seed = 7});  // same seed, same bytes
    s2m::save_midi(score, argv[3]);
    std::cout << s2m::bar_count(plan) << " bars, " << s2m::length_seconds(plan) << " seconds\n";
  } catch (const s2m::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
