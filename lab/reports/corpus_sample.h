// Work over many files of a corpus: a sample drawn by a seed, in parallel, with errors that name the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "lab/corpora/corpus_files.h"
#include "story2midi/base/error.h"
#include "story2midi/base/progress.h"

namespace s2m {

// The bars that are measured, counted from 1.
struct BarRange {
  int first, last;
};

struct ManyFiles {
  int threads = 0;  // 0: one per core
  std::function<Progress(std::string label)> progress = {};
};

// Calls work(i) for each i below `count`, on several threads, with one progress for all.
void over_files(const std::string& label, std::size_t count, const ManyFiles& how,
                const std::function<void(std::size_t i)>& work);

// `count` of a corpus's files, or all, drawn by the seed, in their order.
std::vector<CorpusFile> sample_of(std::vector<CorpusFile> files, std::size_t count, std::uint64_t seed);

// Runs `work`; an Error names the file.
template <class Work>
auto naming_file(const std::filesystem::path& file, Work&& work) {
  try {
    return work();
  } catch (const Error& error) {
    if (error.where.find(file.filename().string()) != std::string::npos) throw;
    throw Error(error.kind, file.string() + ": " + error.where, error.fault, error.expected, error.actual);
  }
}

}  // namespace s2m
