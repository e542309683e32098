// The rate of an encoder over texts, for comparisons with other programs on the same weights and texts:
//   encoder_rates MODEL THREADS ROUNDS < texts.json
// texts.json is a list of strings. Out comes {"tokens": n, "seconds": [of each round]}, after a first round that is not
// counted. The tokenizer is outside the clock.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/nn/encoder.h"
#include "story2midi/tokenizers/tokenizer.h"

namespace {

double seconds_of_round(const s2m::Encoder& encoder, std::span<const std::vector<s2m::TokenId>> texts,
                        int threads) {
  const auto start = std::chrono::steady_clock::now();
  encoder.read(texts, threads);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

nlohmann::json measure(const std::string& model, int threads, int rounds) {
  const s2m::ModelFile file(model);
  const s2m::Encoder encoder(file);
  const auto tokenizer = s2m::tokenizer_of(file.metadata(), model);
  std::vector<std::vector<s2m::TokenId>> texts;
  std::size_t tokens = 0;
  for (const auto& text : nlohmann::json::parse(std::cin).get<std::vector<std::string>>()) {
    texts.push_back(tokenizer.encode_with_ends(text));
    tokens += texts.back().size();
  }
  seconds_of_round(encoder, texts, threads);
  std::vector<double> seconds;
  for (int i = 0; i < rounds; ++i) seconds.push_back(seconds_of_round(encoder, texts, threads));
  return {{"tokens", tokens}, {"seconds", seconds}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("encoder_rates MODEL THREADS ROUNDS < texts.json\n", stderr);
    return 2;
  }
  try {
    std::cout << measure(argv[1], std::stoi(argv[2]), std::stoi(argv[3])) << '\n';
  } catch (const std::exception& error) {
    std::fprintf(stderr, "encoder_rates: %s\n", error.what());
    return 1;
  }
  return 0;
}
