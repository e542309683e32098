// What the parts of the service share.
#pragma once

#include <chrono>

#include "apps/serve/engine.h"
#include "apps/serve/job_store.h"
#include "apps/serve/log.h"
#include "apps/serve/metrics.h"
#include "apps/serve/music_request.h"

namespace s2m::serve {

struct Shared {
  Engine& engine;
  JobStore& store;
  Metrics& metrics;
  Log& log;
  MusicLimits limits = {};
  std::chrono::milliseconds kept{0};  // a job after its end; 0: for ever
};

}  // namespace s2m::serve
