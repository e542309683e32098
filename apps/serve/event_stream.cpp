#include "apps/serve/event_stream.h"

#include <fmt/format.h>

#include <utility>

namespace s2m::serve {
namespace {

constexpr std::chrono::seconds kHeartbeat{5};

}  // namespace

EventStream::EventStream(std::shared_ptr<const LiveJob> live, std::size_t bars_seen,
                         std::function<std::string()> ended_job)
    : live_(std::move(live)), bars_seen_(bars_seen), ended_job_(std::move(ended_job)) {}

std::string EventStream::next() {
  if (is_over_) return {};
  const auto view = live_->watch(bars_seen_, seen_, kHeartbeat);
  std::string text;
  for (const auto& bar : view.bars)
    text += fmt::format("id: {}\nevent: bar\ndata: {}\n\n", ++bars_seen_, bar);
  if (std::exchange(seen_, view.progress) != view.progress)
    text += fmt::format("event: progress\ndata: {{\"stage\":\"{}\",\"done\":{},\"total\":{}}}\n\n",
                        view.progress.stage, view.progress.done, view.progress.total);
  is_over_ = view.has_ended || view.is_interrupted;
  if (view.has_ended) text += fmt::format("id: {}\nevent: end\ndata: {}\n\n", bars_seen_ + 1, ended_job_());
  return text.empty() && !is_over_ ? ": still here\n\n" : text;
}

}  // namespace s2m::serve
