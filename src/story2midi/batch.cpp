#include "story2midi/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "story2midi/base/parallel.h"
#include "story2midi/stories/story.h"

namespace s2m {
namespace {

// Larger groups would read more of their key-value caches than of the weights.
constexpr std::size_t kPiecesPerGroup = 8;

// Music without a story has no emotion but the requested one.
StoryReading reading_of(const Studio& studio, const std::string& text) {
  return text.empty() ? StoryReading{} : studio.read(story_of(text));
}

// Counts the pieces of all groups.
class PieceCounter {
 public:
  PieceCounter(const Progress& progress, std::size_t total) : progress_(progress), total_(total) {}
  bool add_one() {
    const std::lock_guard lock(mutex_);
    ++done_;
    return !progress_ || progress_(done_, total_);
  }

 private:
  const Progress& progress_;
  std::size_t total_;
  std::size_t done_ = 0;
  std::mutex mutex_;
};

std::vector<ComposedPiece> compose_group(const Studio& studio, std::span<const PieceRequest> group,
                                         const BatchOptions& options, PieceCounter& counter) {
  std::vector<ComposedPiece> pieces;
  std::vector<Studio::Request> requests;
  for (const auto& [text, asked, seed] : group) {
    auto each = options.compose;
    each.seed = seed;
    each.progress = [&](std::uint64_t bar, std::uint64_t bars) {
      const auto& progress = options.compose.progress;
      return (!progress || progress(bar, bars)) && (bar < bars || counter.add_one());
    };
    if (options.planning == Planning::kTextOnly) {
      pieces.push_back(compose_without_plan(studio, story_of(text), asked, each));
      continue;
    }
    auto reading = reading_of(studio, text);
    pieces.push_back({{}, reading.curve.mean(), seed});
    const auto plan = studio.plan(reading, asked);
    requests.push_back({std::move(reading), plan, each});
  }
  auto composed = studio.compose_each(requests);
  for (std::size_t i = 0; i < composed.size(); ++i) static_cast<Piece&>(pieces[i]) = std::move(composed[i]);
  return pieces;
}

}  // namespace

ComposedPiece compose_changed(const Studio& studio, SavedPiece saved, const RewriteWords& words,
                              const ComposeOptions& options, const StoryReading& reading) {
  ComposedPiece piece{std::move(saved), std::nullopt, options.seed};
  if (!reading.curve.points.empty()) piece.emotion = reading.curve.mean();
  for (const auto& scope : scopes_of(words, piece)) {
    static_cast<Piece&>(piece) = studio.rewrite(piece, scope, options, reading);
    piece.score.texts.push_back(fmt::format("{}, seed {}", describe(scope), options.seed));
  }
  return piece;
}

ComposedPiece compose_without_plan(const Studio& studio, const Story& story, const PlanOptions& asked,
                                   const ComposeOptions& options) {
  if (!studio.can_read_emotion())
    return {studio.compose_piece_from_text(story, asked, options), std::nullopt, options.seed,
            Planning::kTextOnly};
  const auto reading = studio.read(story);
  return {studio.compose_piece_from_text(reading, asked, options), reading.curve.mean(), options.seed,
          Planning::kTextOnly};
}

void compose_batch(const Studio& studio, std::span<const PieceRequest> requests, const BatchOptions& options,
                   const TakePieces& take) {
  const auto count = requests.size();
  PieceCounter counter(options.progress, count);
  const auto groups = std::max(std::min(thread_count(options.threads), count),
                               (count + kPiecesPerGroup - 1) / kPiecesPerGroup);
  in_parallel(groups, {.threads = options.threads}, [&](std::size_t group, auto) {
    const auto first = group * count / groups, end = (group + 1) * count / groups;
    take(first, compose_group(studio, requests.subspan(first, end - first), options, counter));
  });
}

}  // namespace s2m
