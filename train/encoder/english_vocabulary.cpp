#include "train/encoder/english_vocabulary.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <sstream>

#include "story2midi/base/error.h"
#include "story2midi/base/unicode.h"

namespace s2m::train {
namespace {

// Latin with its supplements; general punctuation, currency and letterlike symbols.
bool is_english(char32_t character) {
  return character < 0x250 || (character >= 0x2000 && character < 0x2150);
}

bool is_kept(const std::string& piece, const WordPieceOptions& options) {
  const auto special = {options.unknown, options.first, options.last, options.padding, options.mask};
  if (std::ranges::find(special, piece) != special.end()) return true;
  if (piece.starts_with("[unused")) return false;
  for (std::size_t at = 0; at < piece.size();) {
    const CodePoint point = code_point_at(piece, at);
    if (!is_english(point.value)) return false;
    at += point.length;
  }
  return true;
}

}  // namespace

CutVocabulary english_vocabulary(const Tokenizer& tokenizer) {
  const WordPiece* pieces = tokenizer.word_piece();
  if (pieces == nullptr) throw Error("tokenizer", "cannot be cut to English", "WordPiece", "byte-level BPE");
  std::istringstream lines(pieces->vocab_txt());
  std::string kept_lines;
  std::vector<std::int64_t> kept;
  std::int64_t id = 0;
  for (std::string piece; std::getline(lines, piece); ++id) {
    if (!is_kept(piece, pieces->options())) continue;
    kept_lines += piece + "\n";
    kept.push_back(id);
  }
  return {WordPiece(kept_lines, pieces->options()), std::move(kept)};
}

TrainedEncoder with_english_vocabulary(const TrainedEncoder& encoder) {
  static const std::string kWords = "embeddings.word_embeddings.weight";
  const at::NoGradGuard no_grad;
  const auto cut = english_vocabulary(encoder.tokenizer);
  auto config = encoder.encoder->config();
  config.vocabulary = static_cast<int>(cut.kept.size());
  config.padding_id = cut.tokenizer.padding();
  auto smaller = std::make_shared<EncoderModule>(config, 1);
  for (auto& item : smaller->named_parameters()) {
    const at::Tensor& from = encoder.encoder->parameter(item.key());
    item.value().copy_(item.key() == kWords ? from.index_select(0, at::tensor(cut.kept, at::kLong)) : from);
  }
  return {std::move(smaller), cut.tokenizer, encoder.fingerprint};
}

}  // namespace s2m::train
