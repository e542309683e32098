#include "story2midi/tokenizers/tokenizer.h"

#include <algorithm>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/json_members.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxConfig = 1 << 20;       // bytes
constexpr std::uint64_t kMaxVocabulary = 64 << 20;  // likewise
constexpr const char* kWordPiece = "wordpiece";

// f(name, member) for each special token and each switch: the one list that reading and writing share.
template <class Options, class F>
void visit_members(Options& options, F&& f) {
  f("unknown", options.unknown);
  f("first", options.first);
  f("last", options.last);
  f("padding", options.padding);
  f("mask", options.mask);
  f("lowercase", options.text.lowercase);
  f("strip_accents", options.text.strip_accents);
  f("split_chinese", options.text.split_chinese);
}

std::string to_json(const WordPieceOptions& options) {
  nlohmann::ordered_json json{{"kind", kWordPiece}};
  visit_members(options, [&](const char* name, const auto& member) { json[name] = member; });
  return json.dump();
}

WordPieceOptions word_piece_options(std::string_view text, const std::string& where) {
  const auto json = parse_json(text, where);
  const JsonMember member(json, where);
  if (member.at("kind").text() != kWordPiece) member.at("kind").fail(std::string("\"") + kWordPiece + "\"");
  WordPieceOptions options;
  const auto read = [&](const char* name, auto& value) {
    if constexpr (std::is_same_v<decltype(value), bool&>)
      value = member.at(name).flag();
    else
      value = member.at(name).text();
  };
  visit_members(options, read);
  return options;
}

const std::string& entry(const std::map<std::string, std::string>& metadata, const std::string& key,
                         const std::string& where) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) throw Error(where, "metadata " + key + " is missing");
  return found->second;
}

// A special token: its text, or an object that has it as "content".
void read_special(const JsonMember& config, const char* name, std::string& token) {
  if (!config.has(name)) return;
  const auto member = config.at(name);
  token = member.has("content") ? member.at("content").text() : member.text();
}

bool flag_of(const JsonMember& config, const char* name, bool otherwise) {
  return config.has(name) && !config.at(name).is_null() ? config.at(name).flag() : otherwise;
}

// What tokenizer_config.json of BERT and its kin says; the defaults are those of BERT's tokenizer.
WordPieceOptions options_of(const JsonMember& config) {
  WordPieceOptions options;
  read_special(config, "unk_token", options.unknown);
  read_special(config, "cls_token", options.first);
  read_special(config, "sep_token", options.last);
  read_special(config, "pad_token", options.padding);
  read_special(config, "mask_token", options.mask);
  if (!flag_of(config, "do_basic_tokenize", true)) config.at("do_basic_tokenize").fail("true");
  options.text.lowercase = flag_of(config, "do_lower_case", true);
  options.text.strip_accents = flag_of(config, "strip_accents", options.text.lowercase);
  options.text.split_chinese = flag_of(config, "tokenize_chinese_chars", true);
  return options;
}

WordPiece read_word_pieces(const fs::path& folder) {
  const auto config_file = folder / "tokenizer_config.json";
  WordPieceOptions options;
  if (fs::exists(config_file)) {
    const auto json = parse_json(read_text(config_file, kMaxConfig), config_file.string());
    options = options_of(JsonMember(json, config_file.string()));
  }
  const auto vocabulary = read_text(folder / "vocab.txt", kMaxVocabulary);
  return naming(folder.string(), [&] { return WordPiece(vocabulary, options); });
}

std::vector<TokenId> ids_of(const std::vector<Token>& tokens) {
  std::vector<TokenId> ids(tokens.size());
  std::ranges::transform(tokens, ids.begin(), &Token::id);
  return ids;
}

}  // namespace

Tokenizer::Tokenizer(BytePairEncoder encoder)
    : encoder_(encoder),
      first_(encoder.id("<s>")),
      last_(encoder.id("</s>")),
      padding_(encoder.id("<pad>")),
      mask_(encoder.id("<mask>")) {}

Tokenizer::Tokenizer(WordPiece encoder)
    : encoder_(encoder),
      first_(encoder.id(encoder.options().first)),
      last_(encoder.id(encoder.options().last)),
      padding_(encoder.id(encoder.options().padding)),
      mask_(encoder.id(encoder.options().mask)) {}

std::vector<Token> Tokenizer::tokens(std::string_view utf8) const {
  return std::visit([&](const auto& encoder) { return encoder.tokens(utf8); }, encoder_);
}

std::vector<TokenId> Tokenizer::encode(std::string_view utf8) const {
  const auto* pairs = std::get_if<BytePairEncoder>(&encoder_);
  return pairs ? pairs->encode(utf8) : ids_of(tokens(utf8));
}

std::vector<TokenId> Tokenizer::encode_with_ends(std::string_view utf8) const {
  const auto ids = encode(utf8);
  std::vector<TokenId> all{first_};
  all.reserve(ids.size() + 2);
  all.insert(all.end(), ids.begin(), ids.end());
  all.push_back(last_);
  return all;
}

int Tokenizer::size() const {
  return std::visit([](const auto& encoder) { return encoder.size(); }, encoder_);
}

TokenId Tokenizer::id(std::string_view token) const {
  return std::visit([&](const auto& encoder) { return encoder.id(token); }, encoder_);
}

std::map<std::string, std::string> Tokenizer::metadata() const {
  if (const auto* pieces = std::get_if<WordPiece>(&encoder_))
    return {{"vocab", pieces->vocab_txt()}, {"tokenizer", to_json(pieces->options())}};
  const auto& pairs = std::get<BytePairEncoder>(encoder_);
  return {{"vocab", pairs.vocab_json()}, {"merges", pairs.merges_txt()}};
}

Tokenizer tokenizer_of(const std::map<std::string, std::string>& metadata, const std::string& where) {
  const auto& vocabulary = entry(metadata, "vocab", where);
  const auto described = metadata.find("tokenizer");
  if (described == metadata.end()) {
    const auto& merges = entry(metadata, "merges", where);
    return naming(where, [&] { return BytePairEncoder(vocabulary, merges); });
  }
  const auto options = word_piece_options(described->second, where + ": tokenizer");
  return naming(where, [&] { return WordPiece(vocabulary, options); });
}

Tokenizer read_tokenizer(const fs::path& folder) {
  if (fs::exists(folder / "vocab.txt")) return read_word_pieces(folder);
  if (!fs::exists(folder / "vocab.json") && fs::exists(folder / "tokenizer.json"))
    throw Error(ErrorKind::kUnsupported, (folder / "tokenizer.json").string(), "is not read",
                "vocab.txt, or vocab.json and merges.txt (transformers: tokenizer.save_vocabulary(FOLDER))",
                {});
  return read_vocabulary(folder);
}

}  // namespace s2m
