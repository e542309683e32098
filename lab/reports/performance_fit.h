// The rules of performance beside pianists: how much of real velocity and timing they explain, and the weights that
// explain most.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "story2midi/base/progress.h"

namespace s2m {

struct RuleFit {
  std::string name;
  double fitted = 0;     // weight of least squares over all performances
  double own = 0;        // weight in perform/rules.h
  double deviation = 0;  // of the rule's feature
  double share = 0;      // loss of the held-out share of variance without the rule
};

// One thing that a pianist varies, about its mean over `about`.
struct AspectFit {
  std::string name, unit, about;
  std::size_t rows = 0;
  double deviation = 0;      // of what pianists play
  double own_deviation = 0;  // of what perform() plays, of scores where every bar is asked to be alike
  double training = 0;       // share of variance explained by the fit on the same performances
  double held_out = 0;       // each composer's, by the fit on the other composers
  double own = 0;            // by the weights in perform/rules.h
  double shared = 0;  // by what another pianist does at the same place: as much as a rule could explain
  std::vector<RuleFit> rules;
};

struct PerformanceFit {
  int pieces = 0;
  int composers = 0;
  int performances = 0;
  int not_followed = 0;      // performances that do not follow their score
  double matched_share = 0;  // notes of the scores that were found in the performances
  std::vector<AspectFit> aspects;
};

// ASAP's scores and performances under `folder`. Throws Error where there is none.
PerformanceFit fit_performances(const std::filesystem::path& folder, int threads = 0,
                                const Progress& progress = {});

std::string to_json(const PerformanceFit& fit);

}  // namespace s2m
