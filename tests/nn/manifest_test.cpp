#include "story2midi/nn/manifest.h"

#include <gtest/gtest.h>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/nn/model_file.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

class ManifestTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_);
    write_text(folder_ / "encoder.safetensors", std::string(1000, 'e'));
    write_text(folder_ / "decoder.safetensors", "decoder");
  }
  void TearDown() override { fs::remove_all(folder_); }

  ErrorKind kind_of_check(const std::string& name) const {
    try {
      check_file(folder_, name);
    } catch (const Error& error) {
      EXPECT_NE(error.where.find(name), std::string::npos) << error.what();
      return error.kind;
    }
    return ErrorKind::kInvalidInput;
  }

  fs::path folder_ = scratch_folder() / "manifest";
};

TEST_F(ManifestTest, IsWrittenAndReadBack) {
  EXPECT_EQ(read_manifest(folder_), std::nullopt);
  auto manifest = make_manifest(folder_, "base", "CC BY-NC-SA 4.0");
  manifest.decoder = {.knows_emotion = false, .tempo_trend = -0.25, .mode_odds = 0.5};
  EXPECT_EQ(manifest.files.size(), 2U);
  EXPECT_EQ(manifest.files.at("encoder.safetensors").bytes, 1000U);
  save_manifest(manifest, folder_);
  EXPECT_EQ(read_manifest(folder_), manifest);
  check_file(folder_, "encoder.safetensors");
  check_file(folder_, "decoder.safetensors");
}

TEST_F(ManifestTest, AFlippedBitAnotherFileAndAFileThatIsNotNamedAreRefused) {
  check_file(folder_, "encoder.safetensors");  // no manifest: nothing is known
  save_manifest(make_manifest(folder_, "base", ""), folder_);
  auto bytes = read_bytes(folder_ / "encoder.safetensors");
  bytes[777] ^= 1;
  write_bytes(folder_ / "encoder.safetensors", bytes);
  EXPECT_EQ(kind_of_check("encoder.safetensors"), ErrorKind::kBrokenModel);
  write_text(folder_ / "decoder.safetensors", "foreign");
  EXPECT_EQ(kind_of_check("decoder.safetensors"), ErrorKind::kBrokenModel);
  write_text(folder_ / "another.safetensors", "new");
  EXPECT_EQ(kind_of_check("another.safetensors"), ErrorKind::kBrokenModel);
}

TEST_F(ManifestTest, BrokenManifestsAreRefused) {
  for (const auto* text : {"", "{}", "[]", R"({"version":1,"name":"a","licence":"","files":[]})",
                           R"({"version":1,"name":"a","licence":"","files":{"x":{"bytes":1,"xxh3":"12"}}})",
                           R"({"version":9,"name":"a","licence":"","files":{}})"}) {
    write_text(folder_ / "manifest.json", text);
    EXPECT_THROW(read_manifest(folder_), Error) << text;
  }
}

class PairTest : public testing::Test {
 protected:
  static ModelFile file(const char* name, const std::map<std::string, std::string>& metadata) {
    const auto path = scratch_folder() / name;
    save_model(path, metadata, {{"weight", {1}, {1.F}}}, DataType::kF32);
    return ModelFile(path);
  }
};

TEST_F(PairTest, ADecoderGoesWithTheEncoderThatItWasTrainedWith) {
  const auto decoder = file("pair_decoder.safetensors", {{kEncoderKey, "0123456789abcdef"}});
  check_pair(file("pair_encoder.safetensors", {{kFingerprintKey, "0123456789abcdef"}}), decoder);
  const auto any = file("pair_any.safetensors", {});
  check_pair(file("pair_encoder.safetensors", {{kFingerprintKey, "fedcba9876543210"}}), any);
  check_pair(any, any);
}

TEST_F(PairTest, AnotherEncoderIsRefusedByName) {
  const auto decoder = file("pair_decoder.safetensors", {{kEncoderKey, "0123456789abcdef"}});
  using Metadata = std::map<std::string, std::string>;
  for (const auto& metadata : {Metadata{{kFingerprintKey, "fedcba9876543210"}}, Metadata{}}) {
    try {
      check_pair(file("pair_encoder.safetensors", metadata), decoder);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, ErrorKind::kBrokenModel);
      EXPECT_NE(error.where.find("pair_decoder.safetensors"), std::string::npos) << error.what();
      EXPECT_NE(error.fault.find("pair_encoder.safetensors"), std::string::npos) << error.what();
    }
  }
}

// The weights that are shipped: whoever changes them writes the manifest anew (story2midi manifest models/base).
TEST(ShippedModels, AreThoseThatTheirManifestNames) {
  const fs::path folder = "models/base";
  const auto manifest = read_manifest(folder);
  ASSERT_TRUE(manifest);
  EXPECT_EQ(make_manifest(folder, manifest->name, manifest->licence).files, manifest->files);
  check_pair(ModelFile(folder / "encoder.safetensors"), ModelFile(folder / "decoder.safetensors"));
}

}  // namespace
}  // namespace s2m
