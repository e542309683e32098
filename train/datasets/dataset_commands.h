// story2midi-train dataset ...: corpora as publishers ship them to shards that training reads.
#pragma once

namespace CLI {
class App;
}

namespace s2m::train {

// Registers "dataset music" and "dataset list".
void add_dataset_commands(CLI::App& app);

}  // namespace s2m::train
