// Story passages whose emotion is known, to be paired with music of the same emotion.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/random.h"
#include "text/bpe.h"
#include "train/datasets/event_shard.h"

namespace s2m::train {

struct PoolPassage {
  std::vector<TokenId> ids;  // <s> ... </s>
  double valence = 0;        // in [-1, 1]
  double arousal = 0;
  Split split = Split::kTrain;
};

// 1: happy, excited; 2: angry, afraid; 3: sad; 4: calm (the four-quadrant convention of EMOPIA).
int quadrant_of(double valence, double arousal);

class PassagePool {
 public:
  // A JSON object a line: text, valence, arousal, split ("train", "validation" or "test"). Texts are cut to
  // `max_tokens`. Throws Error naming the line for what is not so, and when the training split is empty.
  PassagePool(const std::filesystem::path& jsonl, const BytePairEncoder& vocabulary, int max_tokens);

  // A passage of the split and of the emotion's quadrant, nearer ones likelier: in proportion to
  // exp(-distance^2 / kReach^2). Throws Error when the split has none in the quadrant.
  const PoolPassage& draw(double valence, double arousal, Split split, Random& random) const;
  const std::vector<PoolPassage>& passages() const { return passages_; }

  static constexpr double kReach = 0.2;

 private:
  std::vector<PoolPassage> passages_;
};

}  // namespace s2m::train
