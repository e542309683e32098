#include "story2midi/live_session.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/compose/growing_piece.h"
#include "story2midi/perform/labels.h"
#include "story2midi/plan/growing_plan.h"
#include "story2midi/stories/words.h"

namespace s2m {
namespace {

constexpr std::size_t kContextPassages = 2;  // of the turn before: what a line means depends on it

}  // namespace

struct LiveSession::Impl {
  Impl(Studio opened, const LiveOptions& asked)
      : studio(std::move(opened)), plan(asked.plan), piece(studio.composer(), asked.compose) {}

  // The passages of a line, read behind those of the line before, which `context` holds and then those of this one. Their bytes
  // count within the session's text.
  EmotionCurve read(std::string_view line, std::vector<std::string>& context) const;
  std::optional<Key> key_after(const EmotionCurve& turn, const NextTurn& next) const;
  void write(const GrowingPlan& grown, const Plan& whole, const StoryMemory& memory) {
    piece.write(whole, bar_count(grown.plan()), memory);
    plan = grown;
  }

  Studio studio;
  GrowingPlan plan;
  GrowingPiece piece;
  std::string text;
  std::vector<std::string> context;  // the last passages
  EmotionCurve told;                 // all passages
  StoryMemory memory;                // of the last turn that has words
};

EmotionCurve LiveSession::Impl::read(std::string_view line, std::vector<std::string>& context) const {
  const auto passages = story_of(std::string(line), StoryFormat::kText, "turn").passages;
  std::vector<std::string> texts = context;
  for (const Passage& passage : passages) texts.push_back(passage.text);
  auto curve = studio.read(texts).curve;
  curve.points.erase(curve.points.begin(),
                     curve.points.begin() + static_cast<std::ptrdiff_t>(context.size()));
  for (std::size_t i = 0; i < passages.size(); ++i) {
    Passage& passage = curve.points[i].passage = passages[i];
    passage.start_byte += text.size(), passage.end_byte += text.size();
  }
  texts.erase(texts.begin(),
              texts.end() - static_cast<std::ptrdiff_t>(std::min(kContextPassages, passages.size())));
  context = std::move(texts);
  return curve;
}

// Nothing where it is not known: a text that cannot be read is told of in its own turn.
std::optional<Key> LiveSession::Impl::key_after(const EmotionCurve& turn, const NextTurn& next) const {
  try {
    if (next.is_end) return plan.plan().sections.empty() ? std::nullopt : std::optional(plan.plan().key);
    if (word_count(next.text) == 0) return {};
    auto known = context;
    return plan.key_of_next(turn, read(next.text, known));
  } catch (const Error&) {
    return {};
  }
}

LiveSession::LiveSession(Studio studio, const LiveOptions& options)
    : impl_(std::make_shared<Impl>(std::move(studio), options)) {}

void LiveSession::turn(std::string_view line, const NextTurn& next) {
  GrowingPlan grown = impl_->plan;
  if (word_count(line) == 0) {
    grown.add({}, impl_->key_after({}, next));
    impl_->write(grown, grown.going_on(), impl_->memory);
    return;
  }
  const auto curve = impl_->read(line, impl_->context);
  grown.add(curve, impl_->key_after(curve, next));
  const auto memory = impl_->studio.memory(line);
  impl_->write(grown, grown.going_on(), memory);
  impl_->memory = memory;
  impl_->text += std::string(line) + "\n";
  auto& told = impl_->told.points;
  told.insert(told.end(), curve.points.begin(), curve.points.end());
}

const Plan& LiveSession::plan() const { return impl_->plan.plan(); }

const std::string& LiveSession::text() const { return impl_->text; }

Piece LiveSession::end() {
  GrowingPlan whole = impl_->plan;
  whole.close();
  impl_->write(whole, whole.plan(), impl_->memory);
  auto piece = impl_->piece.piece(whole.plan());
  add_captions(piece.plan, impl_->told, piece.score);
  return piece;
}

}  // namespace s2m
