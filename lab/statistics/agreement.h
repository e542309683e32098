// How often listeners are right, whether by chance, and how far they agree.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "lab/statistics/statistics.h"

namespace s2m {

// `hits` of `count` things.
struct Share {
  int hits = 0, count = 0;
  double value() const { return count == 0 ? 0 : static_cast<double>(hits) / count; }
  bool operator==(const Share&) const = default;
};

// The interval of 95 % of Wilson (1927); 0 to 1 of nothing.
Interval wilson_interval(Share share);

// P(X >= hits) and the exact two-sided p (all outcomes that are no likelier than this one) under `chance`.
double binomial_tail(Share share, double chance);
double binomial_test(Share share, double chance);

// The chance that the exact one-sided test at `level` rejects `chance` where the truth is `accuracy`, with `count` trials.
double binomial_power(int count, double chance, double accuracy, double level = .05);

// The inverse of the normal distribution (Acklam 2003, one step of Halley's method), for 0 < p < 1.
double normal_quantile(double p);

// d' of yes-no answers, with half a case added to each cell (Hautus 1995).
double d_prime(Share hits, Share false_alarms);

// Answers of raters (rows) about units (columns); nothing where one did not answer.
using Ratings = std::vector<std::vector<std::optional<double>>>;
enum class RatingScale : unsigned char { kNominal, kInterval };
// Krippendorff's alpha (2011). Units with one answer do not count; 1 where all answers of all units are the same.
double krippendorff_alpha(const Ratings& ratings, RatingScale scale);

// Of single answers, two-way random effects, absolute agreement: ICC(A,1) of McGraw and Wong (1996). Of raters who answered
// about all units; nothing for fewer than two of them or of units.
std::optional<double> intraclass_correlation(const Ratings& ratings);

}  // namespace s2m
