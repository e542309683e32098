#include "lab/reports/corpus_sample.h"

#include <algorithm>

#include "story2midi/base/parallel.h"
#include "story2midi/base/random.h"

namespace s2m {
namespace {

constexpr std::uint64_t kSampleStream = 0x5a3b1e;

}  // namespace

void over_files(const std::string& label, std::size_t count, const ManyFiles& how,
                const std::function<void(std::size_t i)>& work) {
  in_parallel(count, {how.threads, how.progress ? how.progress(label) : Progress{}},
              [&](std::size_t i, auto) { work(i); });
}

std::vector<CorpusFile> sample_of(std::vector<CorpusFile> files, std::size_t count, std::uint64_t seed) {
  Random random(seed, kSampleStream);
  std::shuffle(files.begin(), files.end(), random);
  files.resize(std::min(files.size(), count));
  std::ranges::sort(files, {}, &CorpusFile::path);
  return files;
}

}  // namespace s2m
