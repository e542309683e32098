#include "story2midi/compose/growing_piece.h"

#include <optional>
#include <utility>
#include <vector>

#include "story2midi/compose/bar_teller.h"
#include "story2midi/compose/briefs.h"
#include "story2midi/compose/composer_impl.h"
#include "story2midi/compose/drafts.h"
#include "story2midi/compose/finish.h"
#include "story2midi/compose/request_checks.h"

namespace s2m {

struct GrowingPiece::Impl {
  Impl(std::shared_ptr<const Composer::Impl> inside, const ComposeOptions& asked)
      : composer(std::move(inside)), options(asked), teller(options) {}

  PieceWriter writer_of(const std::shared_ptr<const DecoderMemory>& memory) const {
    if (written) return *written;
    return {composer->decoder, composer->decoder.start(memory), options.seed, sampling_of(options)};
  }

  std::shared_ptr<const Composer::Impl> composer;
  ComposeOptions options;
  BarTeller teller;
  std::optional<PieceWriter> written;  // its last event is fed
  int bars = 0;
};

GrowingPiece::GrowingPiece(const Composer& composer, const ComposeOptions& options) {
  check(options);
  impl_ = std::make_shared<Impl>(composer.impl_, options);
}

void GrowingPiece::write(const Plan& plan, int bars, const StoryMemory& memory) {
  check_plan(plan);
  const auto remembered = impl_->composer->remember({&memory, 1}).front();
  auto briefs = briefs_of(plan);
  for (auto& brief : briefs) brief.description = impl_->composer->told(brief.description);
  std::optional<PieceWriter> written;
  DraftedPiece* open = nullptr;
  DraftedPiece drafts(
      impl_->writer_of(remembered),
      {.bars = bars,
       .first = impl_->bars,
       .drafts = impl_->options.drafts,
       .copies = impl_->composer->copies()},
      [&](PieceWriter& writer, int index) {
        writer.set_memory(remembered);
        writer.open_bar(briefs[static_cast<std::size_t>(index)]);
      },
      [&](int done) {
        written = open->kept();
        impl_->teller.tell(written->events(), plan, done);
      });
  open = &drafts;
  Workspace work;
  for (std::vector<PieceWriter*> wrote; drafts.write(wrote);) impl_->composer->feed(work, wrote);
  impl_->written = std::move(written);
  impl_->bars = bars;
}

Piece GrowingPiece::piece(const Plan& plan) const {
  std::vector<Event> events = impl_->written ? impl_->written->events() : std::vector<Event>{};
  events.push_back({.kind = kEndEvent});
  return impl_->composer->checked_piece(performed(events, plan, impl_->options));
}

}  // namespace s2m
