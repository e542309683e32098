#include "apps/serve/job_exchange.h"

#include <algorithm>
#include <utility>

namespace s2m::serve {
namespace {

constexpr std::chrono::milliseconds kSlice{100};  // between two publications
constexpr std::chrono::milliseconds kLongestTendPause{5000};
constexpr auto kExpiryPause = std::chrono::minutes(10);

}  // namespace

JobExchange::JobExchange(const Shared& shared, std::function<void()> wake)
    : shared_(shared), wake_(std::move(wake)), thread_([this] { work(); }) {}

void JobExchange::begin(const Job& job, std::shared_ptr<LiveJob> live) {
  const std::lock_guard lock(mutex_);
  own_[job.id] = std::make_shared<Own>(Own{job, std::move(live)});
}

void JobExchange::end(const std::string& id) {
  const std::lock_guard lock(mutex_);
  own_.erase(id);
}

std::shared_ptr<const LiveJob> JobExchange::follow(const std::string& id) {
  const std::lock_guard lock(mutex_);
  auto& followed = followed_[id];
  auto live = followed.live.lock();
  if (!live) {
    live = std::make_shared<LiveJob>();
    if (is_interrupted_) live->interrupt();
    followed = {live};
  }
  return live;
}

void JobExchange::interrupt() {
  is_interrupted_ = true;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, followed] : followed_)
    if (const auto live = followed.live.lock()) live->interrupt();
}

void JobExchange::stop() {
  stopping_ = true;
  interrupt();
  if (thread_.joinable()) thread_.join();
}

void JobExchange::work() {
  bool was_reached = true;
  while (!stopping_) {
    try {
      work_once();
      if (!std::exchange(was_reached, true)) shared_.log.write(LogLevel::kInfo, "store reached again");
    } catch (const Error& error) {
      if (std::exchange(was_reached, false))
        shared_.log.write(LogLevel::kError, "store", {{"message", std::string(error.what())}});
      std::this_thread::sleep_for(kSlice);
    }
  }
}

void JobExchange::work_once() {
  for (const auto& notice : shared_.store.wait(kSlice)) hear(notice);
  publish_all();
  const auto now = Clock::now();
  if (now - tended_ > std::min(shared_.store.lease().time / 3, kLongestTendPause)) {
    tend();
    tended_ = now;
  }
  refresh_all();
}

// Of a loss of notices this is all that is left: everything is looked at again.
void JobExchange::hear(const std::string& notice) {
  if (notice.empty() || notice == JobStore::kJobsWait) wake_();
  const std::lock_guard lock(mutex_);
  for (auto& [id, followed] : followed_)
    if (notice.empty() || notice == id) followed.is_stale = true;
  if (const auto own = own_.find(notice); own != own_.end()) own->second->renewed = {};
}

void JobExchange::publish_all() {
  std::vector<std::shared_ptr<Own>> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, own] : own_) all.push_back(own);
  }
  for (const auto& own : all) publish(*own);
}

void JobExchange::publish(Own& own) {
  const auto view = own.live->watch(own.bars, own.published, std::chrono::milliseconds(0));
  const auto now = Clock::now();
  const bool is_due = now - own.renewed > shared_.store.lease().time / 3;
  if (own.live->is_cancelled() || (view.bars.empty() && view.progress == own.published && !is_due)) return;
  if (!shared_.store.publish(own.job, view.progress, own.bars + 1, view.bars)) {
    own.live->ask_to_cancel();
    return;
  }
  own.bars += view.bars.size();
  own.published = view.progress;
  own.renewed = now;
}

void JobExchange::refresh_all() {
  std::vector<std::pair<std::string, std::shared_ptr<LiveJob>>> stale;
  {
    const std::lock_guard lock(mutex_);
    for (auto each = followed_.begin(); each != followed_.end();) {
      auto live = each->second.live.lock();
      if (live && each->second.is_stale) stale.emplace_back(each->first, live);
      each = live ? std::next(each) : followed_.erase(each);
    }
  }
  for (const auto& [id, live] : stale) refresh(id, *live);
}

void JobExchange::refresh(const std::string& id, LiveJob& live) {
  std::size_t seen = 0;
  {
    const std::lock_guard lock(mutex_);
    seen = followed_[id].bars;
    followed_[id].is_stale = false;
  }
  try {
    const auto job = shared_.store.find(id);
    const bool has_ended = !job || is_finished(job->state);
    for (auto& bar : shared_.store.bars_after(id, seen)) {
      live.add_bar(std::move(bar));
      ++seen;
    }
    if (has_ended)
      live.end(shared_.store.file(id, "bars").value_or(""));
    else
      live.report(job->progress);
    const std::lock_guard lock(mutex_);
    followed_[id].bars = seen;
  } catch (const Error&) {
    const std::lock_guard lock(mutex_);
    followed_[id].is_stale = true;
    throw;
  }
}

// What no notice tells: a worker that was killed, a notice that was lost.
void JobExchange::tend() {
  shared_.store.recover();
  if (shared_.kept.count() > 0 && Clock::now() - expired_ > kExpiryPause) {
    shared_.store.remove_older_than(shared_.kept);
    expired_ = Clock::now();
  }
  hear("");
}

}  // namespace s2m::serve
