// The English cut of a vocabulary: English text keeps its pieces and the encoder its reading.
#include "train/encoder/english_vocabulary.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"

namespace s2m::train {
namespace {

const WordPieceOptions kOptions{
    .unknown = "[UNK]", .first = "<s>", .last = "</s>", .padding = "<pad>", .mask = "<mask>"};
const char* const kPieces =
    "<s>\n<pad>\n</"
    "s>\n[unused0]\n[UNK]\n[unused1]\nthe\nsea\n##s\n\u6d77\ncaf\u00e9\n\u2014\n##\u0434\n,\n<mask>\n";

TrainedEncoder small_encoder() {
  EncoderConfig config;
  config.width = 16, config.heads = 2, config.layers = 1, config.ffn = 8, config.vocabulary = 15;
  return {std::make_shared<EncoderModule>(config, 1), Tokenizer(WordPiece(kPieces, kOptions)), "f"};
}

TEST(EnglishVocabulary, DropsUnusedEntriesAndOtherScripts) {
  const auto cut = english_vocabulary(small_encoder().tokenizer);
  EXPECT_EQ(cut.kept, (std::vector<std::int64_t>{0, 1, 2, 4, 6, 7, 8, 10, 11, 13, 14}));
  EXPECT_EQ(cut.tokenizer.size(), 11);
}

TEST(EnglishVocabulary, TheEncoderReadsEnglishAsBefore) {
  const auto whole = small_encoder();
  const auto small = with_english_vocabulary(whole);
  EXPECT_EQ(small.fingerprint, "f");
  const auto states = [](const TrainedEncoder& encoder) {
    const auto ids = encoder.tokenizer.encode_with_ends("the seas, the sea \u2014");
    return encoder.encoder->states(
        at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end())).unsqueeze(0));
  };
  const at::NoGradGuard no_grad;
  EXPECT_TRUE(at::equal(states(whole), states(small)));
}

TEST(EnglishVocabulary, BytePairsAreRefused) {
  EXPECT_THROW(english_vocabulary(train_bpe([](std::string&) { return false; }, 300)), Error);
}

}  // namespace
}  // namespace s2m::train
