#include "lab/corpora/opinion_lexicon.h"

#include <fmt/format.h>

#include <sstream>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m {
namespace {

std::string lines_of(const std::filesystem::path& file, const char* valence) {
  std::istringstream words(read_text(file));
  std::string lines;
  for (std::string word; std::getline(words, word);) {
    if (word.ends_with('\r')) word.pop_back();
    if (!word.empty() && !word.starts_with(';')) lines += fmt::format("{}\t{}\n", word, valence);
  }
  if (lines.empty()) throw Error(file.string(), "no words", "a word a line", "none");
  return lines;
}

}  // namespace

Lexicon opinion_lexicon(const std::filesystem::path& folder) {
  return Lexicon(lines_of(folder / "positive-words.txt", "1") + lines_of(folder / "negative-words.txt", "-1"),
                 folder.string());
}

}  // namespace s2m
