#include "story2midi/nn/config.h"

#include <functional>

#include "story2midi/base/error.h"
#include "tests/nn/golden.h"

namespace s2m {
namespace {

DecoderConfig decoder_config() {
  DecoderConfig config;
  config.fields = {{{"position", 96}, {"pitch", 128}}, {{"metre", 24}}};
  config.kinds = {{"bar", 2}, {"melody", 1}, {"bass", 1}, {"start", 0}};
  config.start_kind = 3;
  config.unknown_list = 2;
  return config;
}

TEST(Config, ReadsWhatItWrote) {
  EncoderConfig encoder;
  encoder.width = 128;
  encoder.norm_epsilon = 1e-12f;
  EXPECT_EQ(encoder_config_from_json(to_json(encoder)), encoder);
  const auto decoder = decoder_config();
  EXPECT_EQ(decoder_config_from_json(to_json(decoder)), decoder);
}

TEST(Config, WritesShortNumbers) {
  EXPECT_NE(to_json(EncoderConfig{}).find("\"norm_epsilon\":1e-05"), std::string::npos);
}

TEST(Config, EveryMemberIsNeededAndNoOther) {
  const auto whole = nlohmann::json::parse(to_json(decoder_config()));
  for (const auto& [name, value] : whole.items()) {
    auto part = whole;
    part.erase(name);
    EXPECT_THROW(decoder_config_from_json(part.dump()), Error) << name;
    part[name] = "text";
    EXPECT_THROW(decoder_config_from_json(part.dump()), Error) << name;
    part[name] = -1;
    EXPECT_THROW(decoder_config_from_json(part.dump()), Error) << name;
    part[name] = 1e300;
    EXPECT_THROW(decoder_config_from_json(part.dump()), Error) << name;
  }
  auto more = whole;
  more["experts"] = 8;
  EXPECT_THROW(decoder_config_from_json(more.dump()), Error);
}

TEST(Config, BrokenJsonIsAnError) {
  for (const auto* text : {"", "{", "[]", "null", "\xff"})
    EXPECT_THROW(encoder_config_from_json(text), Error) << text;
}

TEST(Config, ImpossibleEncodersAreErrors) {
  const auto expect_error = [](const std::function<void(EncoderConfig&)>& spoil) {
    EncoderConfig config;
    spoil(config);
    EXPECT_THROW(encoder_config_from_json(to_json(config)), Error);
  };
  expect_error([](auto& c) { c.heads = 3; });
  expect_error([](auto& c) { c.heads = 0; });
  expect_error([](auto& c) { c.layers = 100000; });
  expect_error([](auto& c) { c.positions = 2; });
  expect_error([](auto& c) { c.positions = c.first_position + 2; });  // <s> and </s> and no token of a text
  expect_error([](auto& c) { c.padding_id = c.vocabulary; });
  expect_error([](auto& c) { c.norm_epsilon = 0; });
  expect_error([](auto& c) { c.labels = 0; });
}

TEST(Config, NestedTooDeeplyIsRefused) {
  const std::string open(70'000, '['), close(70'000, ']');
  try {
    encoder_config_from_json("{\"width\":" + open + close + "}");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::kLimit);
  }
}

TEST(Config, ImpossibleDecodersAreErrors) {
  const auto expect_error = [](const std::function<void(DecoderConfig&)>& spoil) {
    auto config = decoder_config();
    spoil(config);
    EXPECT_THROW(decoder_config_from_json(to_json(config)), Error);
  };
  expect_error([](auto& c) { c.width = 6; });  // heads one wide cannot be rotated
  expect_error([](auto& c) { c.window = 0; });
  expect_error([](auto& c) { c.kinds.clear(); });
  expect_error([](auto& c) { c.kinds[0].second = 3; });  // there are two lists
  expect_error([](auto& c) { c.kinds[0].first = "bass"; });
  expect_error([](auto& c) { c.start_kind = 4; });
  expect_error([](auto& c) { c.unknown_list = 3; });
  expect_error([](auto& c) { c.fields[0][0].second = 0; });
  expect_error([](auto& c) { c.fields[0][0].second = 257; });
  expect_error([](auto& c) { c.fields[1][0].first = "pitch"; });
  expect_error([](auto& c) { c.fields[1][0].first = "kind"; });
  expect_error([](auto& c) { c.fields[1].assign(16, {"x", 2}); });
}

}  // namespace
}  // namespace s2m
