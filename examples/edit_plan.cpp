// A plan is plain data: the last section becomes slow, soft and minor, then it is composed.
// Usage: edit_plan MODELS OUT.mid
#include <iostream>

#include "story2midi/story2midi.h"

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: edit_plan MODELS OUT.mid\n", 2;
  const auto* story =
      "All the bells of the town rang for joy. Then the last ship sank, and nobody came home.";
  try {
    const s2m::Studio studio(argv[1]);
    const auto reading = studio.read(s2m::story_of(story));
    auto plan = studio.plan(reading, {.bars = 16, .tempo_bpm = 112});
    for (auto& bar : plan.sections.back().bars) {
      bar.tempo_bpm = 60;
      bar.dynamics = 40;  // mean velocity
      bar.key.mode = s2m::Mode::kMinor;
      bar.chords.clear();  // the composer finds others
    }
    plan = s2m::plan_from_json(s2m::to_json(plan));  // it may be kept, and changed, as JSON
    s2m::save_midi(studio.compose(reading, plan), argv[2]);
    std::cout << plan.sections.size() << " sections, the last at "
              << plan.sections.back().bars.back().tempo_bpm << " bpm\n";
  } catch (const s2m::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
