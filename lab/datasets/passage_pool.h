// A pool of story passages of known emotion, which are paired with music of the same emotion.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lab/corpora/split.h"
#include "story2midi/base/random.h"
#include "story2midi/emotion/valence_arousal.h"

namespace s2m {

struct PoolPassage {
  std::string id;      // unique in the pool; "line 7" where the pool gives none
  std::string source;  // the set that it is from; may be empty
  std::string story;   // a tale, a document, a book; may be empty
  std::string text;
  double valence = 0;  // in [-1, 1]
  double arousal = 0;
  Split split = Split::kTrain;
  ValenceArousal point() const { return {valence, arousal}; }
};

class PassagePool {
 public:
  // A JSON object a line: text, valence, arousal, split ("train", "validation" or "test"); and, where they
  // are known, id, source, story. Throws Error naming the line for what is not so, and when the training
  // split is empty.
  explicit PassagePool(const std::filesystem::path& jsonl);

  // A passage of the split and of the emotion's quadrant, nearer ones likelier: in proportion to
  // exp(-distance^2 / kReach^2). Throws Error when the split has none in the quadrant.
  const PoolPassage& draw(ValenceArousal emotion, Split split, Random& random) const;
  const std::vector<PoolPassage>& passages() const { return passages_; }

  static constexpr double kReach = 0.2;

 private:
  std::vector<PoolPassage> passages_;
};

// A row for each passage, as PassagePool reads it. Throws Error where it cannot be written.
void write_passages(const std::vector<PoolPassage>& passages, const std::filesystem::path& jsonl);

}  // namespace s2m
