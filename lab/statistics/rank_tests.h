// Rank tests of whether groups of measurements differ, without assuming normal distributions.
#pragma once

#include <span>
#include <vector>

namespace s2m {

// P(X >= x) of a chi-squared variable: the regularised incomplete gamma function Q(df / 2, x / 2). 1 for x
// <= 0. Throws Error for fewer than one degree of freedom.
double chi_squared_tail(double x, int degrees_of_freedom);

struct KruskalWallis {
  double h = 0;  // corrected for ties
  int degrees_of_freedom = 0;
  double p = 1;                // of chi-squared
  double epsilon_squared = 0;  // effect, 0 to 1: H / (n - 1); .01 small, .08 medium, .26 large
};

// Kruskal and Wallis (1952). Empty groups do not count; with fewer than two others nothing differs (p 1).
KruskalWallis kruskal_wallis(std::span<const std::vector<double>> groups);

struct MannWhitney {
  double u = 0;             // pairs in which the first group's value is the higher; equal ones count half
  double p = 1;             // two-sided; normal, with corrections for ties and continuity
  double cliffs_delta = 0;  // effect: 1 where the first group always is the higher, -1 where the second;
                            // from .15 small, .33 medium, .47 large (Romano et al. 2006)
};

// Mann and Whitney (1947). With an empty group nothing differs (p 1).
MannWhitney mann_whitney(std::span<const double> a, std::span<const double> b);

// Holm's step-down correction (1979) of several tests, in the order given.
std::vector<double> holm(std::span<const double> p);

}  // namespace s2m
