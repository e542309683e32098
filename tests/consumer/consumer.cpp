// Composes four bars of a story with the weights in argv[1] into the MIDI file argv[2]. With argv[3] "silent" the library was
// built without sound and must refuse it.
#include <story2midi/story2midi.h>

#include <iostream>
#include <string>

namespace {

constexpr auto kStory =
    "The harbour lay silent in the rain. Then the bells of the town began to ring for joy.";

bool refuses_sound(const s2m::Score& score) {
  try {
    s2m::render(score);
    return false;
  } catch (const s2m::Error& error) {
    return error.kind == s2m::ErrorKind::kUnsupported;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const s2m::Studio studio(argv[1]);
  s2m::PlanOptions options;
  options.bars = 4;
  const auto reading = studio.read(s2m::story_of(kStory));
  const auto score = studio.compose(reading, studio.plan(reading, options), {.seed = 7});
  s2m::save_midi(score, argv[2]);
  const bool silent = argc > 3 && std::string(argv[3]) == "silent";
  if (silent && !refuses_sound(score)) return 1;
  std::cout << "story2midi " << s2m::version() << " (" << s2m::commit() << "): " << score.tracks.size()
            << " tracks\n";
  return score.tracks.empty();
}
