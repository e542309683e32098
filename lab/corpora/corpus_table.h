// The corpora that the laboratory reads: who publishes them, under which licence, and which files are expected.
// docs/corpora.md holds the same table. Adding a corpus begins with a row here.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace s2m {

// Files below a corpus's folder: `path` itself, or at least `count` files below `path` whose names end in
// `ending`, or in one of several (".musicxml|.mxl").
struct ExpectedFiles {
  std::string_view path = {};
  std::string_view ending = {};
  std::size_t count = 1;
};

struct Corpus {
  std::string_view folder;  // below the data folder; also the corpus's name
  std::string_view title;
  std::string_view publisher;
  std::string_view licence;
  std::string_view version;                 // "not stated" where the publisher names none
  int megabytes = 0;                        // unpacked, rounded up
  std::array<ExpectedFiles, 3> files = {};  // trailing empty ones do not count
};

std::span<const Corpus> corpora();
const Corpus& corpus(std::string_view folder);  // throws Error for an unknown one

enum class CorpusState { kMissing, kIncomplete, kComplete };
std::string_view to_string(CorpusState state);

struct CorpusCheck {
  const Corpus* corpus = nullptr;
  CorpusState state = CorpusState::kMissing;
  std::vector<std::string> faults = {};  // "emopia/midis: 1078 *.mid expected, 12 found"
};

// One check per corpus, in the table's order. Throws Error where `data` is not a folder.
std::vector<CorpusCheck> check_corpora(const std::filesystem::path& data);
std::string to_json(std::span<const CorpusCheck> checks);  // an array, an object per corpus

}  // namespace s2m
