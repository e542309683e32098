// What a composer is asked, checked before any work.
#pragma once

#include "story2midi/compose/composer.h"
#include "story2midi/compose/sampling.h"

namespace s2m {

// Each throws Error naming what is out of range.
void check_plan(const Plan& plan);
void check(const ComposeOptions& options);
const ComposeRequest& checked(const ComposeRequest& request);

Sampling sampling_of(const ComposeOptions& options);

}  // namespace s2m
