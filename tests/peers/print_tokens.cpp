// Prints a tokenizer's tokens of texts, for comparisons with other programs:
//   print_tokens FOLDER < texts.json > tokens.json
// The folder is one in Hugging Face's layout; texts.json is a list of strings. Out comes a line a text:
// [[id, begin, end], ...], the bytes half-open.
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/tokenizers/tokenizer.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("print_tokens FOLDER < texts.json\n", stderr);
    return 2;
  }
  try {
    const auto tokenizer = s2m::read_tokenizer(argv[1]);
    for (const auto& text : nlohmann::json::parse(std::cin).get<std::vector<std::string>>()) {
      auto line = nlohmann::json::array();
      for (const auto& [id, begin, end] : tokenizer.tokens(text)) line.push_back({id, begin, end});
      std::cout << line << '\n';
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "print_tokens: %s\n", error.what());
    return 1;
  }
  return 0;
}
