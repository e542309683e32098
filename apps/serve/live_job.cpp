#include "apps/serve/live_job.h"

#include <algorithm>
#include <utility>

namespace s2m::serve {

void LiveJob::report(JobProgress progress) {
  const std::lock_guard lock(mutex_);
  progress_ = std::move(progress);
  changed_.notify_all();
}

void LiveJob::add_bar(std::string json) {
  const std::lock_guard lock(mutex_);
  bars_.push_back(std::move(json));
  changed_.notify_all();
}

void LiveJob::end() {
  const std::lock_guard lock(mutex_);
  has_ended_ = true;
  changed_.notify_all();
}

void LiveJob::end(const std::string& bars) {
  {
    const std::lock_guard lock(mutex_);
    std::size_t number = 0;
    for (std::size_t at = 0; at < bars.size();) {
      const auto line_end = std::min(bars.find('\n', at), bars.size());
      if (number++ == bars_.size()) bars_.push_back(bars.substr(at, line_end - at));
      at = line_end + 1;
    }
    progress_ = {"ended", bars_.size(), bars_.size()};
  }
  end();
}

void LiveJob::interrupt() {
  const std::lock_guard lock(mutex_);
  is_interrupted_ = true;
  changed_.notify_all();
}

JobProgress LiveJob::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

LiveJob::View LiveJob::watch(std::size_t bars_seen, const JobProgress& seen,
                             std::chrono::milliseconds time) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [&] {
    return has_ended_ || is_interrupted_ || bars_.size() > bars_seen || progress_ != seen;
  });
  View view{progress_, {}, has_ended_, is_interrupted_};
  if (bars_.size() > bars_seen)
    view.bars.assign(bars_.begin() + static_cast<std::ptrdiff_t>(bars_seen), bars_.end());
  return view;
}

}  // namespace s2m::serve
