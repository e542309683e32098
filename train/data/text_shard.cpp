#include "train/data/text_shard.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "story2midi/base/error.h"

namespace s2m::train {
namespace {

static_assert(std::endian::native == std::endian::little, "shards are mapped as they lie");

constexpr char kMagic[] = "S2MTEXT1";
constexpr std::size_t kHeader = 16;
constexpr std::uint64_t kBlockLines = 500;
constexpr std::uint64_t kHeldOutEvery = 100;  // blocks

class ShardWriter {
 public:
  explicit ShardWriter(const std::filesystem::path& path) : file_(path) { file_.write(header()); }
  void add(const std::vector<TokenId>& ids) {
    line_.assign(ids.begin(), ids.end());
    line_.push_back(kTextEnd);
    file_.write({reinterpret_cast<const std::uint8_t*>(line_.data()), line_.size() * 2});
    count_ += line_.size();
  }
  std::uint64_t finish() {
    file_.overwrite(0, header());
    file_.commit();
    return count_;
  }

 private:
  std::array<std::uint8_t, kHeader> header() const {
    std::array<std::uint8_t, kHeader> bytes;
    std::memcpy(bytes.data(), kMagic, 8);
    std::memcpy(bytes.data() + 8, &count_, 8);
    return bytes;
  }

  NewFile file_;
  std::vector<std::uint16_t> line_;
  std::uint64_t count_ = 0;
};

}  // namespace

TextShard::TextShard(const std::filesystem::path& path) : file_(path) {
  const auto bytes = file_.bytes();
  if (bytes.size() < kHeader || std::memcmp(bytes.data(), kMagic, 8) != 0)
    throw Error(path.string(), "no text shard", kMagic);
  std::uint64_t count = 0;
  std::memcpy(&count, bytes.data() + 8, 8);
  if ((bytes.size() - kHeader) / 2 != count)
    throw Error(path.string(), "cut short", fmt::format("{} ids", count),
                fmt::to_string((bytes.size() - kHeader) / 2));
}

std::span<const std::uint16_t> TextShard::ids() const {
  const auto bytes = file_.bytes().subspan(kHeader);
  return {reinterpret_cast<const std::uint16_t*>(bytes.data()), bytes.size() / 2};
}

TextShardCounts build_text_shards(const std::filesystem::path& text, const BytePairEncoder& encoder,
                                  const std::filesystem::path& folder, std::span<const std::string> beside,
                                  const Progress& progress) {
  if (encoder.size() > 65536)
    throw Error("vocabulary", "too large for 16 bits", "65536", fmt::to_string(encoder.size()));
  std::ifstream in(text, std::ios::binary);
  if (!in) throw Error(text.string(), "cannot be read");
  std::filesystem::create_directories(folder);
  ShardWriter train(folder / "train.text"), valid(folder / "valid.text");
  const std::uint64_t total = std::filesystem::file_size(text);
  TextShardCounts counts;
  std::uint64_t done = 0;
  for (std::string line; std::getline(in, line); ++counts.lines) {
    const bool held_out = counts.lines / kBlockLines % kHeldOutEvery == kHeldOutEvery - 1;
    if (!line.empty()) (held_out ? valid : train).add(encoder.encode(line));
    done += line.size() + 1;
    if (counts.lines % 2000 == 0 && progress && !progress(done, total)) throw Error(text.string(), "stopped");
  }
  for (const std::string& line : beside) train.add(encoder.encode(line));
  counts.train_ids = train.finish();
  counts.valid_ids = valid.finish();
  return counts;
}

}  // namespace s2m::train
