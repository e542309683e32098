// Vocabulary files that are wrong: each ends in one Error that says where.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/tokenizers/bpe.h"
#include "tests/base/scratch_folder.h"
#include "tests/tokenizers/text_samples.h"

namespace s2m {
namespace {

std::string message_of(const std::string& vocabulary, const std::string& merges) {
  try {
    BytePairEncoder encoder(vocabulary, merges);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const std::string kVersion = "#version: 0.2\n";

template <class Change>
std::string changed_vocabulary(Change change) {
  auto json = nlohmann::json::parse(small_encoder().vocab_json());
  change(json);
  return json.dump();
}

TEST(VocabularyFile, MustBeAJsonObject) {
  for (const std::string text :
       {"", "{", "[]", "3", "null", "{\"a\": }", "{\"a\": 0} x", "\xff\xfe{}", "{\"\xff\": 0}"})
    EXPECT_EQ(message_of(text, kVersion).find("vocab.json: not a vocabulary: expected a JSON object"), 0u)
        << text;
}

TEST(VocabularyFile, NestingDoesNotExhaustTheStack) {
  EXPECT_NE(message_of(std::string(200000, '['), kVersion), "no error");
  EXPECT_NE(message_of("{\"a\":" + std::string(200000, '{'), kVersion), "no error");
}

TEST(VocabularyFile, NeedsAnIdOfItsOwnForEachToken) {
  for (const auto& bad :
       {nlohmann::json(-1), nlohmann::json(1.5), nlohmann::json("7"), nlohmann::json(nullptr),
        nlohmann::json(std::uint64_t{1} << 40), nlohmann::json(small_encoder().size())}) {
    const auto text = changed_vocabulary([&](auto& json) { json["Ġthe"] = bad; });
    EXPECT_EQ(message_of(text, kVersion),
              "vocab.json: token \"Ġthe\": bad id: expected an id from 0 to 319, got " + bad.dump());
  }
  EXPECT_EQ(message_of(changed_vocabulary([](auto& json) { json["e"] = 0; }), kVersion),
            "vocab.json: token \"e\": id used twice: expected an id of its own, got 0");
}

TEST(VocabularyFile, ListsNoTokenTwice) {
  auto text = small_encoder().vocab_json();
  text.insert(text.size() - 1, ",\"the\":320,\"the\":321");
  EXPECT_EQ(message_of(text, kVersion), "vocab.json: token \"the\": token listed twice");
}

TEST(VocabularyFile, HoldsNothingButIds) {
  auto text = small_encoder().vocab_json();
  for (const char* more : {",\"more\":{\"a\":1}", ",\"more\":[320]"}) {
    auto with_more = text;
    with_more.insert(text.size() - 1, more);
    EXPECT_EQ(message_of(with_more, kVersion), "vocab.json: not a vocabulary: expected a JSON object of ids");
  }
}

TEST(VocabularyFile, NeedsSpecialTokensAndAllBytes) {
  const auto without = [](const std::string& token) {
    return changed_vocabulary([&](auto& json) {
      const int id = json[token];
      json.erase(token);
      json["spare"] = id;
    });
  };
  for (const char* token : {"<s>", "<pad>", "</s>", "<unk>", "<mask>", "e", "Ġ", "ÿ"})
    EXPECT_EQ(message_of(without(token), kVersion), std::string("vocab.json: no such token: got ") + token);
}

TEST(VocabularyFile, IsWrittenInTheByteAlphabet) {
  const auto renamed = [](const std::string& name) {
    return changed_vocabulary([&](auto& json) {
      const int id = json["Ġthe"];
      json.erase("Ġthe");
      json[name] = id;
    });
  };
  for (const char* name : {" the", "日", ""})
    EXPECT_NE(message_of(renamed(name), kVersion).find("is no text in GPT-2's byte alphabet"),
              std::string::npos)
        << name;
}

TEST(MergesFile, NamesTheLineThatIsWrong) {
  const auto vocabulary = small_encoder().vocab_json();
  EXPECT_EQ(message_of(vocabulary, kVersion), "no error");
  EXPECT_EQ(message_of(vocabulary, ""), "no error");
  EXPECT_EQ(message_of(vocabulary, kVersion + "h e\nthe\n"),
            "merges.txt: line 3: not a merge: expected two tokens, got the");
  EXPECT_EQ(message_of(vocabulary, kVersion + "q z\n"), "merges.txt: line 2: no such token: got qz");
  EXPECT_EQ(message_of(vocabulary, kVersion + "qq z\n"), "merges.txt: line 2: no such token: got qq");
  EXPECT_EQ(message_of(vocabulary, kVersion + "a b c\n").find("merges.txt: line 2: "), 0u);
  EXPECT_EQ(message_of(vocabulary, kVersion + " the\n").find("merges.txt: line 2: "), 0u);
  EXPECT_EQ(message_of(vocabulary, kVersion + "\xff\xff a\n").find("merges.txt: line 2: "), 0u);
}

TEST(MergesFile, MayNotMakeSpecialTokens) {
  const auto vocabulary = changed_vocabulary([](auto& json) { json["<s"] = json.size(); });
  EXPECT_EQ(message_of(vocabulary, kVersion + "< s\n<s >\n"),
            "merges.txt: line 3: makes a special token: got <s >");
}

TEST(Vocabulary, IsReadFromItsFolder) {
  const auto folder = scratch_folder() / "vocabulary";
  std::filesystem::create_directories(folder);
  EXPECT_THROW(read_vocabulary(folder), Error);
  write_text(folder / "vocab.json", small_encoder().vocab_json());
  write_text(folder / "merges.txt", small_encoder().merges_txt());
  EXPECT_EQ(read_vocabulary(folder).merges_txt(), small_encoder().merges_txt());
  write_text(folder / "merges.txt", "q z\n");
  try {
    read_vocabulary(folder);
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.where, folder.string() + ": merges.txt: line 1");
  }
}

TEST(MergesFile, RandomBytesEndInAnError) {
  const auto vocabulary = small_encoder().vocab_json();
  Random random(4);
  for (int round = 0; round < 200; ++round) {
    std::string broken = small_encoder().merges_txt();
    for (int i = 0; i < 5; ++i) broken[random.below(broken.size())] = static_cast<char>(random.below(256));
    message_of(vocabulary, broken);
    auto json = vocabulary;
    for (int i = 0; i < 3; ++i) json[random.below(json.size())] = static_cast<char>(random.below(256));
    message_of(json, broken);
  }
}

}  // namespace
}  // namespace s2m
