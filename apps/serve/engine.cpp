#include "apps/serve/engine.h"

#include <algorithm>
#include <utility>

#include "apps/serve/problem.h"
#include "story2midi/base/checksum.h"
#include "story2midi/piece_files.h"

namespace s2m::serve {
namespace {

constexpr std::size_t kMostReadings = 16;
constexpr int kRetrySeconds = 2;

// The reading of the same text in another format has other passages.
bool is_of(const StoryReading& reading, std::uint64_t fingerprint, const Story& story) {
  const auto& points = reading.curve.points;
  return reading.fingerprint == fingerprint && points.size() == story.passages.size() &&
         std::ranges::equal(points, story.passages, {}, &CurvePoint::passage);
}

// The labels that were read go with the emotion that was read.
StoryReading felt_as(StoryReading reading, const std::vector<PassageFeeling>& feelings) {
  for (const auto& [passage, valence, arousal] : feelings)
    reading.curve.points[passage].emotion = {{valence, arousal}, {}};
  return reading;
}

}  // namespace

void WorkPlaces::enter() {
  std::unique_lock lock(mutex_);
  if (places_ == 0 && waiting_ >= most_waiting_)
    throw Refused({429, "server", "is busy", "fewer requests at once", {}, kRetrySeconds});
  ++waiting_;
  free_.wait(lock, [this] { return places_ > 0; });
  --waiting_;
  --places_;
}

void WorkPlaces::leave() {
  const std::lock_guard lock(mutex_);
  ++places_;
  free_.notify_one();
}

void complete(MusicRequest& request, const SavedPiece& piece) {
  request.compose.seed = request.change->seed.value_or(piece.performance.seed + 1);
  request.compose.humanise = request.change->humanise.value_or(piece.performance.humanise);
}

Engine::Engine(const std::filesystem::path& models, int threads)
    : studio_(models, threads), weights_(read_manifest(models)) {}

std::shared_ptr<const StoryReading> Engine::read(const Story& story, const Progress& progress) {
  const auto fingerprint = checksum_of(story.source);
  {
    const std::lock_guard lock(mutex_);
    for (auto each = readings_.begin(); each != readings_.end(); ++each)
      if (is_of(**each, fingerprint, story)) {
        readings_.splice(readings_.begin(), readings_, each);
        return readings_.front();
      }
  }
  auto reading = std::make_shared<const StoryReading>(studio_.read(story, progress));
  const std::lock_guard lock(mutex_);
  readings_.push_front(reading);
  if (readings_.size() > kMostReadings) readings_.pop_back();
  return reading;
}

Plan Engine::plan(const MusicRequest& request, const Progress& progress) {
  const auto reading = read(request.story, progress);
  return studio_.plan(request.feelings.empty() ? *reading : felt_as(*reading, request.feelings),
                      request.options);
}

PlanExplanation Engine::explain(const MusicRequest& request, const Plan& plan, const Progress& progress) {
  const auto reading = read(request.story, progress);
  return s2m::explain(plan,
                      request.feelings.empty() ? reading->curve : felt_as(*reading, request.feelings).curve);
}

ComposedPiece Engine::compose(const MusicRequest& request, const Hooks& hooks) {
  auto how = request.compose;
  how.progress = hooks.composing;
  how.on_bar = hooks.on_bar;
  ComposedPiece piece;
  if (request.text_only) {
    piece = compose_without_plan(studio_, request.story, request.options, how);
  } else {
    const auto reading = read(request.story, hooks.reading);
    const auto plan = request.plan ? *request.plan : this->plan(request, hooks.reading);
    if (hooks.planned) hooks.planned(plan);
    piece = {studio_.compose_piece(*reading, plan, how), reading->curve.mean(), how.seed};
  }
  sign(piece, request.story.title, weights_);
  return piece;
}

ComposedPiece Engine::change(const MusicRequest& request, SavedPiece saved, const Hooks& hooks) {
  auto how = request.compose;
  how.progress = hooks.composing;
  const auto reading = request.story.passages.empty() ? std::make_shared<const StoryReading>()
                                                      : read(request.story, hooks.reading);
  return compose_changed(studio_, std::move(saved), request.change->words, how, *reading);
}

}  // namespace s2m::serve
