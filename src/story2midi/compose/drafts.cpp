#include "story2midi/compose/drafts.h"

#include <algorithm>
#include <limits>

#include "story2midi/base/limits.h"

namespace s2m {
namespace {

constexpr int kMostAttempts = 6;  // at a phrase whose drafts copy
constexpr double kCopied = std::numeric_limits<double>::infinity();

}  // namespace

DraftedPiece::DraftedPiece(PieceWriter start, const DraftOptions& options, OpenBar open_bar,
                           OnPhrase on_phrase)
    : options_(options), open_bar_(std::move(open_bar)), on_phrase_(std::move(on_phrase)) {
  final_bars_ = options_.first;
  drafts_.push_back({std::move(start), options_.first});
  fork();
}

// Phrases are counted from the piece's start.
int DraftedPiece::phrase_end() const {
  const int end = final_bars_ + options_.phrase_bars - final_bars_ % options_.phrase_bars;
  return end >= options_.bars - options_.ahead ? options_.bars : end;
}

void DraftedPiece::fork() {
  drafts_.resize(1, drafts_.front());
  if (options_.copies) before_ = drafts_.front();
  drafts_.resize(static_cast<std::size_t>(options_.drafts), drafts_.front());
  const auto first = static_cast<std::size_t>(attempt_) * limits::kMostDrafts;
  for (std::size_t i = 0; i < drafts_.size(); ++i) drafts_[i].writer.set_draft(first + i);
}

// False where the draft has reached the phrase's end.
bool DraftedPiece::step(Draft& draft) {
  if (draft.is_open && draft.writer.write_event()) return true;
  draft.is_open = false;
  if (draft.next_bar == phrase_end()) return false;
  open_bar_(draft.writer, draft.next_bar++);
  draft.is_open = true;
  return true;
}

bool DraftedPiece::keep_best() {
  const int bars = phrase_end() - final_bars_;
  std::vector<double> costs;
  for (Draft& draft : drafts_) {
    const auto [surprisal, wanted] = draft.writer.take_phrase_facts();
    costs.push_back(options_.copies && options_.copies(draft.writer.events(), bars)
                        ? kCopied
                        : cost_of(measure_phrase(draft.writer.events(), bars,
                                                 {.wanted = wanted, .surprisal = surprisal})));
  }
  const auto best = std::ranges::min_element(costs) - costs.begin();
  if (costs[static_cast<std::size_t>(best)] == kCopied && ++attempt_ < kMostAttempts) {
    drafts_.front() = *before_;
    return false;
  }
  attempt_ = 0;
  if (best != 0) drafts_.front() = std::move(drafts_[static_cast<std::size_t>(best)]);
  final_bars_ = phrase_end();
  if (on_phrase_) on_phrase_(final_bars_);
  return true;
}

bool DraftedPiece::write(std::vector<PieceWriter*>& wrote) {
  wrote.clear();
  while (!ended_) {
    for (Draft& draft : drafts_)
      if (step(draft)) wrote.push_back(&draft.writer);
    if (!wrote.empty()) return true;
    if (!keep_best() || final_bars_ < options_.bars) {
      fork();
    } else {
      drafts_.resize(1, drafts_.front());
      drafts_.front().writer.end();
      ended_ = true;
    }
  }
  return false;
}

}  // namespace s2m
