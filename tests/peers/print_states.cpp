// Prints an encoder's states of texts, for comparisons with other programs:
//   print_states MODEL < texts.json > states.json
// MODEL is a model file of ours, texts.json a list of strings. Out comes a line a text:
// {"ids": [...], "states": [tokens x width, rows first]}.
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/nn/encoder.h"
#include "story2midi/tokenizers/tokenizer.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("print_states MODEL < texts.json\n", stderr);
    return 2;
  }
  try {
    const s2m::ModelFile file(argv[1]);
    const s2m::Encoder encoder(file);
    const auto tokenizer = s2m::tokenizer_of(file.metadata(), argv[1]);
    for (const auto& text : nlohmann::json::parse(std::cin).get<std::vector<std::string>>()) {
      const auto ids = tokenizer.encode_with_ends(text);
      std::cout << nlohmann::json{{"ids", ids}, {"states", encoder.read(ids).states}} << '\n';
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "print_states: %s\n", error.what());
    return 1;
  }
  return 0;
}
