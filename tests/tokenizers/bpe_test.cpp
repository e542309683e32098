#include "story2midi/tokenizers/bpe.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <thread>

#include "story2midi/base/error.h"
#include "story2midi/tokenizers/pretokens.h"
#include "tests/tokenizers/text_samples.h"

namespace s2m {
namespace {

using Ids = std::vector<TokenId>;

// The textbook algorithm: merge the best-ranked pair everywhere, look again.
class SlowEncoder {
 public:
  explicit SlowEncoder(const BytePairEncoder& encoder) : encoder_(encoder) {
    std::istringstream lines(encoder.merges_txt());
    std::string line;
    for (std::getline(lines, line); std::getline(lines, line);)
      ranks_.emplace(line, static_cast<int>(ranks_.size()));
  }

  Ids encode(std::string_view text) const {
    Ids ids;
    for_each_pretoken(text, [&](std::string_view piece) {
      std::vector<std::string> parts;
      for (const char byte : piece) parts.push_back(to_byte_alphabet({&byte, 1}));
      while (merge_best(parts)) {
      }
      for (const auto& part : parts) ids.push_back(encoder_.id(part));
    });
    return ids;
  }

 private:
  bool merge_best(std::vector<std::string>& parts) const {
    std::string best;
    int best_rank = std::numeric_limits<int>::max();
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const auto pair = parts[i] + " " + parts[i + 1];
      const auto found = ranks_.find(pair);
      if (found != ranks_.end() && found->second < best_rank) best_rank = found->second, best = pair;
    }
    std::vector<std::string> merged;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const bool here = !best.empty() && i + 1 < parts.size() && parts[i] + " " + parts[i + 1] == best;
      merged.push_back(here ? parts[i] + parts[i + 1] : parts[i]);
      if (here) ++i;
    }
    parts = std::move(merged);
    return !best.empty();
  }

  const BytePairEncoder& encoder_;
  std::map<std::string, int> ranks_;
};

TEST(BytePairEncoder, MergesWordsItHasSeenOften) {
  const auto& encoder = small_encoder();
  EXPECT_EQ(encoder.encode(" the"), Ids{encoder.id("Ġthe")});
  EXPECT_EQ(encoder.encode(" tower"), Ids{encoder.id("Ġtower")});
  EXPECT_EQ(encoder.encode("xyz"), (Ids{encoder.id("x"), encoder.id("y"), encoder.id("z")}));
  EXPECT_EQ(encoder.encode(""), Ids{});
}

TEST(BytePairEncoder, PutsTheEndsAround) {
  const auto& encoder = small_encoder();
  EXPECT_EQ(encoder.encode_with_ends(""), (Ids{0, 2}));
  EXPECT_EQ(encoder.encode_with_ends(" the"), (Ids{0, encoder.id("Ġthe"), 2}));
  EXPECT_EQ(encoder.decode(encoder.encode_with_ends("The lamp.")), "The lamp.");
}

TEST(BytePairEncoder, TextNeverBecomesASpecialToken) {
  const auto& encoder = small_encoder();
  for (const TokenId id : encoder.encode("<s> <mask></s><pad> <unk>")) {
    EXPECT_GE(id, 4);
    EXPECT_NE(id, encoder.id("<mask>"));
  }
}

TEST(BytePairEncoder, KnowsWhichTokensBeginWords) {
  const auto& encoder = small_encoder();
  EXPECT_TRUE(encoder.starts_word(encoder.id("Ġthe")));
  EXPECT_TRUE(encoder.starts_word(encoder.id("Ġ")));
  EXPECT_FALSE(encoder.starts_word(encoder.id("t")));
  EXPECT_FALSE(encoder.starts_word(encoder.id("<s>")));
  EXPECT_FALSE(encoder.starts_word(-1));
  EXPECT_FALSE(encoder.starts_word(encoder.size()));
}

TEST(BytePairEncoder, DecodingGivesTheTextBack) {
  const auto& encoder = small_encoder();
  Random random(2);
  for (int round = 0; round < 1000; ++round) {
    const auto text = round % 2 == 0 ? random_utf8(random, 50) : random_bytes(random, 80);
    EXPECT_EQ(encoder.decode(encoder.encode(text)), text);
  }
}

TEST(BytePairEncoder, MergesAsTheTextbookDoes) {
  const SlowEncoder slow(small_encoder());
  Random random(3);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) text += " thekpwalsrdn'."[random.below(15)];
    EXPECT_EQ(small_encoder().encode(text), slow.encode(text)) << text;
  }
}

TEST(BytePairEncoder, MergesRepeatedLettersFromTheLeft) {
  const auto encoder = train_on({"aaaaaaaa aaaaaaaa aaaa aa bababa"}, 265);
  const SlowEncoder slow(encoder);
  for (std::size_t length = 1; length < 40; ++length) {
    const std::string text(length, 'a');
    EXPECT_EQ(encoder.encode(text), slow.encode(text)) << length;
  }
}

TEST(BytePairEncoder, IsLinearInALongWord) {
  const std::string word(1 << 20, 'e');
  EXPECT_EQ(small_encoder().decode(small_encoder().encode(word)), word);
}

TEST(BytePairEncoder, WritesTheFilesItReads) {
  const auto& encoder = small_encoder();
  const BytePairEncoder again(encoder.vocab_json(), encoder.merges_txt());
  EXPECT_EQ(again.vocab_json(), encoder.vocab_json());
  EXPECT_EQ(again.merges_txt(), encoder.merges_txt());
  const std::string text = "The keeper's wind sang, and the tower went out...";
  EXPECT_EQ(again.encode(text), encoder.encode(text));
}

TEST(BytePairEncoder, ReadsMergesWithWindowsLineEndsAndNoVersion) {
  const auto& encoder = small_encoder();
  std::string merges;
  for (const char c : encoder.merges_txt().substr(encoder.merges_txt().find('\n') + 1))
    merges += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(BytePairEncoder(encoder.vocab_json(), merges).merges_txt(), encoder.merges_txt());
}

TEST(BytePairEncoder, MayBeSharedByThreads) {
  const auto& encoder = small_encoder();
  const std::string text = "Nobody walked there but the wind, and the unwonted lamplighter.";
  const auto expected = encoder.encode(text);
  std::vector<Ids> results(8);
  {
    std::vector<std::jthread> threads;
    for (auto& result : results)
      threads.emplace_back([&] {
        for (int round = 0; round < 200; ++round) result = encoder.encode(text);
      });
  }
  for (const auto& result : results) EXPECT_EQ(result, expected);
}

TEST(BytePairEncoder, RefusesUnknownTokensAndIds) {
  EXPECT_THROW(small_encoder().id("Ġlighthouse"), Error);
  EXPECT_THROW(small_encoder().id("日"), Error);
  EXPECT_THROW(small_encoder().decode({-1}), Error);
  EXPECT_THROW(small_encoder().decode({small_encoder().size()}), Error);
}

}  // namespace
}  // namespace s2m
