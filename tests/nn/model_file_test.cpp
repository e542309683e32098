#include "story2midi/nn/model_file.h"

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/nn/number_formats.h"
#include "tests/nn/golden.h"

namespace s2m {
namespace {

using Bytes = std::vector<std::uint8_t>;

const std::map<std::string, std::string> kMetadata{{"kind", "test"}, {"note", "Grüße \"quoted\""}};

std::vector<NamedTensor> small_tensors() {
  return {{"a.weight", {2, 3}, {1.f, -2.f, 0.5f, 100.f, 0.f, -0.001f}},
          {"a.bias", {2}, {0.1f, -0.3f}},
          {"empty", {0, 4}, {}}};
}

// A safetensors file by hand.
Bytes file_of(const std::string& header, std::size_t data_bytes) {
  Bytes bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(header.size() >> 8 * i));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.resize(bytes.size() + data_bytes);
  return bytes;
}

class ModelFileTest : public ::testing::Test {
 protected:
  const test::TemporaryFile file{"model.safetensors"};

  ModelFile saved(DataType type) {
    save_model(file.path(), kMetadata, small_tensors(), type);
    return ModelFile(file.path());
  }
  ModelFile opened(const Bytes& bytes) {
    write_bytes(file.path(), bytes);
    return ModelFile(file.path());
  }
  // The error's text, or "" where there was none.
  std::string fault(const std::string& header, std::size_t data_bytes) {
    try {
      opened(file_of(header, data_bytes));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
};

TEST_F(ModelFileTest, FullFloatsComeBackExactly) {
  const auto model = saved(DataType::kF32);
  EXPECT_EQ(model.metadata(), kMetadata);
  EXPECT_EQ(model.metadata("note"), kMetadata.at("note"));
  EXPECT_THROW(model.metadata("absent"), Error);
  for (const auto& tensor : small_tensors())
    EXPECT_EQ(model.floats(tensor.name, tensor.shape), tensor.values);
}

TEST_F(ModelFileTest, Bf16RoundsMatricesAndKeepsVectors) {
  const auto model = saved(DataType::kBF16);
  const auto tensors = small_tensors();
  const auto values = model.floats("a.weight", {2, 3});
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_LE(std::abs(values[i] - tensors[0].values[i]), std::abs(tensors[0].values[i]) / 256);
  EXPECT_EQ(model.floats("a.bias", {2}), tensors[1].values);
}

TEST_F(ModelFileTest, Int8IsWithinHalfAStepOfItsRow) {
  Random random(4);
  NamedTensor tensor{"w", {20, 33}, {}};
  for (int i = 0; i < 20 * 33; ++i)
    tensor.values.push_back(static_cast<float>((random.uniform() - 0.5) * (1 + i / 33)));
  for (int i = 0; i < 33; ++i) tensor.values[static_cast<std::size_t>(i)] = 0;  // a row of zeros stays one
  save_model(file.path(), {}, {tensor}, DataType::kI8);
  const ModelFile model(file.path());
  const auto values = model.floats("w", {20, 33}), scales = model.floats("w.scale", {20});
  EXPECT_EQ(model.tensors().at("w").type, DataType::kI8);
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_LE(std::abs(values[i] - tensor.values[i]), scales[i / 33] * 0.5001f);
}

NamedTensor random_matrix(const std::string& name, std::int64_t rows, std::int64_t columns) {
  Random random(14);
  NamedTensor tensor{name, {rows, columns}, {}};
  for (std::int64_t i = 0; i < rows * columns; ++i)
    tensor.values.push_back(
        static_cast<float>((random.uniform() - 0.4) * (1 + static_cast<double>(i / columns))));
  std::fill_n(tensor.values.begin(), columns, 0.f);  // a row of zeros stays one
  return tensor;
}

TEST_F(ModelFileTest, Int4IsBetterThanTheRangeOfItsGroup) {
  const auto tensor = random_matrix("w", 70, 128);
  save_model(file.path(), {}, {tensor}, DataType::kI4);
  const ModelFile model(file.path());
  EXPECT_EQ(model.tensors().at("w").type, DataType::kI4);
  EXPECT_EQ(model.tensors().at("w").bytes.size(), 70u * 128 / 2);
  const auto values = model.floats("w", {70, 128});
  const auto rows = model.int4_rows("w", {70, 128});
  for (std::size_t group = 0; group < values.size() / 32; ++group) {
    const std::span exact(tensor.values.data() + group * 32, 32), stored(values.data() + group * 32, 32);
    const auto [least, most] = std::ranges::minmax_element(exact);
    const double step = (std::max(*most, 0.f) - std::min(*least, 0.f)) / 15;
    double squares = 0;
    for (std::size_t i = 0; i < 32; ++i) {
      EXPECT_LE(std::abs(stored[i] - exact[i]), 2.5 * step);
      squares += std::pow(stored[i] - exact[i], 2);
    }
    EXPECT_LE(std::sqrt(squares / 32), 0.4 * step) << group;  // even values would be off by .29
    EXPECT_LE(rows.zeros[group], 15);
  }
}

TEST_F(ModelFileTest, Int4OfWholeStepsComesBackExactly) {
  NamedTensor tensor{"w", {64, 64}, {}};
  for (int i = 0; i < 64 * 64; ++i) tensor.values.push_back(0.5f * static_cast<float>(i % 16 - i / 64 % 16));
  save_model(file.path(), {}, {tensor}, DataType::kI4);
  EXPECT_EQ(ModelFile(file.path()).floats("w", {64, 64}), tensor.values);
}

TEST_F(ModelFileTest, WhatDoesNotFitInt4BecomesInt8) {
  save_model(file.path(), {}, {random_matrix("narrow", 70, 96), random_matrix("low", 63, 128)},
             DataType::kI4);
  const ModelFile model(file.path());
  EXPECT_EQ(model.tensors().at("narrow").type, DataType::kI8);
  EXPECT_EQ(model.tensors().at("low").type, DataType::kI8);
  EXPECT_THROW(model.int4_rows("low", {63, 128}), Error);
}

TEST_F(ModelFileTest, Int4NeedsScalesAndZerosOfItsShape) {
  const auto fault_of = [&](const std::string& header, std::size_t bytes) -> std::string {
    try {
      opened(file_of(header, bytes)).floats("w", {2, 64});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  const std::string w = R"({"w":{"dtype":"U8","shape":[2,32],"data_offsets":[0,64]})";
  const std::string scales = R"(,"w.scales":{"dtype":"BF16","shape":[2,2],"data_offsets":[64,72]})";
  EXPECT_EQ(fault_of(w + scales + R"(,"w.zeros":{"dtype":"U8","shape":[2,1],"data_offsets":[72,74]}})", 74),
            "");
  EXPECT_NE(fault_of(w + "}", 64).find("w.scales"), std::string::npos);
  EXPECT_NE(fault_of(w + scales + "}", 72).find("w.zeros"), std::string::npos);
  const std::string other = R"(,"w.scales":{"dtype":"F16","shape":[2,2],"data_offsets":[64,72]})";
  EXPECT_NE(fault_of(w + other + R"(,"w.zeros":{"dtype":"U8","shape":[2,1],"data_offsets":[72,74]}})", 74)
                .find("BF16"),
            std::string::npos);
  EXPECT_NE(fault_of(w + scales + R"(,"w.zeros":{"dtype":"U8","shape":[1,2],"data_offsets":[72,74]}})", 74)
                .find("shape"),
            std::string::npos);
  EXPECT_NE(fault_of(w + scales + R"(,"w.zeros":{"dtype":"I8","shape":[2,2],"data_offsets":[72,76]}})", 76)
                .find("U8"),
            std::string::npos);
  EXPECT_NE(fault_of(R"({"w":{"dtype":"U8","shape":[],"data_offsets":[0,1]}})", 1).find("without columns"),
            std::string::npos);
}

TEST_F(ModelFileTest, Int8NeedsItsScale) {
  const auto header = R"({"w":{"dtype":"I8","shape":[2,2],"data_offsets":[0,4]}})";
  EXPECT_THROW(opened(file_of(header, 4)).floats("w", {2, 2}), Error);
}

TEST_F(ModelFileTest, SavingReplacesTheWholeFile) {
  saved(DataType::kF32);
  const auto before = std::filesystem::file_size(file.path());
  EXPECT_THROW(save_model(file.path(), {}, {{"x", {2}, {1.f}}}, DataType::kF32), Error);
  EXPECT_THROW(save_model(file.path(), {}, {{"x", {1}, {NAN}}}, DataType::kF32), Error);
  EXPECT_THROW(save_model(file.path(), {}, {{"x", {1}, {1.f}}, {"x", {1}, {1.f}}}, DataType::kF32), Error);
  EXPECT_THROW(save_model(file.path(), {{"k", "\xff"}}, {}, DataType::kF32), Error);
  EXPECT_THROW(save_model("/nowhere/model.safetensors", {}, {}, DataType::kF32), Error);
  EXPECT_EQ(std::filesystem::file_size(file.path()), before);
}

TEST_F(ModelFileTest, ShapesNamesAndValuesAreChecked) {
  const auto model = saved(DataType::kF32);
  EXPECT_THROW(model.floats("a.weight", {3, 2}), Error);
  EXPECT_THROW(model.floats("a.weight", {6}), Error);
  EXPECT_THROW(model.floats("b", {1}), Error);
  auto bytes = file_of(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 0);
  for (const std::uint8_t byte : {0x00, 0x00, 0x80, 0x7f}) bytes.push_back(byte);
  EXPECT_THROW(opened(bytes).floats("w", {1}), Error);  // infinity
}

TEST_F(ModelFileTest, HeadersThatLieAreErrorsThatNameTheTensor) {
  const auto tensor = [](const std::string& type, const std::string& shape, const std::string& offsets) {
    return R"({"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
  };
  const auto good = tensor("F32", "[2]", "[0,8]");
  EXPECT_EQ(fault("{\"w\":" + good + "}", 8), "");
  const std::pair<std::string, std::size_t> broken[] = {
      {tensor("F64", "[1]", "[0,8]"), 8},                        // a type that we do not know
      {tensor("F32", "[3]", "[0,8]"), 8},                        // a shape that needs more
      {tensor("BF16", "[2]", "[0,8]"), 8},                       // ... or less
      {tensor("F32", "[-2]", "[0,8]"), 8},                       // sizes below zero
      {tensor("F32", "[2.0]", "[0,8]"), 8},                      // no integers
      {tensor("F32", "2", "[0,8]"), 8},                          // no list
      {tensor("F32", "[4611686018427387904,4,2]", "[0,8]"), 8},  // a product that wraps around
      {tensor("F32", "[1,1,1,1,1,1,1,1,2]", "[0,8]"), 8},        // too many dimensions
      {tensor("F32", "[2]", "[0,9]"), 8},                        // past the end
      {tensor("F32", "[2]", "[8,0]"), 8},                        // backwards
      {tensor("F32", "[2]", "[0,18446744073709551615]"), 8},
      {tensor("F32", "[2]", "[0]"), 8},
      {tensor("F32", "[2]", "[1,9]"), 9},  // a gap before it
      {R"({"dtype":"F32","shape":[2]})", 8},
      {"7", 8}};
  for (const auto& [entry, size] : broken)
    EXPECT_NE(fault("{\"some.weight\":" + entry + "}", size).find("some.weight"), std::string::npos) << entry;
  EXPECT_NE(fault("{\"v\":" + good + ",\"w\":" + tensor("F32", "[1]", "[4,8]") + "}", 8).find("overlaps"),
            std::string::npos);
  EXPECT_NE(fault("{\"w\":" + good + ",\"w\":" + good + "}", 8).find("twice"), std::string::npos);
  EXPECT_NE(fault("{\"w\":" + good + "}", 9), "");  // bytes that belong to nobody
  EXPECT_NE(fault("[]", 0), "");
  EXPECT_NE(fault(R"({"__metadata__":{"k":1}})", 0), "");
  EXPECT_NE(fault(std::string(100000, '['), 0), "");
}

TEST_F(ModelFileTest, AHugeHeaderIsRefusedUnread) {
  Bytes bytes(16, 0xff);
  EXPECT_THROW(opened(bytes), Error);
  bytes = {0, 225, 245, 6, 0, 0, 0, 0};  // just above 100 million
  EXPECT_THROW(opened(bytes), Error);
}

TEST_F(ModelFileTest, EveryTruncationIsAnError) {
  saved(DataType::kI8);
  const auto whole = read_bytes(file.path());
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THROW(opened({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}), Error) << size;
}

TEST_F(ModelFileTest, MutationsEndInAnErrorOrAModel) {
  for (const auto type : {DataType::kF32, DataType::kI8, DataType::kI4}) {
    auto tensors = small_tensors();
    if (type == DataType::kI4) tensors.push_back(random_matrix("w", 64, 64));
    save_model(file.path(), kMetadata, tensors, type);
    const auto whole = read_bytes(file.path());
    Random random(12);
    for (int round = type == DataType::kI4 ? 300 : 2000; round > 0; --round) {
      auto bytes = whole;
      for (int i = random.between(1, 4); i > 0; --i)
        bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.below(256));
      try {
        const auto model = opened(bytes);
        for (const auto& [name, tensor] : model.tensors()) model.floats(name, tensor.shape);
      } catch (const Error&) {
      }
    }
  }
}

TEST(NumberFormats, HalvesReadRight) {
  EXPECT_EQ(from_f16(0x3c00), 1.f);
  EXPECT_EQ(from_f16(0xc000), -2.f);
  EXPECT_EQ(from_f16(0x7bff), 65504.f);
  EXPECT_EQ(from_f16(0x0001), 5.9604644775390625e-8f);
  EXPECT_EQ(from_f16(0x0400), 6.103515625e-5f);
  EXPECT_TRUE(std::isinf(from_f16(0x7c00)));
  EXPECT_TRUE(std::isnan(from_f16(0x7e00)));
}

TEST(NumberFormats, Bf16RoundsToNearestEven) {
  EXPECT_EQ(from_bf16(to_bf16(1.f)), 1.f);
  EXPECT_EQ(to_bf16(std::bit_cast<float>(0x3f808000u)), 0x3f80);  // a tie goes to even
  EXPECT_EQ(to_bf16(std::bit_cast<float>(0x3f818000u)), 0x3f82);
  EXPECT_EQ(to_bf16(std::bit_cast<float>(0x3f808001u)), 0x3f81);
}

}  // namespace
}  // namespace s2m
