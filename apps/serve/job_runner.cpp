#include "apps/serve/job_runner.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "apps/serve/job_files.h"
#include "apps/serve/problem.h"
#include "story2midi/compose/finish.h"
#include "story2midi/formats/summary.h"

namespace s2m::serve {
namespace {

constexpr auto kExpiryPause = std::chrono::minutes(10);
constexpr std::chrono::milliseconds kShortestPause{250}, kLongestPause{5000};

// The piece that is changed; how it was composed fills in what the request leaves open.
SavedPiece piece_of(JobStore& store, MusicRequest& request) {
  const auto& change = *request.change;
  const auto json = store.file(change.job, "json");
  if (!json) throw Refused({404, "request.change.job", "has no piece", "a job that is done", change.job});
  auto saved = naming("request.change.job", [&] { return piece_from_json(*json); });
  complete(request, saved);
  return saved;
}

}  // namespace

JobRunner::JobRunner(const Shared& shared, int workers) : shared_(shared) {
  if (shared_.store.is_shared()) {
    exchange_ = std::make_unique<JobExchange>(shared_, [this] { wake(); });
  } else {
    shared_.store.recover();
    for (const auto& id : shared_.store.waiting()) live_of(id);
  }
  expire();
  for (int i = 0; i < workers; ++i) workers_.emplace_back([this] { work(); });
}

// The processes that share a store are told by it.
void JobRunner::add(const Job& job) {
  if (exchange_) return;
  live_of(job.id);
  wake();
}

void JobRunner::wake() {
  const std::lock_guard lock(mutex_);
  ++arrivals_;
  queued_.notify_all();
}

std::shared_ptr<const LiveJob> JobRunner::live(const std::string& id) {
  if (exchange_) return exchange_->follow(id);
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(id);
  return found == live_.end() ? nullptr : found->second;
}

std::optional<JobProgress> JobRunner::progress(const Job& job) const {
  if (is_finished(job.state)) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(job.id);
  return found == live_.end() ? job.progress : found->second->progress();
}

void JobRunner::forget(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (const auto found = live_.find(id); found != live_.end()) {
    found->second->end();
    live_.erase(found);
  }
  if (exchange_) exchange_->end(id);
}

bool JobRunner::cancel(const std::string& id) {
  if (!shared_.store.cancel(id)) return false;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = live_.find(id); found != live_.end()) found->second->ask_to_cancel();
  }
  forget(id);
  return true;
}

void JobRunner::interrupt() {
  stopping_ = true;
  if (exchange_) exchange_->interrupt();
  const std::lock_guard lock(mutex_);
  for (const auto& [id, live] : live_) live->interrupt();
  queued_.notify_all();
}

void JobRunner::stop() {
  interrupt();
  for (auto& worker : workers_)
    if (worker.joinable()) worker.join();
  if (exchange_) exchange_->stop();
}

void JobRunner::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto arrivals = arrivals_;
    lock.unlock();
    const bool was_busy = work_once();
    lock.lock();
    if (!was_busy &&
        !queued_.wait_for(lock, kExpiryPause, [&] { return stopping_ || arrivals_ != arrivals; }))
      expire();
  }
}

void JobRunner::expire() {
  if (shared_.kept.count() > 0) shared_.store.remove_older_than(shared_.kept);
}

// False when there is nothing to do. A store that refuses (a full disk) is told of and tried again.
bool JobRunner::work_once() {
  std::optional<Job> job;
  try {
    job = shared_.store.claim();
    if (!job) return false;
    const auto live = live_of(job->id);
    if (exchange_) exchange_->begin(*job, live);
    run(*job, *live);
  } catch (const Error& error) {
    shared_.log.write(LogLevel::kError, "store", {{"message", std::string(error.what())}});
    if (job) forget(job->id);
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  return true;
}

// A result is not lost while the store cannot be reached. A server that ends leaves the job to the next.
void JobRunner::settle(const std::function<void()>& write) {
  for (auto pause = kShortestPause;; pause = std::min(2 * pause, kLongestPause)) {
    try {
      return write();
    } catch (const StoreUnavailable&) {
      if (stopping_) throw;
    }
    std::unique_lock lock(mutex_);
    queued_.wait_for(lock, pause, [this] { return stopping_.load(); });
  }
}

std::shared_ptr<LiveJob> JobRunner::live_of(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return live_.try_emplace(id, std::make_shared<LiveJob>()).first->second;
}

void JobRunner::run(const Job& job, LiveJob& live) {
  const auto start = std::chrono::steady_clock::now();
  std::string_view outcome = "done";
  Problem problem;
  try {
    compose(job, live);
  } catch (const Cancelled&) {
    if (!live.is_cancelled()) return settle([&] { shared_.store.put_back(job); });  // the server ends
    outcome = "cancelled";
  } catch (...) {
    outcome = "failed";
    problem = problem_of_exception();
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  shared_.metrics.count_job(outcome, seconds);
  if (outcome == "failed") {
    shared_.log.write(LogLevel::kError, "job",
                      {{"id", job.id},
                       {"state", std::string(outcome)},
                       {"where", problem.where},
                       {"what", problem.what},
                       {"seconds", seconds}});
    settle([&] { shared_.store.fail(job, to_json(problem)); });
  } else {
    shared_.log.write(LogLevel::kInfo, "job",
                      {{"id", job.id}, {"state", std::string(outcome)}, {"seconds", seconds}});
  }
  forget(job.id);
}

void JobRunner::compose(const Job& job, LiveJob& live) {
  const auto report = [&](const char* stage) {
    return [&live, stage, this](std::uint64_t done, std::uint64_t total) {
      live.report({stage, done, total});
      return goes_on(live);
    };
  };
  report("reading")(0, 0);
  auto request = music_request(job.request, RequestKind::kCompose, shared_.limits);
  Engine::Hooks hooks;
  hooks.reading = report("reading");
  hooks.planned = [&](const Plan& plan) { check_length(plan, shared_.limits); };
  hooks.composing = report("composing");
  hooks.on_bar = [&](const BarView& bar) {
    live.add_bar(to_json(bar));
    shared_.metrics.count_bar();
  };
  const auto piece = request.change ? shared_.engine.change(request, piece_of(shared_.store, request), hooks)
                                    : shared_.engine.compose(request, hooks);
  if (!report("writing")(0, 0)) throw Cancelled();
  auto summary = summary_of(piece.score, piece.emotion, piece.seed);
  summary.cues = kept_cues(piece.plan, piece.score);
  // The pages bear the story's title, else the first section's, as those of the command line do.
  auto title = request.story.title.empty() ? piece.plan.sections.front().title : request.story.title;
  if (request.change) title = piece.score.title;
  auto files = job_files_of(piece, title, request.compose.humanise);
  // As they are played: while a phrase is written, its times still change.
  for (const auto& bar : bar_views(piece.score, plan_bars(piece.plan), {})) {
    files["bars"] += to_json(bar) + '\n';
    if (request.change) hooks.on_bar(bar);
  }
  settle([&] { shared_.store.finish(job, piece.score.title, to_json(summary), files); });
}

}  // namespace s2m::serve
